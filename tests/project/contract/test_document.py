"""The files of ``.speakeasy`` are valid, and agree with the package and with each other."""

import json
from typing import Any

import openapi_spec_validator
import pytest

import emissary_client_sdk
from emissary_client_sdk import __title__, __version__, models
from emissary_client_sdk.sdkconfiguration import SERVERS

from .document import OPERATIONS, ROOT, Operation, document, load, schemas

by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


def test_valid_document() -> None:
    """The document is valid OpenAPI 3.1, and no unquoted comma has split a text."""
    assert document()["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(document())
    assert ": null" not in json.dumps(document())


@by_operation
def test_conventions(operation: Operation) -> None:
    """Every operation has a declared tag and describes its success and all errors; only lists have queries."""
    assert [*operation.description["tags"]] in [[tag["name"]] for tag in document()["tags"]]
    responses = list(operation.description["responses"])
    assert responses == [str(operation.success), "400", "401", "404", "4XX", "5XX"]
    creates = operation.success == 201
    assert operation.header_parameters == (("Idempotency-Key",) if creates else ())
    assert not operation.query_parameters or operation.name == "list"


def test_no_schema_is_unused() -> None:
    """Every schema is referenced, or describes the chunks of a stream."""
    text = str(document())
    unused = {name for name in schemas() if f"'#/components/schemas/{name}'" not in text}
    assert unused == {"CompletionChunk", "ChatCompletionChunk"}


def test_server_and_key() -> None:
    """The document has the SDK's default server and the header of its key."""
    assert [server["url"] for server in document()["servers"]] == list(SERVERS)
    assert document()["security"] == [{"apiKey": []}]
    scheme: dict[str, Any] = document()["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-API-Key")


def test_generator_settings() -> None:
    """The generator's settings name this package, its version and its classes."""
    settings = load("gen.yaml")
    python: dict[str, Any] = settings["python"]
    assert settings["configVersion"] == "2.0.0"
    assert settings["generation"]["sdkClassName"] == emissary_client_sdk.EmissaryClient.__name__
    assert python["version"] == document()["info"]["version"] == __version__
    assert python["packageName"] == __title__
    assert python["moduleName"] == emissary_client_sdk.__name__
    assert python["defaultErrorName"] == models.SDKError.__name__
    assert python["baseErrorName"] == models.EmissaryClientError.__name__


def test_workflow() -> None:
    """The workflow generates a Python package from the document, by a path relative to the repository."""
    workflow = load("workflow.yaml")
    (source,) = workflow["sources"]
    assert workflow["targets"] == {__title__: {"target": "python", "source": source}}
    for given in workflow["sources"][source]["inputs"]:
        assert not given["location"].startswith("/")
        assert (ROOT / given["location"]).is_file()
