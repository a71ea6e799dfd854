"""Every error of every method, as it comes out of a real answer."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors, models

from ..support.answers import BODY, JOB, KEY, METHODS, Series, as_json
from ..support.rawserver import Answer, RawServer, answering, refusing_url

if TYPE_CHECKING:
    from ..support.calling import Call

TYPED: dict[int, type[models.SDKError]] = {
    400: models.APIErrorInvalidInput,
    401: models.APIErrorUnauthorized,
    404: models.APIErrorNotFound,
}
STATUSES = (400, 401, 403, 404, 409, 422, 429, 500, 501, 502, 503, 504)

every_method = pytest.mark.parametrize("method", METHODS)


def error_of(call: Call, answer: Answer, method: str = "list", **arguments: Any) -> models.SDKError:
    """Give the error that a call raises at such an answer."""
    with (
        RawServer(answering(lambda _: answer)) as server,
        EmissaryClient(KEY, server_url=server.url, retry_config=None) as client,
        pytest.raises(models.SDKError) as caught,
    ):
        call(client, method, **arguments)
    return caught.value


@every_method
@pytest.mark.parametrize("status", STATUSES)
def test_every_error_of_every_method(
    call: Call, client: EmissaryClient, platform: emulator.Server, method: str, status: int
) -> None:
    """A documented status and body gives the typed error whatever the method, any other plain SDKError."""
    platform.faults.add(status=status, operation=method)
    with pytest.raises(models.SDKError) as caught:
        call(client, method, retries=None)
    error = caught.value
    assert type(error) is TYPED.get(status, models.SDKError)
    assert error.status_code == status
    assert error.message == ("a fault on request" if status in TYPED else "API error occurred")
    assert '"a fault on request"' in error.body
    assert error.headers["content-type"] == "application/json"
    assert error.raw_response is not None
    assert error.raw_response.status_code == status
    assert error.raw_response.text == error.body
    assert error.retry_after is None
    assert KEY not in repr(list(error.raw_response.request.headers.raw))


@pytest.mark.parametrize("status", sorted(TYPED))
def test_a_typed_error_has_its_data(call: Call, client: EmissaryClient, platform: emulator.Server, status: int) -> None:
    """And so has its unpickled copy."""
    platform.faults.add(status=status)
    with pytest.raises(TYPED[status]) as caught:
        call(client, "list")
    copy: Any = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # it was made just there
    original: Any = caught.value
    for error in (original, copy):
        assert (error.data.status, error.data.error) == (status, "a fault on request")
        assert getattr(error.data, "code", None) == ("object_not_found" if status == 404 else None)
    assert {type(original), type(copy)} == {TYPED[status]}
    assert copy.raw_response is None


@pytest.mark.parametrize("status", sorted(TYPED))
@pytest.mark.parametrize("body", ["<html>not the platform</html>", "", "[]", '{"detail":1}'])
def test_a_body_of_another_shape_is_a_plain_error(call: Call, status: int, body: str) -> None:
    """Somebody between the platform and us answered; the status and the body are there to be looked at."""
    error = error_of(call, Answer(status, body.encode()))
    assert type(error) is models.SDKError
    assert (error.status_code, error.body) == (status, body)


def test_bad_input_as_the_platform_sees_it(call: Call, client: EmissaryClient) -> None:
    """The emulator's own 400, with its reason."""
    with pytest.raises(models.APIErrorInvalidInput, match="base_model: must not be empty") as caught:
        call(client, "create", request_body={**BODY, "base_model": " "})
    assert caught.value.data.status == 400
    assert not caught.value.request_may_have_been_processed


@every_method
def test_a_key_that_is_not_accepted(call: Call, method: str) -> None:
    """The emulator's own 401, on every method; the error does not show the key."""
    with emulator.serve(api_key="another") as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(models.APIErrorUnauthorized) as caught:
            call(client, method)
        assert KEY not in str(caught.value)
        assert "X-API-Key" in caught.value.data.error


@pytest.mark.parametrize("method", ["retrieve", "delete", "cancel", "list_checkpoints"])
def test_a_job_that_does_not_exist(call: Call, client: EmissaryClient, method: str) -> None:
    """The emulator's own 404, on every method that takes a job."""
    with pytest.raises(models.APIErrorNotFound, match="there is no training job 'job'") as caught:
        call(client, method)
    assert caught.value.data.code == "object_not_found"


@every_method
def test_an_unreachable_platform(call: Call, method: str) -> None:
    """There is no answer, and nothing can have been done."""
    with (
        refusing_url() as url,
        EmissaryClient(KEY, server_url=url, retry_config=None) as client,
        pytest.raises(errors.NoResponseError, match="No response after 1 attempt: ConnectError") as caught,
    ):
        call(client, method)
    assert not isinstance(caught.value, errors.APITimeoutError)
    assert not caught.value.request_may_have_been_processed
    assert type(caught.value.__cause__).__name__ == "ConnectError"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id":', b'"text"', b"\xff\xfe"])
@pytest.mark.parametrize("method", ["create", "list", "retrieve", "list_checkpoints"])
def test_a_success_that_cannot_be_read(call: Call, method: str, body: bytes) -> None:
    """It is an SDKError too, with the status of a success; the platform may have acted, so nothing is repeated."""
    error = error_of(call, Answer(200, body), method)
    assert type(error) is errors.ResponseValidationError
    assert error.status_code == 200
    assert error.body == body.decode("utf-8", "replace")
    assert error.__cause__ is not None
    assert error.request_may_have_been_processed


@pytest.mark.parametrize("method", ["delete", "cancel"])
@pytest.mark.parametrize("answer", [Answer(204), Answer(200, b"whatever"), Answer(202, b"{}")])
def test_a_success_with_nothing_to_read(call: Call, method: str, answer: Answer) -> None:
    """Any success will do, and what its body holds does not matter."""
    with RawServer(answering(lambda _: answer)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        assert call(client, method) is None


def test_unknown_fields_and_values_are_kept(call: Call) -> None:
    """A newer platform does not break an older SDK."""
    answer = as_json({**JOB, "status": "Paused", "gpu": {"kind": "H200"}, "name": None})
    with RawServer(answering(lambda _: answer)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        job = call(client, "retrieve")
    assert str(job.status) == "Paused"
    assert not job.status.is_terminal
    assert job.model_extra == {"gpu": {"kind": "H200"}}


@pytest.mark.parametrize("name", ["x-request-id", "request-id", "x-correlation-id"])
def test_the_request_s_id_is_on_the_error(call: Call, name: str) -> None:
    """And in its text, for a question to the platform's support."""
    error = error_of(call, Answer(500, b"oops", {name: "req-1"}))
    assert error.request_id == "req-1"
    assert str(error) == "API error occurred: Status 500 (request req-1)\noops"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "7"}, 7), ({"retry-after-ms": "250"}, 0.25), ({"retry-after": "soon"}, None), ({}, None)],
)
def test_retry_after_is_on_the_error(call: Call, headers: dict[str, str], seconds: float | None) -> None:
    """In seconds, where the answer says something sensible."""
    assert error_of(call, Answer(429, b"", headers)).retry_after == seconds


def test_a_redirect_is_an_error_that_says_so(call: Call) -> None:
    """It is not followed; the tests of the transport see that the key goes nowhere."""
    error = error_of(call, Answer(307, b"", {"location": "https://elsewhere.invalid/"}))
    assert error.status_code == 307
    assert "redirect" in str(error)


def test_a_server_that_repeats_the_key(call: Call) -> None:
    """The key is not in the error, whatever the answer does with it."""
    error = error_of(call, Answer(500, f"your key is {KEY}".encode()))
    assert KEY not in str(error)
    assert KEY not in error.body
    assert error.body.startswith("your key is ")


def test_one_except_catches_every_answer_that_is_an_error(call: Call, waits: list[float]) -> None:
    """As the seed page's tables have it: models.SDKError."""
    answers = [Answer(status, b"{}") for status in STATUSES]
    caught = 0
    with (
        RawServer(answering(Series(*answers))) as server,
        EmissaryClient(KEY, server_url=server.url, retry_config=None) as client,
    ):
        for _ in STATUSES:
            try:
                call(client, "retrieve")
            except models.SDKError:
                caught += 1
        assert call(client, "retrieve").id == "job"
    assert caught == len(STATUSES)
    assert waits == []
