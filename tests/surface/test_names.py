"""``__all__`` is what is exported, for the interpreter and for a type checker alike."""

import ast
import importlib
from types import ModuleType

import pytest

import emissary_client_sdk
from emissary_client_sdk import errors, models

from .source import checked_imports, file_of, lazy_packages, table, tree

packages = pytest.mark.parametrize("package", lazy_packages())


def module_of(package: str) -> ModuleType:
    """Import a package."""
    return importlib.import_module(package)


def test_the_lazy_packages() -> None:
    """These packages are lazy, so that importing one costs next to nothing."""
    assert {
        "emissary_client_sdk",
        *(f"emissary_client_sdk.{name}" for name in ("models", "types", "utils", "_hooks")),
    } <= set(lazy_packages())


@packages
def test_all_resolves(package: str) -> None:
    """Every name in ``__all__`` is there, once, and ``import *`` gives exactly those."""
    module = module_of(package)
    assert len(set(module.__all__)) == len(module.__all__)
    names: dict[str, object] = {}
    exec(f"from {package} import *", names)  # noqa: S102  # there is no other way to import all
    del names["__builtins__"]
    assert set(names) == set(module.__all__)
    assert all(value is getattr(module, name) for name, value in names.items())


@packages
def test_all_is_what_is_exported(package: str) -> None:
    """What is defined eagerly in public, or lazily, is in ``__all__``, and nothing else is."""
    lazily = {name for names in (table(file_of(package)) or {}).values() for name in names.split()}
    eagerly: set[str] = set()
    for node in tree(file_of(package)).body:
        if isinstance(node, ast.ImportFrom):
            eagerly |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            eagerly.add(node.target.id)
    public = {name for name in lazily | eagerly if not name.startswith("_") or name.startswith("__")}
    # ``utils.retries`` is a submodule that is reachable, and is documented under its own name.
    assert public - {"retries"} == set(module_of(package).__all__)


@packages
def test_a_type_checker_sees_the_same(package: str) -> None:
    """The imports for type checkers are the lazy table, name by name and module by module."""
    lazily = {(module, name) for module, names in (table(file_of(package)) or {}).items() for name in names.split()}
    assert checked_imports(file_of(package)) == lazily - {(".", "retries")}


def test_the_public_names() -> None:
    """The top has the client, its configuration and every model; none of its names is taken away."""
    plain = {
        *["EmissaryClient", "SDKConfiguration", "SDKHooks", "RetryConfig", "BackoffStrategy", "UNSET", "VERSION"],
        *["__version__", "__title__", "errors", "models", "types", "utils"],
    }
    assert plain | set(models.__all__) == set(emissary_client_sdk.__all__)


def test_the_models() -> None:
    """No name of ``models`` is taken away, and every error is among them."""
    with_typed_dicts = {
        *["CreateTrainingJobRequest", "ListTrainingJobsRequest", "RetrieveTrainingJobByIDRequest"],
        *["DeleteTrainingJobByIDRequest", "CancelTrainingJobByIDRequest", "ListCheckpointsRequest"],
        *["CreateTrainingJobRequestBody", "TrainingJobSummary", "TrainingJobDetail", "TrainingJobCheckpoint"],
        *["DatasetSummary", "TestResults", "TrainingLoss", "Parameters", "HyperParameters", "Security"],
    }
    plain = {
        *["TrainingJobStatus", "Status", "TrainingJobDetailStatus", "TaskType", "TrainingTechnique", "BaseModelOption"],
        *["APIErrorInvalidInputData", "APIErrorUnauthorizedData", "APIErrorNotFoundData"],
    }
    typed_dicts = {f"{name}TypedDict" for name in with_typed_dicts}
    assert with_typed_dicts | typed_dicts | plain | set(errors.__all__) <= set(models.__all__)


def test_the_errors() -> None:
    """No error is taken away, and each is the same object wherever it is imported from."""
    assert set(errors.__all__) >= {
        *["EmissaryClientError", "SDKError", "NoResponseError", "APITimeoutError", "ResponseValidationError"],
        *[
            "APIErrorInvalidInput",
            "APIErrorUnauthorized",
            "APIErrorNotFound",
            "MissingAPIKeyError",
            "ClientClosedError",
        ],
    }
    for name in errors.__all__:
        assert getattr(errors, name) is getattr(models, name) is getattr(emissary_client_sdk, name)


def test_the_version() -> None:
    """There is one version."""
    version = importlib.import_module("emissary_client_sdk._version").__version__
    assert emissary_client_sdk.VERSION == emissary_client_sdk.__version__ == version == "1.0.0"
    assert emissary_client_sdk.__title__ == "emissary-client-sdk"
