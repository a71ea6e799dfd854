"""Retries call by call: how often the server is asked, and what is waited between."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import UNSET, BackoffStrategy, EmissaryClient, RetryConfig, errors, models

from ..support.answers import KEY, METHODS, Series
from ..support.rawserver import Answer, RawServer, answering, refusing_url, silent

if TYPE_CHECKING:
    from ..support.calling import Call

PATIENT = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 60_000), retry_connection_errors=False)
STUBBORN = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 60_000), retry_connection_errors=True)
NONE = RetryConfig("none", None, retry_connection_errors=False)
READS = [method for method in METHODS if method != "create"]


def attempts(
    call: Call,
    *answers: Answer | None,
    method: str = "list",
    retry_config: Any = UNSET,
    **arguments: Any,
) -> int:
    """Make a call at a server that answers so, and well in the end; gives how many requests came, errors or not."""
    with (
        RawServer(answering(Series(*answers))) as server,
        EmissaryClient(KEY, server_url=server.url, retry_config=retry_config) as client,
    ):
        with contextlib.suppress(errors.EmissaryClientError):
            call(client, method, **arguments)
        return len(server.requests)


@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_read_is_retried_by_default(call: Call, waits: list[float], method: str, status: int) -> None:
    """Three times at the most, with growing intervals."""
    assert attempts(call, *[Answer(status)] * 2, method=method) == 3
    assert attempts(call, *[Answer(status)] * 9, method=method) == 4
    assert len(waits) == 5
    assert all(0 <= wait <= bound for wait, bound in zip(waits, (0.5, 1, 0.5, 1, 2), strict=True))


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 422, 501])
def test_an_answer_that_would_stay_the_same_is_not_retried(call: Call, waits: list[float], status: int) -> None:
    """By default as with a configuration."""
    assert attempts(call, Answer(status)) == 1
    assert attempts(call, Answer(status), retries=STUBBORN) == 1
    assert waits == []


@pytest.mark.parametrize("method", READS)
def test_a_dropped_connection_is_retried_by_default(call: Call, waits: list[float], method: str) -> None:
    """On everything but a create."""
    assert attempts(call, None, None, method=method) == 3
    assert len(waits) == 2


@pytest.mark.parametrize("method", METHODS)
def test_a_connection_that_is_refused_is_retried_by_default(call: Call, waits: list[float], method: str) -> None:
    """On every method, for nothing can have been done; the error tells how often."""
    with (
        refusing_url() as url,
        EmissaryClient(KEY, server_url=url) as client,
        pytest.raises(errors.NoResponseError, match="No response after 4 attempts") as caught,
    ):
        call(client, method)
    assert len(waits) == 3
    assert not caught.value.request_may_have_been_processed


def test_a_timeout_is_retried_once_by_default(call: Call, waits: list[float]) -> None:
    """A server that hangs would otherwise hold the caller for minutes."""
    with (
        RawServer(silent) as server,
        EmissaryClient(KEY, server_url=server.url, timeout_ms=150) as client,
        pytest.raises(errors.APITimeoutError, match="No response after 2 attempts"),
    ):
        call(client, "list")
    assert server.connections == 2
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("of_client", "of_call", "expected"),
    [
        (UNSET, UNSET, 4),
        (None, UNSET, 1),
        (NONE, UNSET, 1),
        (PATIENT, UNSET, 6),
        (UNSET, None, 1),
        (UNSET, NONE, 1),
        (UNSET, PATIENT, 6),
        (PATIENT, None, 1),
        (PATIENT, NONE, 1),
        (None, PATIENT, 6),
        (NONE, STUBBORN, 6),
    ],
)
def test_what_the_call_says_wins_over_the_client(
    call: Call, waits: list[float], of_client: Any, of_call: Any, expected: int
) -> None:
    """UNSET asks the client, then the default; None means none; a RetryConfig means that."""
    answers = [Answer(503)] * 5
    assert attempts(call, *answers, retry_config=of_client, retries=of_call) == expected
    assert len(waits) == expected - 1


def test_a_call_without_retries_argument_is_one_with_unset(call: Call, waits: list[float]) -> None:
    """The argument's default is UNSET."""
    assert attempts(call, *[Answer(503)] * 5, retry_config=PATIENT) == 6
    assert attempts(call, *[Answer(503)] * 5) == 4
    assert len(waits) == 8


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_configuration_retries_every_method(call: Call, waits: list[float], method: str, status: int) -> None:
    """A create as well: who configures retries asks for them."""
    assert attempts(call, *[Answer(status)] * 5, method=method, retries=PATIENT) == 6
    assert len(waits) == 5


@pytest.mark.parametrize(("config", "expected"), [(PATIENT, 1), (STUBBORN, 3)])
@pytest.mark.parametrize("method", METHODS)
def test_connection_errors_are_retried_where_the_configuration_says_so(
    call: Call, waits: list[float], method: str, config: RetryConfig, expected: int
) -> None:
    """A dropped connection is one."""
    assert attempts(call, None, None, method=method, retries=config) == expected
    assert len(waits) == expected - 1


@pytest.mark.parametrize("headers", [{"retry-after": "2"}, {"retry-after-ms": "2000"}])
@pytest.mark.parametrize("retries", [UNSET, PATIENT])
def test_retry_after_is_waited_for(call: Call, waits: list[float], headers: dict[str, str], retries: Any) -> None:
    """Exactly as long as the server asks."""
    assert attempts(call, Answer(429, b"", headers), retries=retries) == 2
    assert waits == [2.0]


@pytest.mark.parametrize(("seconds", "retries"), [("31", UNSET), ("61", PATIENT), ("99999999999", UNSET)])
def test_a_server_that_asks_for_too_much_is_given_up_at_once(
    call: Call, waits: list[float], seconds: str, retries: Any
) -> None:
    """The error tells how long it asked to wait."""
    with (
        RawServer(answering(Series(Answer(503, b"", {"retry-after": seconds})))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        pytest.raises(models.SDKError) as caught,
    ):
        call(client, "list", retries=retries)
    assert caught.value.retry_after == float(seconds)
    assert (len(server.requests), waits) == (1, [])


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "", "soon", "Fri, 31 Dec 9999 23:59:59 GMT", "1e400"])
def test_absurd_values_of_retry_after_are_survived(call: Call, waits: list[float], value: str) -> None:
    """At worst the call ends with its error; no wait is longer than the default allows."""
    attempts(call, *[Answer(429, b"", {"retry-after": value})] * 9)
    assert all(0 <= wait <= 30 for wait in waits)


@pytest.mark.parametrize("answer", [Answer(503), None])
def test_no_time_for_retries_means_none(call: Call, waits: list[float], answer: Answer | None) -> None:
    """With max_elapsed_time at zero the first attempt is the only one."""
    config = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 0), retry_connection_errors=True)
    assert attempts(call, answer, retries=config) == 1
    assert waits == []


def test_what_failed_in_between_does_not_matter_in_the_end(call: Call, waits: list[float]) -> None:
    """A call that succeeds at last gives its result, and each attempt sent the same."""
    with (
        RawServer(answering(Series(Answer(500), None, Answer(503)))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        assert call(client, "retrieve", http_headers={"X-Team": "blue"}).id == "job"
    assert {(request.method, request.target, request.headers["x-team"]) for request in server.requests} == {
        ("GET", "/v1/projects/project/training-jobs/job", "blue")
    }
    assert (len(server.requests), len(waits)) == (4, 3)
