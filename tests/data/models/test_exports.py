"""The public names: the interpreter, type checkers and editors see the same ones."""

import ast
import importlib
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import emissary_client_sdk
from emissary_client_sdk import emulator, errors, evaluation, models

from .known import exported

ROOT = Path(emissary_client_sdk.__file__).parent
SUBPACKAGES = ("errors", "evaluation", "models", "types", "utils")
PACKAGES = ["emissary_client_sdk", *(f"emissary_client_sdk.{name}" for name in SUBPACKAGES)]
each = pytest.mark.parametrize("module", [importlib.import_module(name) for name in PACKAGES], ids=PACKAGES)


def completions(source: str) -> set[str]:
    """Return what an editor offers at the end of a program."""
    jedi: Any = importlib.import_module("jedi")  # it has no type annotations
    return {completion.name_with_symbols for completion in jedi.Script(source).complete()}


@each
def test_names(module: ModuleType) -> None:
    """Every name can be imported, is the same object each time, and is listed by ``dir`` and ``import *``."""
    names = exported(module)
    imported: dict[str, object] = {}
    exec(f"from {module.__name__} import *", imported)  # noqa: S102  # the statement under test
    del imported["__builtins__"]
    assert imported == names
    assert set(names) <= set(dir(module))


@each
def test_unknown_names(module: ModuleType) -> None:
    """An unknown name is an AttributeError, as in any module."""
    for name in ("nonsense", "_nonsense", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute '{name}'"):
            getattr(module, name)


@each
def test_completion(module: ModuleType) -> None:
    """An editor completes every name in plain source."""
    assert set(exported(module)) <= completions(f"import {module.__name__} as package; package.")


def test_completion_of_the_client() -> None:
    """An editor completes the attributes of a client, and the fields of a request body."""
    client = "from emissary_client_sdk import EmissaryClient; client = EmissaryClient(); client."
    assert {"sdk_configuration", "close", "aclose"} <= completions(client)
    body = "from emissary_client_sdk import models; models.CreateTrainingJobRequestBody("
    assert {"base_model=", "parameters="} <= completions(body)


@pytest.mark.parametrize("package", [emissary_client_sdk, evaluation])
def test_names_of_the_doors(package: ModuleType) -> None:
    """A table of late imports has the names and modules that type checkers read, and names nothing else."""
    (checked,) = (
        node.body
        for node in ast.parse(Path(package.__path__[0], "__init__.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.If)
    )
    written = {
        alias.asname or alias.name: statement.module or ""
        for statement in checked
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    late = vars(package)
    assert written.pop("*", "models") == "models"
    assert written == {**dict.fromkeys(late.get("_SUBMODULES", ()), ""), **late["_MODULES"]}


def test_public_names() -> None:
    """The package exports the client, its configuration, and all models and errors."""
    plain = {
        "EmissaryClient",
        "SDKConfiguration",
        "SDKHooks",
        "RetryConfig",
        "BackoffStrategy",
        "UNSET",
        "ResultList",
        "check_dataset",
        "DatasetFile",
        "DatasetReport",
        "DatasetProblem",
        "VERSION",
        "__version__",
        "__title__",
        "RunState",
        "RunEvent",
        "RunResult",
        "ResponseInfo",
        "response_info",
        "UploadedDataset",
        "ProcessReport",
        "prepare_dataset",
        "PrepareOptions",
        "PreparedDataset",
        "PreparationReport",
        "PreparationChange",
        "errors",
        "hooks",
        "models",
        "types",
        "utils",
    }
    assert set(exported(emissary_client_sdk)) == plain | set(exported(models))


@pytest.mark.parametrize("name", exported(errors))
def test_errors(name: str) -> None:
    """An error is the same object in ``errors``, in ``models`` and in the package."""
    assert getattr(errors, name) is getattr(models, name) is getattr(emissary_client_sdk, name)


def test_version() -> None:
    """There is one version."""
    version = importlib.import_module("emissary_client_sdk._version").__version__
    assert emissary_client_sdk.VERSION == emissary_client_sdk.__version__ == version == "1.0.0"
    assert emissary_client_sdk.__title__ == "emissary-client-sdk"


def test_zip_archive(tmp_path: Path, platform: emulator.Server) -> None:
    """The package makes calls from a zip archive that has nothing but its modules."""
    archive = tmp_path / "packages.zip"
    with zipfile.ZipFile(archive, "w") as packages:
        for path in ROOT.rglob("*.py"):
            packages.write(path, path.relative_to(ROOT.parent))
    program = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "from emissary_client_sdk import EmissaryClient, TaskType, models\n"
        f"with EmissaryClient('key', server_url={platform.url!r}) as client:\n"
        "    print(models.__file__, TaskType.EMBEDDING, client.projects.list())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(archive))
    assert done.stdout.endswith(" embedding []\n")


THINGS = ["Project", "Dataset", "TrainingJob", "Deployment"]
OPERATIONS = [
    "CreateDataset",
    "CreateTrainingJob",
    "CreateDeployment",
    "CancelTrainingJobByID",
    "CancelDeploymentByID",
    "ListDatasets",
    "ListTrainingJobs",
    "ListDeployments",
    "ListCheckpoints",
    "RetrieveBaseModelByName",
    *(f"{verb}{thing}ByID" for verb in ("Retrieve", "Delete") for thing in THINGS),
]
INFERENCE = [f"Get{task}FromDeployment" for task in ("Completions", "ChatCompletions", "Embeddings", "Classification")]
WITH_TYPED_DICT = [
    *(f"{operation}Request" for operation in [*OPERATIONS, *INFERENCE]),
    *(f"Create{thing}RequestBody" for thing in ("Project", "Dataset", "TrainingJob", "Deployment")),
    *(f"{operation}{part}" for operation in INFERENCE for part in ("RequestBody", "ResponseBody")),
    "BaseModelSummary",
    "ParameterTemplate",
    "ProjectSummary",
    "ProjectDetail",
    "DatasetSummary",
    "DatasetDetail",
    "TrainingJobSummary",
    "TrainingJobDetail",
    "TrainingJobCheckpoint",
    "TestResults",
    "TrainingLoss",
    "Parameters",
    "HyperParameters",
    "DeploymentSummary",
    "DeploymentDetail",
    "File",
    "Messages",
    "Response",
    "Security",
    "GetEmbeddingsFromDeploymentEmbeddings",
]
RELEASE_0_4 = [
    *(f"{name}{suffix}" for name in WITH_TYPED_DICT for suffix in ("", "TypedDict")),
    "Type",
    "ServerType",
    "DeploymentSummaryStatus",
    "DeploymentDetailStatus",
    "Role",
    "Status",
    "TrainingJobDetailStatus",
    "SDKError",
    *(f"APIError{kind}{suffix}" for kind in ("InvalidInput", "Unauthorized", "NotFound") for suffix in ("", "Data")),
]


def test_names_of_release_0_4() -> None:
    """``models`` still exports every name of release 0.4."""
    assert len(RELEASE_0_4) == 122
    assert set(RELEASE_0_4) <= set(exported(models))
