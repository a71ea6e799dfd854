"""The methods of ``TrainingJobs`` against the document: signatures, requests, results and errors."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, models
from emissary_client_sdk.sdkconfiguration import SERVERS
from emissary_client_sdk.trainingjobs import TrainingJobs

from .document import OPERATIONS, Operation, document, findings, load

COMMON = ["retries", "server_url", "timeout_ms", "http_headers"]
ARGUMENTS: dict[str, Any] = {
    "project_id": "a project",
    "training_job_id": "a/job",
    "request_body": {
        "base_model": "Llama-3.2-1B-Instruct",
        "train_dataset_id": "ds-train",
        "parameters": {"num_train_epochs": 2, "learning_rate": 0.0002, "dynamic_loss": True},
        "name": None,
    },
}
ERRORS: dict[int, type[models.SDKError]] = {
    400: models.APIErrorInvalidInput,
    401: models.APIErrorUnauthorized,
    404: models.APIErrorNotFound,
}

by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
in_both_ways = pytest.mark.parametrize("suffix", ["", "_async"])

Answer = Callable[[httpx.Request], httpx.Response]


def arguments(operation: Operation) -> dict[str, Any]:
    """Give what an operation's method has to be called with."""
    names = [*operation.path_parameters, *["request_body"] * operation.has_body]
    return {name: ARGUMENTS[name] for name in names}


def call(operation: Operation, suffix: str, answer: Answer) -> Any:
    """Call an operation's method, or its asynchronous twin, with the answer instead of a server."""
    transport = httpx.MockTransport(answer)

    def synchronous() -> Any:
        with (
            httpx.Client(transport=transport) as http,
            EmissaryClient(api_key="key", client=http) as client,
        ):
            return getattr(client.training_jobs, operation.name)(**arguments(operation))

    async def asynchronous() -> Any:
        async with (
            httpx.AsyncClient(transport=transport) as http,
            EmissaryClient(api_key="key", async_client=http) as client,
        ):
            return await getattr(client.training_jobs, operation.name + suffix)(**arguments(operation))

    return asyncio.run(asynchronous()) if suffix else synchronous()


def test_the_class_and_its_server() -> None:
    """The client's class and its default server are the ones that the document and the settings name."""
    assert [server["url"] for server in document()["servers"]] == list(SERVERS)
    assert load("gen.yaml")["generation"]["sdkClassName"] == EmissaryClient.__name__


@by_operation
@in_both_ways
def test_signatures(operation: Operation, suffix: str) -> None:
    """A method takes its operation's parameters, its body and the common options, by keyword only."""
    method = getattr(TrainingJobs, operation.name + suffix)
    _, *parameters = inspect.signature(method).parameters.values()
    assert [parameter.name for parameter in parameters] == [*arguments(operation), *COMMON]
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)
    required = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    assert required == list(arguments(operation))
    assert inspect.iscoroutinefunction(method) is bool(suffix)


@by_operation
def test_twins(operation: Operation) -> None:
    """A method and its asynchronous twin have one signature."""
    methods = (getattr(TrainingJobs, operation.name + suffix) for suffix in ("", "_async"))
    synchronous, asynchronous = map(inspect.signature, methods)
    assert synchronous == asynchronous


def test_no_other_methods() -> None:
    """Every public method is an operation's, or the older name of one."""
    public = {name.removesuffix("_async") for name in vars(TrainingJobs) if not name.startswith("_")}
    methods = {name for name in public if callable(getattr(TrainingJobs, name))}
    assert methods - {"get"} == {operation.name for operation in OPERATIONS}


def succeed(operation: Operation, seen: list[httpx.Request], request: httpx.Request) -> httpx.Response:
    """Answer a success with nothing in it."""
    seen.append(request)
    if operation.success == 204:
        return httpx.Response(204)
    schema: Mapping[str, Any] = operation.response(operation.success)["content"]["application/json"]["schema"]
    return httpx.Response(operation.success, json=[] if schema.get("type") == "array" else {})


@by_operation
@in_both_ways
def test_requests(operation: Operation, suffix: str) -> None:
    """A call sends its operation's method, path, headers and body to the document's server."""
    seen: list[httpx.Request] = []
    call(operation, suffix, partial(succeed, operation, seen))
    (request,) = seen
    path = operation.url(project_id="a%20project", training_job_id="a%2Fjob")
    assert (request.method, str(request.url)) == (
        operation.http_method,
        document()["servers"][0]["url"] + path,
    )
    header = document()["components"]["securitySchemes"]["apiKey"]["name"]
    assert request.headers[header] == "key"
    sent = [name for name in ("Idempotency-Key",) if name in request.headers]
    assert sent == list(operation.header_parameters)
    if operation.has_body:
        described = operation.description["requestBody"]["content"]["application/json"]
        body = httpx.Response(200, content=request.content).json()
        assert findings(described["schema"], body) == []
    else:
        assert request.content == b""


@by_operation
@in_both_ways
def test_what_comes_back(operation: Operation, suffix: str) -> None:
    """A success gives the model of its schema, a list of them, or nothing, as the document says."""
    result = call(operation, suffix, partial(succeed, operation, []))
    content = operation.response(operation.success).get("content")
    if content is None:
        assert result is None
        return
    schema: Mapping[str, Any] = content["application/json"]["schema"]
    if schema.get("type") == "array":
        assert result == []
    else:
        assert isinstance(result, getattr(models, str(schema["$ref"]).rpartition("/")[2]))


@by_operation
@in_both_ways
@pytest.mark.parametrize("status", ERRORS)
def test_documented_errors(operation: Operation, suffix: str, status: int) -> None:
    """An answer of a documented error's shape raises that error, whichever operation it comes from."""
    body = {"status": status, "error": "no", "code": "some_code"}
    schema = operation.response(status)["content"]["application/json"]["schema"]
    assert findings(schema, body) == []
    with pytest.raises(ERRORS[status]) as raised:
        call(operation, suffix, lambda _: httpx.Response(status, json=body))
    assert raised.value.status_code == status
    assert raised.value.body


@by_operation
@in_both_ways
@pytest.mark.parametrize("status", [403, 409, 422, 501])
def test_other_errors(operation: Operation, suffix: str, status: int) -> None:
    """An answer of another error, whose body has no fixed shape, raises an SDKError of its own class."""
    assert "*/*" in operation.response(status)["content"]
    with pytest.raises(models.SDKError) as raised:
        call(operation, suffix, lambda _: httpx.Response(status, text="no"))
    assert type(raised.value) is models.SDKError
    assert raised.value.status_code == status
