"""The OpenAPI document, and typed access to what the tests need of it."""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parents[3]
SPEAKEASY = ROOT / ".speakeasy"

Schema = Mapping[str, Any]


@cache
def load(name: str) -> dict[str, Any]:
    """Return the content of a YAML file of ``.speakeasy``."""
    content: dict[str, Any] = yaml.load((SPEAKEASY / name).read_bytes(), yaml.CSafeLoader)
    return content


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return load("openapi.yaml")


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of the document by name."""
    found: dict[str, dict[str, Any]] = document()["components"]["schemas"]
    return found


def resolve(node: Any, root: Mapping[str, Any]) -> Any:
    """Return the node that a reference points to, or the node itself."""
    while "$ref" in node:
        target: Any = root
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def name_of(schema: Schema) -> str:
    """Return the name of the schema that a reference points to."""
    return str(schema["$ref"]).rpartition("/")[2]


@dataclass(frozen=True)
class Operation:
    """An operation of the document.

    :ivar group: the attribute of the client with the resource.
    :ivar name: the name of the method.
    :ivar body: the name of the schema of the request body.
    :ivar success: the status of a successful response.
    """

    id: str
    http_method: str
    path: str
    description: Mapping[str, Any]
    group: str
    name: str
    body: str | None
    success: int
    path_parameters: tuple[str, ...]
    query_parameters: tuple[str, ...]
    header_parameters: tuple[str, ...]

    @property
    def result(self) -> Schema | None:
        """Return the schema of a successful response."""
        content = self.response(self.success).get("content")
        return content["application/json"]["schema"] if content else None

    def method(self, client: object, suffix: str = "") -> Any:
        """Return the method of a client that calls this operation."""
        return getattr(attrgetter(self.group)(client), self.name + suffix)

    def response(self, status: int) -> Mapping[str, Any]:
        """Return the description of a response with a status, or with its class of statuses."""
        responses: Mapping[str, Any] = self.description["responses"]
        described = responses.get(str(status)) or responses[f"{status // 100}XX"]
        found: Mapping[str, Any] = resolve(described, document())
        return found


def _operation(path: str, item: dict[str, Any], method: str) -> Operation:
    described = item[method]
    parameters = [resolve(one, document()) for one in [*item.get("parameters", []), *described.get("parameters", [])]]
    bodies = [name_of(one["schema"]) for one in described.get("requestBody", {}).get("content", {}).values()]
    (success,) = (int(status) for status in described["responses"] if status.startswith("2"))
    return Operation(
        described["operationId"],
        method.upper(),
        path,
        described,
        described["x-speakeasy-group"],
        described["x-speakeasy-name-override"],
        bodies[0] if bodies else None,
        success,
        *(tuple(one["name"] for one in parameters if one["in"] == place) for place in ("path", "query", "header")),
    )


OPERATIONS = [
    _operation(path, item, method)
    for path, item in document()["paths"].items()
    for method in item
    if method != "parameters"
]


def findings(schema: Schema, instance: object) -> list[str]:
    """Return where an instance does not match a schema of the document."""
    # The package has no annotations.
    validator: Any = importlib.import_module("jsonschema").Draft202012Validator
    errors = validator({**schema, "components": document()["components"]}).iter_errors(instance)
    return [f"{error.json_path}: {error.message}" for error in errors]


def check(response: httpx.Response) -> None:
    """Assert that a response of an operation is as the document describes it."""
    request = response.request
    path = request.url.raw_path.decode().partition("?")[0]
    for operation in OPERATIONS:
        if operation.http_method == request.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", operation.path), path):
            content = operation.response(response.status_code).get("content")
            if content is None:
                assert response.content == b""
                return
            media_type = response.headers["Content-Type"].partition(";")[0]
            assert findings((content.get(media_type) or content["*/*"])["schema"], response.json()) == []
            return
