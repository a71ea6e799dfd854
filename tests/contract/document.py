"""The OpenAPI document, read once, and typed access to what the tests need of it."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEAKEASY = ROOT / ".speakeasy"

Schema = Mapping[str, Any]

_HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@cache
def load(name: str) -> dict[str, Any]:
    """Read one of the YAML files of ``.speakeasy``."""
    content: dict[str, Any] = yaml.safe_load((SPEAKEASY / name).read_text(encoding="utf-8"))
    return content


def document() -> dict[str, Any]:
    """Give the OpenAPI document."""
    return load("openapi.yaml")


def schemas() -> dict[str, dict[str, Any]]:
    """Give the document's schemas by their names."""
    found: dict[str, dict[str, Any]] = document()["components"]["schemas"]
    return found


def resolve(node: Any, root: Mapping[str, Any]) -> Any:
    """Follow the references that a node of a document consists of, if it does."""
    while "$ref" in node:
        target: Any = root
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    """The name of its method in the SDK."""
    http_method: str
    path: str
    description: Mapping[str, Any]
    path_parameters: tuple[str, ...]
    header_parameters: tuple[str, ...]

    @property
    def id(self) -> str:
        """The operation id."""
        return str(self.description["operationId"])

    @property
    def has_body(self) -> bool:
        """Whether a request has a body."""
        return "requestBody" in self.description

    @property
    def success(self) -> int:
        """The status of success."""
        (status,) = (int(status) for status in self.description["responses"] if str(status).startswith("2"))
        return status

    def url(self, **values: str) -> str:
        """Fill in the path."""
        return self.path.format(**values)

    def response(self, status: int) -> Mapping[str, Any]:
        """Give the description of the answer with this status: its own, or its class's."""
        responses: Mapping[str, Any] = self.description["responses"]
        described = responses.get(str(status)) or responses[f"{status // 100}XX"]
        found: Mapping[str, Any] = resolve(described, document())
        return found


def _operations() -> list[Operation]:
    found: list[Operation] = []
    for path, item in document()["paths"].items():
        for method in _HTTP_METHODS:
            if method in item:
                described: dict[str, Any] = item[method]
                parameters: list[dict[str, Any]] = [
                    resolve(parameter, document())
                    for parameter in [*item.get("parameters", []), *described.get("parameters", [])]
                ]
                found.append(
                    Operation(
                        name=described["x-speakeasy-name-override"],
                        http_method=method.upper(),
                        path=path,
                        description=described,
                        path_parameters=tuple(p["name"] for p in parameters if p["in"] == "path"),
                        header_parameters=tuple(p["name"] for p in parameters if p["in"] == "header"),
                    )
                )
    return found


OPERATIONS = _operations()


class _Finding(Protocol):
    @property
    def message(self) -> str: ...
    @property
    def json_path(self) -> str: ...


def findings(schema: Schema, instance: object) -> list[str]:
    """Say where an instance is not what a schema of the document asks for."""
    # The package has no annotations of its own, so what is used of it is written down here.
    validator: Any = importlib.import_module("jsonschema").Draft202012Validator
    errors: list[_Finding] = list(validator({**schema, "components": document()["components"]}).iter_errors(instance))
    return [f"{error.json_path}: {error.message}" for error in errors]
