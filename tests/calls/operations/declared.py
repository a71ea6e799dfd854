"""The declared operations of every resource, each with its description in the OpenAPI document."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_origin

import httpx
import pytest

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk._call.call import Resource

from ...project.contract.document import OPERATIONS as DESCRIBED
from ...support.calling import client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from emissary_client_sdk._call.operation import Operation

    from ...project.contract.document import Operation as Described
    from ...support.calling import Call

AWKWARD_ID = "a/b ü?#%2e"
ENCODED_ID = "a%2Fb%20%C3%BC%3F%23%252e"
FILE = {"file_name": "train.jsonl", "content": b'{"text": "a"}\n'}


def _resources(path: str, owner: object) -> Iterator[tuple[str, Resource]]:
    for name in dir(owner):
        value = None if name.startswith("_") else getattr(owner, name)
        if isinstance(value, Resource):
            yield f"{path}{name}", value
            yield from _resources(f"{path}{name}.", value)


RESOURCES = dict(_resources("", EmissaryClient("a key")))
"""The resources by their path from the client, such as ``chat.completions``."""


def public_methods(resource: Resource) -> dict[str, Callable[..., Any]]:
    """Return the public methods of a resource by name."""
    methods = {name: getattr(resource, name) for name in dir(resource) if not name.startswith("_")}
    return {name: method for name, method in methods.items() if hasattr(method, "__func__")}


@dataclass(frozen=True)
class Declared:
    """A declared operation.

    :ivar method: Its method of the client, such as ``chat.completions.create``.
    """

    method: str
    operation: Operation[Any]

    def __str__(self) -> str:
        return self.method

    @property
    def described(self) -> Described:
        """Its description in the document."""
        return next(one for one in DESCRIBED if f"{one.group}.{one.name}" == self.method)

    @property
    def creates(self) -> bool:
        """Whether the document has an Idempotency-Key for it."""
        return "Idempotency-Key" in self.described.header_parameters

    @property
    def is_charged(self) -> bool:
        """Whether it is inference."""
        return "Inference" in self.described.description["tags"]

    @property
    def body(self) -> Mapping[str, Any]:
        """The media types of its request body and their descriptions."""
        content: Mapping[str, Any] = self.described.description.get("requestBody", {}).get("content", {})
        return content

    @property
    def body_model(self) -> Any:
        """The model of its request body."""
        return self.operation.body

    @property
    def result(self) -> Any:
        """The type of its result."""
        return self.operation.result

    @property
    def arguments(self) -> dict[str, Any]:
        """Valid arguments: awkward IDs, and the example of the document as the body."""
        arguments: dict[str, Any] = dict.fromkeys(self.operation.path_parameters, AWKWARD_ID)
        if "multipart/form-data" in self.body:
            return {**arguments, "request_body": {"file": FILE, "name": "train"}}
        if not self.body:
            return arguments
        example = self.body["application/json"]["example"]
        return arguments | (example if self.is_charged else {"request_body": example})

    @property
    def is_list(self) -> bool:
        """Whether its result is a list."""
        return get_origin(self.operation.result) is list

    def content(self, items: int = 0) -> bytes:
        """Return a successful response: the required fields only, or a list of that many items."""
        kind = self.result
        if kind is None:
            return b""
        if self.method == "embeddings.create":
            return b'{"data": [{"embedding": [1]}, {"embedding": [2]}]}'  # one for each text of the example
        model = get_args(kind)[0] if self.is_list else kind
        required = {name: field.annotation for name, field in model.model_fields.items() if field.is_required()}
        values = {name: 1 if annotation is int else "x" for name, annotation in required.items()}
        text: str = model.model_construct(**values).model_dump_json(exclude_unset=True)
        return f"[{', '.join([text] * items)}]".encode() if self.is_list else text.encode()

    def respond(self, _: httpx.Request) -> httpx.Response:
        """Respond with a success."""
        return httpx.Response(self.described.success, content=self.content())


def _operations() -> Iterator[Declared]:
    for path, resource in RESOURCES.items():
        for name, method in public_methods(resource).items():
            operation: Any = vars(sys.modules[method.__module__]).get(name.upper())
            if hasattr(operation, "path_parameters") and method.__name__ == name:
                yield Declared(f"{path}.{name}", operation)


OPERATIONS = list(_operations())


def declared_as(method: str) -> Declared:
    """Return the operation with this method."""
    return next(declared for declared in OPERATIONS if declared.method == method)


by_operation = pytest.mark.parametrize("declared", OPERATIONS, ids=str)

METHODS = [(path, name) for path, resource in RESOURCES.items() for name in public_methods(resource)]
by_method = pytest.mark.parametrize(("path", "name"), METHODS, ids=lambda text: text)


def sent(call: Call, declared: Declared, **arguments: Any) -> httpx.Request:
    """Make a call that succeeds and return its request."""
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return declared.respond(request)

    call(client_of(respond), declared.method, **{**declared.arguments, **arguments})
    (request,) = requests
    return request


def never(request: httpx.Request) -> httpx.Response:
    """Fail the test, because nothing may be sent."""
    raise AssertionError(request)
