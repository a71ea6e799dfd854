"""The files of ``.speakeasy``: they are valid, and they agree with the package and with each other."""

from typing import Any

import openapi_spec_validator
import pytest

import emissary_client_sdk
from emissary_client_sdk import __title__, __version__, models

from .document import OPERATIONS, ROOT, Operation, document, load

NAMES = ["create", "list", "retrieve", "delete", "cancel", "list_checkpoints"]


def test_the_document_is_valid() -> None:
    """The OpenAPI document is valid OpenAPI 3.1."""
    assert document()["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(document())


def test_the_six_operations() -> None:
    """The document has the six operations of the contract, and no others."""
    assert sorted(operation.name for operation in OPERATIONS) == sorted(NAMES)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_operation_conventions(operation: Operation) -> None:
    """Every operation is in the SDK's group and describes its success and all of its errors."""
    assert operation.description["x-speakeasy-group"] == "training_jobs"
    assert operation.description["tags"] == ["Training Jobs"]
    responses = list(operation.description["responses"])
    assert responses == [str(operation.success), "400", "401", "404", "4XX", "5XX"]
    assert operation.header_parameters == (("Idempotency-Key",) if operation.name == "create" else ())


def test_the_key_s_header() -> None:
    """The document authenticates every operation by the header of the contract."""
    assert document()["security"] == [{"apiKey": []}]
    scheme: dict[str, Any] = document()["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-API-Key")


def test_the_generator_s_settings() -> None:
    """The generator's settings name this package, its version and its classes."""
    settings = load("gen.yaml")
    python: dict[str, Any] = settings["python"]
    assert settings["configVersion"] == "2.0.0"
    assert python["version"] == __version__
    assert python["packageName"] == __title__
    assert python["moduleName"] == emissary_client_sdk.__name__
    assert python["defaultErrorName"] == models.SDKError.__name__
    assert python["baseErrorName"] == models.EmissaryClientError.__name__


def test_the_workflow_s_source() -> None:
    """The workflow makes a Python package from the document, which it names relative to the repository."""
    workflow = load("workflow.yaml")
    (source,) = workflow["sources"]
    (target,) = workflow["targets"]
    assert target == __title__
    assert workflow["targets"][target] == {"target": "python", "source": source}
    for put_in in workflow["sources"][source]["inputs"]:
        assert not put_in["location"].startswith("/")
        assert (ROOT / put_in["location"]).is_file()


def test_the_document_s_version() -> None:
    """The document and the package have one version."""
    assert document()["info"]["version"] == __version__
