"""The result of every operation, its errors, and which failures are retried."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import errors
from emissary_client_sdk.types import ResultList
from emissary_client_sdk.utils.retries import Effect

from ...project.contract.document import findings
from ...support.calling import client_of
from .declared import Declared, by_operation, declared_as

if TYPE_CHECKING:
    from ...support.calling import Call

DOCUMENTED: dict[int, type[errors.SDKError]] = {
    400: errors.APIErrorInvalidInput,
    401: errors.APIErrorUnauthorized,
    404: errors.APIErrorNotFound,
}
OTHERS: dict[int, type[errors.SDKError]] = {
    402: errors.SDKError,
    403: errors.APIErrorForbidden,
    409: errors.APIErrorConflict,
    422: errors.APIErrorUnprocessable,
    429: errors.APIErrorTooManyRequests,
    **dict.fromkeys((500, 501, 502, 503, 504, 599), errors.APIServerError),
}


@by_operation
def test_result_is_the_declared_model(call: Call, declared: Declared) -> None:
    """The smallest valid response becomes the declared result; each 2XX is a success."""
    kind, schema = declared.result, declared.described.result or {}
    for status in (declared.described.success, 200, 202):
        client = client_of(partial(_respond, status, declared.content(items=2)))
        result: Any = call(client, declared.method, **declared.arguments)
        if kind is None:
            assert result is None
        elif declared.is_list:
            items: list[Any] = result
            assert items.__class__ is ResultList
            assert [type(item) for item in items] == [kind.__args__[0]] * 2
            assert findings(schema, [item.model_dump(exclude_unset=True) for item in items]) == []
        else:
            assert type(result) is kind
            assert findings(schema, result.model_dump(exclude_unset=True)) == []


def _respond(status: int, content: bytes, _: httpx.Request) -> httpx.Response:
    return httpx.Response(status, content=content)


@by_operation
def test_unreadable_success_is_an_error(call: Call, declared: Declared) -> None:
    """A success with another body is an error: a login page of a proxy is not an answer."""
    client = client_of(lambda _: httpx.Response(200, text="<html>"))
    with pytest.raises(errors.ResponseValidationError) as caught:
        call(client, declared.method, **declared.arguments)
    assert caught.value.request_may_have_been_processed


@by_operation
def test_success_that_is_a_refusal_is_an_error(call: Call, declared: Declared) -> None:
    """A success that reports an error is an error with the platform's message, and is not retried."""
    requests: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(201, json={"error": "Please set up payment", "status": 402})

    with pytest.raises(errors.SDKError, match="status 201: Please set up payment") as caught:
        call(client_of(refuse, retry_config=3), declared.method, **declared.arguments)
    assert type(caught.value) is errors.SDKError
    assert caught.value.request_may_have_been_processed
    assert (caught.value.hint is not None) == declared.creates
    assert len(requests) == 1


def _error(call: Call, declared: Declared, response: httpx.Response) -> errors.SDKError:
    client = client_of(lambda _: response, retry_config=None)
    with pytest.raises(errors.SDKError) as caught:
        call(client, declared.method, **declared.arguments)
    return caught.value


@by_operation
def test_documented_errors_have_data(call: Call, declared: Declared) -> None:
    """A documented error has the class of its status and the data of its body."""
    for status, expected in DOCUMENTED.items():
        body = {"status": status, "error": "no", "code": "some_code"}
        content = declared.described.response(status)["content"]
        if "application/json" in content:
            assert findings(content["application/json"]["schema"], body) == []
        error: Any = _error(call, declared, httpx.Response(status, json=body))
        assert (type(error), error.status_code, error.message) == (expected, status, "no")
        assert (error.data.status, error.data.error) == (status, "no")
        other: Any = _error(call, declared, httpx.Response(status, json={"error": {"message": "no", "param": "model"}}))
        assert (type(other), other.message, other.data.error) == (expected, "no", "no")
        plain = _error(call, declared, httpx.Response(status, text="<html>"))  # from a proxy
        assert (type(plain), plain.status_code) == (expected, status)
        assert declared.described.http_method in str(plain)
        assert "<html>" in str(plain)


@by_operation
def test_each_status_has_its_class(call: Call, declared: Declared) -> None:
    """Each other status has its class, whatever the body is."""
    for status, expected in OTHERS.items():
        error = _error(call, declared, httpx.Response(status, text="no"))
        assert (type(error), error.status_code, error.body) == (expected, status, "no")


HINTS = {
    ("training_jobs.retrieve", 404): None,
    ("training_jobs.retrieve", 401): "Check the API key",
    ("datasets.create", 400): None,
    ("datasets.create", 413): "limits the size of an upload",
    ("engines.reactivate", 400): "check its status",
    ("engines.deactivate", 400): "check its status",
    ("deployments.reactivate", 400): "check its status",
    ("chat.completions.create", 404): "Check that model names a deployed deployment",
    ("embeddings.create", 503): "pass wake_timeout_ms",
}


@pytest.mark.parametrize(("method", "status"), HINTS)
def test_hints_say_what_to_check(call: Call, method: str, status: int) -> None:
    """An error says what to check if the operation has more to say about its status."""
    error = _error(call, declared_as(method), httpx.Response(status, json={"error": "no"}))
    expected = HINTS[method, status]
    assert (error.hint is None) == (expected is None)
    if expected:
        assert expected in str(error).splitlines()[0]


def _attempts(call: Call, declared: Declared, outcome: int | Exception) -> int:
    """Return the number of attempts if each has this outcome."""
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome)

    with pytest.raises(errors.EmissaryClientError):
        call(client_of(respond, retry_config=3), declared.method, **declared.arguments)
    assert len({request.headers.get("idempotency-key") for request in requests}) == 1
    assert len({request.read() for request in requests}) == 1 or declared.operation.is_multipart
    return len(requests)


@by_operation
def test_retries_follow_from_the_effect(call: Call, declared: Declared, waits: list[float]) -> None:
    """The default retries follow from the effect of a request on the platform."""
    effect = Effect.CREATES if declared.creates else Effect.CHARGED if declared.is_charged else Effect.REPEATABLE
    assert declared.operation.effect is effect
    expected: dict[int | Exception, int] = {
        400: 1,
        429: 4,
        500: 1 if effect is Effect.CREATES else 4,
        httpx.ReadTimeout("slow"): 2 if effect is Effect.REPEATABLE else 1,
        httpx.ConnectError("refused"): 4,
    }
    assert {outcome: _attempts(call, declared, outcome) for outcome in expected} == expected
    assert len(waits) == sum(expected.values()) - len(expected)
