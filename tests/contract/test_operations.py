"""The declared operations compared with the document: signatures, requests, results and errors, in both modes."""

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any, get_args

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, models
from emissary_client_sdk._core.operation import Resource, operation_of

from .document import OPERATIONS, Operation, document, findings, name_of
from .examples import ARGUMENTS, response_body

OPTIONS = ["retries", "server_url", "timeout_ms", "http_headers"]
CLIENT = EmissaryClient(api_key="key")

by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
in_both_modes = pytest.mark.parametrize("suffix", ["", "_async"], ids=["sync", "async"])

Handler = Callable[[httpx.Request], httpx.Response]


def arguments(operation: Operation) -> dict[str, Any]:
    """Return arguments for an operation's method."""
    named: dict[str, Any] = {name: f"a/{name}" for name in (*operation.path_parameters, *operation.query_parameters)}
    if operation.body is None:
        return named
    fields = ARGUMENTS[operation.id]
    return {**named, **(fields if operation.description["tags"] == ["Inference"] else {"request_body": fields})}


def call(operation: Operation, suffix: str, handler: Handler) -> Any:
    """Call an operation's method with a handler in place of the server."""
    transport = httpx.MockTransport(handler)

    def synchronous() -> Any:
        with httpx.Client(transport=transport) as http, EmissaryClient(api_key="key", client=http) as client:
            return operation.method(client)(**arguments(operation), retries=None)

    async def asynchronous() -> Any:
        async with (
            httpx.AsyncClient(transport=transport) as http,
            EmissaryClient(api_key="key", async_client=http) as client,
        ):
            return await operation.method(client, "_async")(**arguments(operation), retries=None)

    return asyncio.run(asynchronous()) if suffix else synchronous()


def succeed(operation: Operation, seen: list[httpx.Request] | None = None) -> Handler:
    """Return a handler with a successful response. It appends each request to a list."""

    def handler(request: httpx.Request) -> httpx.Response:
        request.read()
        if seen is not None:
            seen.append(request)
        if operation.result is None:
            return httpx.Response(operation.success)
        return httpx.Response(operation.success, json=response_body(operation.result))

    return handler


def test_every_operation_is_declared() -> None:
    """The document and the resources have the same operations."""
    attributes = [getattr(CLIENT, name) for name in dir(CLIENT) if not name.startswith("_")]
    resources = [value for value in [*attributes, CLIENT.chat.completions] if isinstance(value, Resource)]
    methods = [getattr(resource, name) for resource in resources for name in dir(resource)]
    declared = {operation_of(method).id for method in methods if hasattr(method, "__operation__")}
    assert declared == {operation.id for operation in OPERATIONS}


@by_operation
@in_both_modes
def test_declaration(operation: Operation, suffix: str) -> None:
    """A declaration has the document's ID, method, path, body and result."""
    declared = operation_of(operation.method(CLIENT, suffix))
    assert (declared.id, declared.http_method, declared.path) == (operation.id, operation.http_method, operation.path)
    assert declared.creates is bool(operation.header_parameters)
    assert (declared.body_model.__name__ if declared.has_body else None) == operation.body
    result = operation.result
    if result is None:
        assert declared.result_type is None
    elif "items" in result:
        assert get_args(declared.result_type) == (getattr(models, name_of(result["items"])),)
    else:
        assert declared.result_type is getattr(models, name_of(result))


@by_operation
@in_both_modes
def test_signature(operation: Operation, suffix: str) -> None:
    """A method accepts its operation's parameters, body and the call options, all by keyword."""
    signature = inspect.signature(operation.method(CLIENT, suffix))
    parameters = [parameter for parameter in signature.parameters.values() if parameter.name != "request"]
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    assert [parameter.name for parameter in parameters][-len(OPTIONS) :] == OPTIONS
    names = [parameter.name for parameter in parameters[: -len(OPTIONS)]]
    assert set(arguments(operation)) <= set(names)
    assert names[: len(operation.path_parameters)] == list(operation.path_parameters)
    required = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    optional = {*operation.query_parameters, *(["request_body"] if operation.id == "createProject" else [])}
    if operation.description["tags"] == ["Inference"]:
        schema = document()["components"]["schemas"][operation.body]
        assert set(schema["properties"]) <= set(names)
        assert set(required) == set(schema["required"])
    else:
        assert required == [name for name in names if name not in optional]


@by_operation
@in_both_modes
def test_request(operation: Operation, suffix: str) -> None:
    """A request has the document's method, path, query, headers and body."""
    seen: list[httpx.Request] = []
    call(operation, suffix, succeed(operation, seen))
    (request,) = seen
    path = operation.path.format(**{name: f"a%2F{name}" for name in operation.path_parameters})
    query = "&".join(f"{name}=a%2F{name}" for name in operation.query_parameters)
    assert request.method == operation.http_method
    assert str(request.url) == f"{document()['servers'][0]['url']}{path}{query and '?'}{query}"
    assert request.headers["X-API-Key"] == "key"
    assert ("Idempotency-Key" in request.headers) is bool(operation.header_parameters)
    if operation.body is None:
        assert request.content == b""
        return
    ((media_type, content),) = operation.description["requestBody"]["content"].items()
    assert request.headers["content-type"].startswith(media_type)
    if media_type == "application/json":
        body = json.loads(request.content)
        assert body == ARGUMENTS[operation.id]
        assert findings(content["schema"], body) == []


@by_operation
@in_both_modes
def test_result(operation: Operation, suffix: str) -> None:
    """A successful response is the model of its schema, a list of them, or None."""
    result = call(operation, suffix, succeed(operation))
    schema = operation.result
    if schema is None:
        assert result is None
    elif "items" in schema:
        assert [type(item) for item in result] == [getattr(models, name_of(schema["items"]))]
    else:
        assert type(result) is getattr(models, name_of(schema))


@by_operation
@in_both_modes
@pytest.mark.parametrize("status", [400, 401, 404])
def test_documented_errors(operation: Operation, suffix: str, status: int) -> None:
    """A documented error body raises the error of its status, whichever operation returned it."""
    errors = {
        400: models.APIErrorInvalidInput,
        401: models.APIErrorUnauthorized,
        404: models.APIErrorNotFound,
    }
    body = {"status": status, "error": "no", "code": "some_code"}
    with pytest.raises(errors[status]) as raised:
        call(operation, suffix, lambda _: httpx.Response(status, json=body))
    error = raised.value
    assert error.status_code == status
    assert error.data.error == "no"
    assert operation.http_method in str(error)


@by_operation
@in_both_modes
@pytest.mark.parametrize("status", [400, 403, 409, 418, 422, 429, 500, 503])
def test_other_errors(operation: Operation, suffix: str, status: int) -> None:
    """An error response of any other form is an SDKError with the status and the body."""
    with pytest.raises(models.SDKError) as raised:
        call(operation, suffix, lambda _: httpx.Response(status, text="no"))
    assert (raised.value.status_code, raised.value.body) == (status, "no")


@by_operation
@in_both_modes
def test_unreadable_result(operation: Operation, suffix: str) -> None:
    """A successful response that does not match the document is a ResponseValidationError."""
    if operation.result is not None:
        with pytest.raises(models.ResponseValidationError):
            call(operation, suffix, lambda _: httpx.Response(operation.success, json=3))
