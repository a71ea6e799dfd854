"""A call stepped by hand: what is sent, what is waited for, and how it ends."""

import uuid
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models
from emissary_client_sdk._core.operation import Operation
from emissary_client_sdk.types import UNSET
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from .support import CANARY, CREATE, RETRIEVE, Call, Done, seconds

PATIENT = RetryConfig("backoff", BackoffStrategy(1000, 8000, 2, 10_000), True)
both = pytest.mark.parametrize("operation", [CREATE, RETRIEVE], ids=["create", "retrieve"])


def test_a_success() -> None:
    """A call that succeeds is one command to send, and its result is the model."""
    call = Call()
    request = call.request()
    assert (request.method, request.url.path) == ("GET", "/v1/projects/p/training-jobs/t")
    done = call.answer(200, json={"id": "t", "status": "Running"})
    assert isinstance(done, Done)
    assert done.result == models.TrainingJobDetail(id="t", status=models.TrainingJobStatus.RUNNING)


def test_send_wait_send() -> None:
    """A failure is followed by a wait and another attempt, which may succeed."""
    call = Call()
    first = call.request()
    assert seconds(call.answer(500)) == 0.5
    second = call.wait(0.5)
    assert second is not first
    assert (second.method, second.url, second.headers) == (first.method, first.url, first.headers)
    assert isinstance(call.answer(200), Done)


def test_three_retries_and_no_more() -> None:
    """By default the fourth failure is the call's."""
    call = Call()
    call.start()
    for expected in (0.5, 1.0, 2.0):
        assert seconds(call.answer(502)) == expected
        call.wait(expected)
    with pytest.raises(errors.SDKError) as raised:
        call.answer(504)
    assert raised.value.status_code == 504


def test_randomness_is_passed_in() -> None:
    """Each wait takes the next random number."""
    numbers = iter([0.5, 0.1])
    call = Call(random=lambda: next(numbers))
    call.start()
    assert seconds(call.answer(500)) == 0.25
    call.wait()
    assert seconds(call.answer(500)) == pytest.approx(0.1)


def test_randomness_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody passes randomness in, the language's own is drawn from."""
    monkeypatch.setattr("random.random", lambda: 0.5)
    no_random: Any = None
    call = Call(random=no_random)
    call.start()
    assert seconds(call.answer(500)) == 0.25
    call.wait()
    assert seconds(call.answer(500)) == 0.5


@pytest.mark.parametrize(
    "failure",
    [
        500,
        502,
        504,
        503,
        408,
        httpx.ReadError("dropped"),
        httpx.WriteError("dropped"),
        httpx.RemoteProtocolError("Server disconnected"),
        httpx.ReadTimeout("slow"),
    ],
    ids=str,
)
def test_create_is_not_repeated_where_it_may_have_acted(failure: int | Exception) -> None:
    """By default ``create`` ends at a failure after which the job may exist."""
    call = Call(operation=CREATE)
    call.start()
    with pytest.raises(errors.EmissaryClientError) as raised:
        call.answer(failure) if isinstance(failure, int) else call.fail(failure)
    assert raised.value.request_may_have_been_processed is (failure != 408)


@both
@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy"), httpx.ProxyError("no")],
)
def test_what_did_not_connect_is_repeated(operation: Operation[Any], failure: Exception) -> None:
    """By default every method is repeated where no connection was made."""
    call = Call(operation=operation)
    call.start()
    assert seconds(call.fail(failure)) == 0.5


@both
@pytest.mark.parametrize(
    ("status", "retry_after", "wait"), [(429, None, 0.5), (429, "3", 3.0), (503, "4", 4.0), (503, "0", 0.5)]
)
def test_refusals_are_repeated(operation: Operation[Any], status: int, retry_after: str | None, wait: float) -> None:
    """By default every method is repeated after 429, and after 503 with Retry-After, when the server says."""
    call = Call(operation=operation)
    call.start()
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    assert seconds(call.answer(status, headers=headers)) == wait


@both
def test_a_server_that_asks_for_too_long(operation: Operation[Any]) -> None:
    """A Retry-After beyond the limit ends the call at once, and the error says for how long it was."""
    call = Call(operation=operation)
    call.start()
    with pytest.raises(errors.SDKError) as raised:
        call.answer(429, headers={"Retry-After": "31"})
    assert raised.value.retry_after == 31.0


def test_timeouts_once() -> None:
    """By default a second timeout ends the call."""
    call = Call()
    call.start()
    assert seconds(call.fail(httpx.ReadTimeout("slow"))) == 0.5
    call.wait()
    with pytest.raises(errors.APITimeoutError) as raised:
        call.fail(httpx.ConnectTimeout("slow"))
    assert isinstance(raised.value, TimeoutError)
    assert raised.value.message == "No response after 2 attempts: ConnectTimeout: slow"


def test_elapsed_is_measured_by_the_clock() -> None:
    """What an attempt and a wait took counts towards ``max_elapsed_time``."""
    call = Call(retries=PATIENT)
    call.start()
    assert seconds(call.answer(500, after=5.0)) == 1.0
    call.wait(1.0)
    assert seconds(call.answer(500, after=3.0)) == 1.0  # clipped: nine of the ten seconds are over
    call.wait(1.0)
    with pytest.raises(errors.SDKError):
        call.answer(500)


def test_retries_of_the_client_and_of_the_call() -> None:
    """A call's retries win over the client's, and UNSET stands for the client's."""
    client = EmissaryClient(CANARY, retry_config=PATIENT)
    unset, none = Call(client, retries=UNSET), Call(client, retries=None)
    unset.start()
    none.start()
    assert seconds(unset.answer(500)) == 1.0
    with pytest.raises(errors.SDKError):
        none.answer(500)


def test_the_client_may_want_none() -> None:
    """A client with ``retry_config=None`` makes one attempt."""
    call = Call(EmissaryClient(CANARY, retry_config=None))
    call.start()
    with pytest.raises(errors.NoResponseError, match=r"No response after 1 attempt: ConnectError$"):
        call.fail(httpx.ConnectError(""))


def test_a_configured_create_is_repeated() -> None:
    """With a caller's configuration ``create`` is repeated after a dropped connection as well."""
    call = Call(operation=CREATE, retries=PATIENT)
    call.start()
    assert seconds(call.fail(httpx.ReadError("dropped"))) == 1.0
    call.wait()
    assert seconds(call.answer(500)) == 2.0


def test_one_idempotency_key_for_one_call() -> None:
    """Each attempt of a ``create`` has the same UUID, and the next call another."""
    call = Call(operation=CREATE)
    first = call.request().headers["Idempotency-Key"]
    assert str(uuid.UUID(first)) == first
    for _ in range(3):
        call.answer(429)
        assert call.wait().headers["Idempotency-Key"] == first
    assert Call(operation=CREATE).request().headers["Idempotency-Key"] != first


def test_the_callers_own_idempotency_key() -> None:
    """A caller's Idempotency-Key wins, on each attempt; what is no ``create`` has none."""
    call = Call(operation=CREATE, http_headers={"idempotency-key": "mine"})
    assert call.request().headers.get_list("Idempotency-Key") == ["mine"]
    call.answer(429)
    assert call.wait().headers["Idempotency-Key"] == "mine"
    assert "Idempotency-Key" not in Call().request().headers


def test_the_cause() -> None:
    """An answer has no cause; without one it is the HTTP library's exception."""
    error = httpx.ReadError("dropped")
    call = Call(retries=None)
    call.start()
    with pytest.raises(errors.NoResponseError) as raised:
        call.fail(error)
    assert raised.value.__cause__ is error
    call = Call(retries=None)
    call.start()
    with pytest.raises(errors.SDKError) as answered:
        call.answer(500)
    assert answered.value.__cause__ is None


def test_a_closed_client() -> None:
    """A closed client makes no call, and says so before anything else is looked at."""
    client = EmissaryClient(CANARY)
    client.close()
    with pytest.raises(errors.ClientClosedError, match="closed"):
        Call(client, server_url="nonsense").start()


def test_a_client_that_is_closed_meanwhile() -> None:
    """A call that has begun is finished."""
    client = EmissaryClient(CANARY)
    call = Call(client)
    call.start()
    client.close()
    assert isinstance(call.answer(200), Done)


@both
def test_no_key(operation: Operation[Any]) -> None:
    """Without a key nothing is sent."""
    with pytest.raises(errors.MissingAPIKeyError, match="EMISSARY_CLIENT_API_KEY") as raised:
        Call(EmissaryClient(), operation).start()
    assert isinstance(raised.value, ValueError)
    assert raised.value.request_may_have_been_processed is False


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key", "Cookie"])
def test_no_key_but_a_header(header: str) -> None:
    """A header of the caller's authenticates as well."""
    assert Call(EmissaryClient(), http_headers={header: "mine"}).request().headers[header] == "mine"


def test_no_key_but_a_client_that_authenticates() -> None:
    """An HTTP client with headers or an auth of its own needs no key."""
    call = Call(EmissaryClient(), http=httpx.Client(headers={"X-API-Key": "mine"}))
    assert call.request().headers["X-API-Key"] == "mine"
    assert Call(EmissaryClient(), http=httpx.Client(auth=("user", "password"))).request().method == "GET"
