"""One call: what it sends, how long it pauses, and how it ends."""

import ssl
import sys
import uuid
from types import ModuleType
from typing import Any

import httpx
import pytest

from emissary_client_sdk import UNSET, BackoffStrategy, EmissaryClient, RetryConfig, errors, models
from emissary_client_sdk._call import operation
from emissary_client_sdk._call.commands import Send
from emissary_client_sdk._call.operation import Operation

from ...support.libraries import LIBRARIES, name_of
from .stepping import CANARY, CHAT, CREATE, Done, Stepped, both, failed, pause

PATIENT = RetryConfig("backoff", BackoffStrategy(1000, 8000, 2, 10_000), True)
libraries = pytest.mark.parametrize("library", LIBRARIES, ids=name_of)


def test_successful_call_sends_one_request() -> None:
    """A successful call sends one request and returns the model."""
    call = Stepped()
    assert (call.request().method, call.respond(json={"id": "t"})) == ("GET", Done(models.TrainingJobDetail(id="t")))


def test_retry_builds_the_same_request_again() -> None:
    """After a failure the same request is built again; each pause takes the next random number."""
    numbers = iter([0.5, 1.0, 0.1, 0.0])
    call = Stepped(random=lambda: next(numbers))
    first = call.request()
    for expected in (0.25, 1.0, 0.2):
        assert pause(call.respond(500)) == pytest.approx(expected)
        second = call.wait()
        assert (second.method, second.url, second.headers) == (first.method, first.url, first.headers)
    assert isinstance(call.end(502), errors.APIServerError)


@both
@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError("x"), 0.5),
        (429, 0.5),
        ((429, {"Retry-After": "3"}), 3.0),
        ((503, {"Retry-After": "4"}), 4.0),
        ((503, {"Retry-After": "0"}), 0.5),
    ],
    ids=str,
)
def test_refused_requests_are_retried(operation: Operation[Any], failure: Any, expected: float) -> None:
    """By default every method is retried if the platform cannot have acted, after the pause it asks for."""
    assert pause(Stepped(operation=operation).fail(failure)) == expected


def test_second_timeout_ends_the_call() -> None:
    """By default a timeout is retried once."""
    call = Stepped()
    assert pause(call.fail(httpx.ReadTimeout("slow"))) == 0.5
    assert isinstance(call.end(httpx.ConnectTimeout("slow")), errors.APITimeoutError)


def test_elapsed_time_is_measured_by_the_clock() -> None:
    """Attempts and pauses count towards ``max_elapsed_time``; the last pause is shortened."""
    call = Stepped(retries=PATIENT)
    assert [pause(call.respond(500, after=seconds)) for seconds in (5.0, 3.0)] == [1.0, 1.0]
    call.end(500)


@pytest.mark.parametrize(
    ("of_client", "of_call", "attempts"),
    [(UNSET, UNSET, 4), (None, UNSET, 1), (1, UNSET, 2), (UNSET, 5, 6), (5, None, 1), (None, 2, 3), (5, 0, 1)],
)
def test_retries_of_a_call_replace_those_of_the_client(of_client: Any, of_call: Any, attempts: int) -> None:
    """``retries`` of a call replaces ``retry_config`` of the client; a number keeps the default rules."""
    call = Stepped(EmissaryClient(CANARY, retry_config=of_client), retries=of_call)
    for _ in range(attempts - 1):
        assert pause(call.respond(503)) > 0
    error = call.end(503)
    assert isinstance(error, errors.SDKError)
    assert error.attempts == attempts


def test_attempts_share_an_idempotency_key() -> None:
    """Each attempt of a call has the same random key, another call a new one, and the caller's own key wins."""
    call = Stepped(operation=CREATE)
    first = call.request().headers["Idempotency-Key"]
    assert len(uuid.UUID(first).bytes) == 16
    call.respond(429)
    assert call.wait().headers["Idempotency-Key"] == first
    assert Stepped(operation=CREATE).request().headers["Idempotency-Key"] != first
    own = Stepped(operation=CREATE, http_headers={"idempotency-key": "mine"})
    assert own.request().headers.get_list("Idempotency-Key") == ["mine"]


def test_wake_timeout_retries_until_the_deployment_is_awake() -> None:
    """With ``wake_timeout_ms`` inference is retried until a deactivated deployment is awake."""
    call = Stepped(operation=CHAT, wake_timeout_ms=25_000, retries=None)
    assert [pause(call.respond(503)) for _ in range(3)] == [10.0, 10.0, 5.0]
    assert "wake_timeout_ms" in str(call.end(503))
    with pytest.raises(ValueError, match="wake_timeout_ms must be a finite number greater than zero"):
        Stepped(operation=CHAT, wake_timeout_ms=0).start()


def test_attempts_and_pauses_end_at_the_deadline() -> None:
    """No attempt gets more time than is left, and no pause begins that would end after the deadline."""
    call = Stepped(deadline=130.0)
    assert call.request().extensions["timeout"]["read"] == 30.0
    assert pause(call.respond(500, after=29.0)) == 0.5
    assert call.wait().extensions["timeout"]["read"] == 0.5
    call.end(500)
    assert Stepped(deadline=90.0).request().extensions["timeout"]["read"] == 0.001
    assert Stepped(deadline=130.0, timeout_ms=7).request().extensions["timeout"]["read"] == 0.007
    assert Stepped(deadline=1000.0).request().extensions["timeout"]["read"] == 60.0


def test_streamed_call_returns_the_unread_response() -> None:
    """A streamed call returns the unread response; a failure is retried as usual."""
    call = Stepped(operation=CHAT, stream=True)
    command = call.start()
    assert isinstance(command, Send)
    assert command.stream
    assert pause(call.respond(429)) == 0.5
    response, _ = call.respond(200, content=b"unread").result
    assert response.status_code == 200


def test_closed_client_finishes_calls_in_progress() -> None:
    """A closed client makes no call, but a call in progress is finished."""
    client = EmissaryClient(CANARY)
    call = Stepped(client)
    call.start()
    client.close()
    assert isinstance(call.respond(), Done)
    with pytest.raises(errors.ClientClosedError, match="closed"):
        Stepped(client, server_url="nonsense").start()


@libraries
def test_missing_key_is_refused_unless_other_credentials_exist(library: ModuleType) -> None:
    """Without a key nothing is sent, unless the caller or the HTTP client adds credentials."""
    client = EmissaryClient()
    with pytest.raises(errors.MissingAPIKeyError, match="EMISSARY_CLIENT_API_KEY") as caught:
        Stepped(client, http=library.Client(headers={"X-Other": "mine"})).start()
    assert not caught.value.request_may_have_been_processed
    for header in ("Authorization", "X-API-Key", "Cookie"):
        assert Stepped(client, http_headers={header: "mine"}).request().headers[header] == "mine"
    Stepped(client, http=library.Client(headers={"X-API-Key": "mine"})).request()
    request = Stepped(client, http=library.Client(auth=("user", "password"))).request()
    assert "X-API-Key" not in request.headers


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        *[(status, False) for status in (400, 401, 403, 404, 408, 422, 429)],
        *[(status, True) for status in (201, 301, 409, 500, 501, 502, 503, 504)],
        ((503, {"Retry-After": "1"}), False),
        ((503, {"Retry-After": "soon"}), True),
        ((500, {"Retry-After": "1"}), True),
    ],
    ids=str,
)
def test_unsuccessful_request_may_have_been_processed(failure: Any, expected: bool) -> None:
    """Unless the response says that the platform has not acted."""
    assert failed(failure, operation=CREATE).request_may_have_been_processed is expected


@pytest.mark.parametrize("first", [500, 503, httpx.ReadTimeout("x"), httpx.ReadError("x")], ids=str)
@pytest.mark.parametrize("last", [404, 429, (503, {"Retry-After": "9"}), httpx.ConnectError("x")], ids=str)
def test_earlier_attempts_count(first: Any, last: Any) -> None:
    """A later refusal does not undo what an earlier attempt may have done; refusals alone do nothing."""
    for failure, expected in ((first, True), (429, False)):
        call = Stepped(operation=CREATE, retries=PATIENT)
        call.fail(failure)
        assert pause(call.respond(429)) > 0
        call.now += 10
        assert call.end(last).request_may_have_been_processed is expected


NOT_SENT = ["ConnectTimeout", "PoolTimeout", "ConnectError", "ProxyError"]
SENT = [
    "ReadTimeout",
    "WriteTimeout",
    "ReadError",
    "WriteError",
    "CloseError",
    "RemoteProtocolError",
    "DecodingError",
    "UnsupportedProtocol",
    "TooManyRedirects",
    "InvalidURL",
    "LocalProtocolError",
]
EXCEPTIONS: list[Exception] = [
    *[getattr(library, name)("x") for library in LIBRARIES for name in NOT_SENT + SENT],
    TimeoutError("x"),
    BrokenPipeError("x"),
    ConnectionRefusedError("x"),
]


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda one: f"{type(one).__module__}.{type(one).__name__}")
def test_exceptions_of_http_libraries_become_those_of_the_sdk(exception: Exception) -> None:
    """An exception becomes one of the SDK, and is retried if that can help."""
    name = type(exception).__name__
    error: Any = failed(exception, operation=CREATE)
    assert error.__class__ is (errors.APITimeoutError if "Timeout" in name else errors.NoResponseError)
    assert error.__cause__ is exception
    assert error.request_may_have_been_processed is error.sent is (name not in [*NOT_SENT, "ConnectionRefusedError"])
    call = Stepped(retries=PATIENT)
    if name in SENT[-5:]:
        call.end(exception)
    else:
        assert pause(call.fail(exception)) == 1.0


@pytest.mark.parametrize("exception", [KeyError("mine"), OSError(2, "mine", "a file")], ids=repr)
def test_other_exceptions_propagate(exception: Exception) -> None:
    """An exception that is not an HTTP client's ends the call as it is."""
    with pytest.raises(type(exception)) as caught:
        Stepped().fail(exception)
    assert caught.value is exception


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_untrusted_certificate_is_not_retried(link: str) -> None:
    """An untrusted certificate is not retried, and nothing was sent."""
    refused = httpx.ConnectError("certificate verify failed")
    setattr(refused, link, ssl.SSLCertVerificationError())
    assert not failed(refused, retries=PATIENT).request_may_have_been_processed


def test_circular_causes_do_no_harm() -> None:
    """A circular chain of causes does no harm."""
    first, second = httpx.ConnectError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert isinstance(failed(first), errors.NoResponseError)


def test_httpx2_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that the program has not imported is not imported either."""
    monkeypatch.delitem(sys.modules, "httpx2", raising=False)
    assert isinstance(failed(httpx.ReadError("x")), errors.NoResponseError)


def test_call_while_the_interpreter_shuts_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a documented error, because modules of the standard library can no longer be imported."""
    monkeypatch.setattr("sys.is_finalizing", lambda: True)
    with pytest.raises(errors.ClientClosedError, match="the interpreter is shutting down"):
        Stepped().start()


def test_child_has_a_lock_of_its_own() -> None:
    """Validators are built under a lock that a forked child replaces, because another thread may have held it."""
    held = vars(operation)["_building"]
    vars(operation)["_renew_lock"]()
    assert vars(operation)["_building"] is not held
