"""Polling: intervals, transient and permanent failures, Retry-After, deadlines and updates."""

import asyncio
from typing import Any

import httpx
import pytest

from emissary_client_sdk import BackoffStrategy, RetryConfig, errors, models
from emissary_client_sdk._transport.content import UndecodableContentError

from .stepping import Answer, Platform

RUNNING = {"id": "t", "status": "Running", "progress": 10}
SUCCESS = {"id": "t", "status": "Success", "progress": 100}
HALF_HOUR = 1800.0


def unavailable(retry_after: str) -> httpx.Response:
    """Return a 503 with Retry-After."""
    return httpx.Response(503, headers={"Retry-After": retry_after})


def test_polls_until_done() -> None:
    """The last state is the result; unknown and missing statuses do not end the wait."""
    platform = Platform({"id": "t"}, {"id": "t", "status": "Paused"}, RUNNING, SUCCESS)
    assert platform.poll() == models.TrainingJobDetail.model_validate(SUCCESS)
    assert len(platform.pauses) == 3


def test_interval_grows() -> None:
    """The interval grows by a tenth from poll to poll, to six times the first one."""
    platform = Platform(*[RUNNING] * 40, SUCCESS)
    platform.poll(poll_interval_ms=2000)
    assert platform.pauses[:3] == pytest.approx([2.0, 2.2, 2.42])
    assert platform.pauses[-1] == max(platform.pauses) == pytest.approx(12.0)


@pytest.mark.parametrize(("random", "pause"), [(0.0, 0.9), (0.5, 1.0), (1.0, 1.1)])
def test_interval_has_jitter(random: float, pause: float) -> None:
    """The interval varies by a tenth, so that many waits do not poll at the same time."""
    platform = Platform(RUNNING, SUCCESS, random=random)
    platform.poll()
    assert platform.pauses == pytest.approx([pause])


def test_clock_is_updated_every_second() -> None:
    """A clock is updated every second of a pause, which does not become longer."""
    platform = Platform(RUNNING, SUCCESS)
    ticks: list[float] = []
    platform.poll(tick=lambda: ticks.append(platform.now), poll_interval_ms=3500)
    assert ticks == [1001.0, 1002.0, 1003.0]
    assert platform.pauses == pytest.approx([1.0, 1.0, 1.0, 0.5])


@pytest.mark.parametrize(
    "failure",
    [
        500,
        502,
        503,
        504,
        408,
        425,
        429,
        httpx.Response(200, content=b"<html>maintenance</html>"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("dropped"),
        UndecodableContentError("broken gzip", httpx.Response(200, request=httpx.Request("GET", "http://x"))),
    ],
    ids=repr,
)
def test_transient_failures_are_polled_again(failure: Answer) -> None:
    """The next poll is the retry."""
    platform = Platform(RUNNING, failure, failure, SUCCESS)
    assert platform.poll().status == "Success"
    assert len(platform.pauses) == 3


@pytest.mark.parametrize("failure", [302, 400, 401, 403, 404, 409, httpx.UnsupportedProtocol("gopher")], ids=repr)
def test_permanent_failures_end_the_wait(failure: Answer) -> None:
    """An error that another poll would repeat ends the wait at once, and names the job."""
    platform = Platform(RUNNING, failure, SUCCESS)
    with pytest.raises(errors.EmissaryClientError) as caught:
        platform.poll()
    assert platform.answers == [SUCCESS]
    assert caught.value.training_job_id == "t"


def test_other_exceptions_propagate() -> None:
    """An exception that is not an HTTP client's propagates."""
    with pytest.raises(KeyError):
        Platform(KeyError("mine")).poll()


@pytest.mark.parametrize(
    "failure", [503, httpx.ConnectError("refused"), httpx.Response(200, content=b"<html>")], ids=repr
)
def test_half_an_hour_without_a_response_ends_the_wait(failure: Answer) -> None:
    """Half an hour without a usable response ends the wait with the last error; each response restarts it."""
    platform = Platform(*[failure] * 5, RUNNING, *[failure] * 99)
    with pytest.raises((errors.SDKError, errors.NoResponseError)) as caught:
        platform.poll(poll_interval_ms=60_000)
    assert caught.value.training_job_id == "t"
    assert HALF_HOUR < platform.now - 1000 - sum(platform.pauses[:5]) < HALF_HOUR + 2 * 360


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [
        ("17", 17.0),
        ("0", 1.0),
        ("1800", HALF_HOUR),
        ("7200", HALF_HOUR),
        ("9999999999", HALF_HOUR),
        ("1e308", HALF_HOUR),
    ],
)
def test_retry_after_is_honored_up_to_half_an_hour(retry_after: str, pause: float) -> None:
    """Retry-After is honored up to half an hour, and such a pause does not count as silence."""
    platform = Platform(*[unavailable(retry_after)] * 5, 503, SUCCESS)
    assert platform.poll().status == "Success"
    assert platform.pauses[0] == pause


def test_last_pause_ends_at_the_deadline() -> None:
    """The last pause ends at the deadline; the error has the last state and names the job."""
    platform = Platform(*[RUNNING] * 5)
    with pytest.raises(errors.WaitTimeoutError, match="its last known status is Running") as caught:
        platform.poll(total_timeout_ms=2500)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.job is not None
    assert (caught.value.job.progress, caught.value.training_job_id) == (10, "t")
    assert sum(platform.pauses) == pytest.approx(2.5)


def test_deadline_without_a_response_has_no_state() -> None:
    """Without any response the error has no state, and the failure is its cause; Retry-After ends at the deadline."""
    platform = Platform(*[unavailable("60")] * 5)
    with pytest.raises(errors.WaitTimeoutError) as caught:
        platform.poll(total_timeout_ms=2500)
    assert caught.value.job is None
    assert isinstance(caught.value.__cause__, errors.APIServerError)
    assert platform.pauses == [2.5]


def test_requests_end_at_the_deadline() -> None:
    """No poll gets more time than is left, and none more than it would have anyway."""
    platform = Platform(*[RUNNING] * 5)
    with pytest.raises(errors.WaitTimeoutError):
        platform.poll(total_timeout_ms=2500, timeout_ms=2000)
    assert platform.timeouts == pytest.approx([2.0, 1.5, 0.4, 0.001])
    patient = Platform(SUCCESS)
    patient.poll(total_timeout_ms=3_600_000)
    assert patient.timeouts == [60.0]


@pytest.mark.parametrize("retries", [1, RetryConfig("backoff", BackoffStrategy(500, 500, 1, 60_000), False)], ids=repr)
def test_retries_of_the_caller_apply_to_each_poll(retries: Any) -> None:
    """The caller's retries apply to each poll, up to the deadline."""
    platform = Platform(503, SUCCESS, random=0.8)
    platform.poll(retries=retries, total_timeout_ms=1000)
    assert platform.pauses == pytest.approx([0.4])
    hurried = Platform(*[503] * 9, random=0.8)
    with pytest.raises(errors.WaitTimeoutError):
        hurried.poll(retries=retries, total_timeout_ms=1000)
    assert sum(hurried.pauses) == pytest.approx(1.0)


def test_changed_states_are_reported_once() -> None:
    """Each state that differs from the one before is reported once."""
    seen: list[Any] = []
    changed = {**RUNNING, "progress": 20}
    Platform(RUNNING, RUNNING, changed, changed, SUCCESS).poll(on_update=seen.append)
    assert [job.progress for job in seen] == [10, 20, 100]


def test_awaitable_of_an_update_goes_to_the_driver() -> None:
    """The awaitable of an update is passed to the driver."""
    seen: list[int | None] = []

    async def update(job: models.TrainingJobDetail) -> None:
        seen.append(job.progress)

    platform = Platform(SUCCESS)
    platform.poll(on_update=update)
    assert seen == []
    asyncio.run(platform.awaitables[0])
    assert seen == [100]


def test_exception_of_an_update_ends_the_wait() -> None:
    """An exception of the caller's function ends the wait as it is."""

    def update(_: object) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Platform(SUCCESS).poll(on_update=update)


@pytest.mark.parametrize("name", ["poll_interval_ms", "total_timeout_ms"])
@pytest.mark.parametrize(
    ("value", "error"), [(0, ValueError), (-1, ValueError), (float("nan"), ValueError), ("1", TypeError)]
)
def test_invalid_settings_are_refused(name: str, value: Any, error: type[Exception]) -> None:
    """An invalid interval is refused with its name, before anything is sent."""
    with pytest.raises(error, match=name):
        Platform().poll(**{name: value})


def test_huge_settings_do_not_overflow() -> None:
    """No interval overflows; the longest pause is one that every system accepts."""
    platform = Platform(*[RUNNING] * 30, SUCCESS)
    platform.poll(poll_interval_ms=1e300, total_timeout_ms=1e300)
    assert max(platform.pauses) == 2_000_000.0
