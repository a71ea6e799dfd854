"""The OpenAPI document, and typed access to what the tests need of it."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol

import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEAKEASY = ROOT / ".speakeasy"

Schema = Mapping[str, Any]


@cache
def load(name: str) -> dict[str, Any]:
    """Return the content of a YAML file of ``.speakeasy``."""
    content: dict[str, Any] = yaml.safe_load((SPEAKEASY / name).read_text(encoding="utf-8"))
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
    """An operation of the document."""

    http_method: str
    path: str
    description: Mapping[str, Any]
    path_parameters: tuple[str, ...]
    query_parameters: tuple[str, ...]
    header_parameters: tuple[str, ...]

    @property
    def id(self) -> str:
        """The operation ID."""
        return str(self.description["operationId"])

    @property
    def group(self) -> str:
        """The attribute of the client with the resource."""
        return str(self.description["x-speakeasy-group"])

    @property
    def name(self) -> str:
        """The name of the method."""
        return str(self.description["x-speakeasy-name-override"])

    @property
    def body(self) -> str | None:
        """The name of the schema of the request body."""
        if "requestBody" not in self.description:
            return None
        ((_, content),) = self.description["requestBody"]["content"].items()
        return name_of(content["schema"])

    @property
    def success(self) -> int:
        """The status of a successful response."""
        (status,) = (int(status) for status in self.description["responses"] if str(status).startswith("2"))
        return status

    @property
    def result(self) -> Schema | None:
        """The schema of a successful response."""
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


def _operations() -> list[Operation]:
    found: list[Operation] = []
    for path, item in document()["paths"].items():
        for method, described in item.items():
            if method == "parameters":
                continue
            parameters: list[dict[str, Any]] = [
                resolve(parameter, document())
                for parameter in [*item.get("parameters", []), *described.get("parameters", [])]
            ]
            by_place = [
                tuple(p["name"] for p in parameters if p["in"] == place) for place in ("path", "query", "header")
            ]
            found.append(Operation(method.upper(), path, described, *by_place))
    return found


OPERATIONS = _operations()


class _Finding(Protocol):
    @property
    def message(self) -> str: ...
    @property
    def json_path(self) -> str: ...


def findings(schema: Schema, instance: object) -> list[str]:
    """Return where an instance does not match a schema of the document."""
    # The package has no annotations, so what is used of it is declared above.
    validator: Any = importlib.import_module("jsonschema").Draft202012Validator
    errors: list[_Finding] = list(validator({**schema, "components": document()["components"]}).iter_errors(instance))
    return [f"{error.json_path}: {error.message}" for error in errors]
