"""Waiting for a job, stepped by hand: no clock, no socket."""

import asyncio
from typing import Any

import httpx
import pytest

from emissary_client_sdk import errors, models
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from .stepping import Answer, Stepped

RUNNING = {"id": "t", "status": "Running", "progress": 10}
SUCCESS = {"id": "t", "status": "Success", "progress": 100}
BUSY = httpx.Response(503)
ENDS = [
    ("Failed", errors.TrainingJobFailed),
    ("TimedOut", errors.TrainingJobTimedOut),
    ("Cancelled", errors.TrainingJobCancelled),
]


def test_it_ends_with_the_job() -> None:
    """The job is looked at until it has ended, and given as it ended."""
    stepped = Stepped({"id": "t", "status": "Pending"}, RUNNING, SUCCESS)
    assert stepped.wait() == models.TrainingJobDetail.model_validate(SUCCESS)
    assert len(stepped.waits) == 2


@pytest.mark.parametrize("status", ["Paused", None])
def test_an_unknown_status_is_no_end(status: str | None) -> None:
    """A status that the SDK does not know, or none, keeps it waiting."""
    stepped = Stepped({"id": "t", "status": status}, SUCCESS)
    assert stepped.wait().status == "Success"


@pytest.mark.parametrize(("status", "error"), ENDS)
def test_a_bad_end_is_an_error(status: str, error: type[errors.TrainingJobEndedError]) -> None:
    """It carries the job, and names it with its status."""
    with pytest.raises(error, match=f"t ended: its status is {status}") as caught:
        Stepped({"id": "t", "status": status, "progress": 7}).wait()
    assert caught.value.job.progress == 7
    assert isinstance(caught.value, errors.EmissaryClientError)


@pytest.mark.parametrize("status", [status for status, _ in ENDS])
def test_a_bad_end_can_be_a_result(status: str) -> None:
    """With raise_on_failure=False the job is given however it ended."""
    assert Stepped({"id": "t", "status": status}).wait(raising=False).status == status


def test_a_clock_is_told_of_each_second() -> None:
    """Whoever shows a clock hears of each second that passes between two looks, and no look comes later for that."""
    stepped = Stepped(RUNNING, SUCCESS)
    ticks: list[float] = []
    stepped.wait(tick=lambda: ticks.append(stepped.now), poll_interval_ms=3500)
    assert ticks == [1001.0, 1002.0, 1003.0]
    assert stepped.waits == pytest.approx([1.0, 1.0, 1.0, 0.5])


def test_the_interval_grows_gently_to_a_cap() -> None:
    """By a tenth from look to look, to six times the first one."""
    stepped = Stepped(*[RUNNING] * 40, SUCCESS)
    stepped.wait(poll_interval_ms=2000)
    assert stepped.waits[:3] == pytest.approx([2.0, 2.2, 2.42])
    assert stepped.waits[-1] == pytest.approx(12.0)
    assert max(stepped.waits) == pytest.approx(12.0)


@pytest.mark.parametrize(("random", "wait"), [(0.0, 0.9), (0.5, 1.0), (1.0, 1.1)])
def test_the_interval_has_jitter(random: float, wait: float) -> None:
    """A tenth to both sides, so that many waits do not ask in step."""
    stepped = Stepped(RUNNING, SUCCESS, random=random)
    stepped.wait()
    assert stepped.waits == pytest.approx([wait])


@pytest.mark.parametrize(
    "trouble",
    [
        BUSY,
        httpx.Response(500),
        httpx.Response(408),
        httpx.Response(429),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("dropped"),
    ],
)
def test_passing_trouble_does_not_end_it(trouble: Answer) -> None:
    """The next look is the retry."""
    stepped = Stepped(RUNNING, trouble, trouble, SUCCESS)
    assert stepped.wait().status == "Success"
    assert len(stepped.waits) == 3


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.Response(401), errors.SDKError),
        (httpx.Response(403), errors.SDKError),
        (httpx.Response(404, json={"status": 404, "error": "no", "code": "x"}), errors.APIErrorNotFound),
        (httpx.Response(302), errors.SDKError),
        (httpx.Response(200, content=b"<html>"), errors.ResponseValidationError),
        (httpx.UnsupportedProtocol("gopher"), errors.NoResponseError),
    ],
)
def test_lasting_trouble_ends_it_at_once(trouble: Answer, error: type[Exception]) -> None:
    """Another look would only repeat it."""
    stepped = Stepped(RUNNING, trouble, SUCCESS)
    with pytest.raises(error):
        stepped.wait()
    assert stepped.answers == [SUCCESS]


def test_trouble_without_end_ends_it() -> None:
    """After half an hour without any answer the last error comes out, with its cause."""
    stepped = Stepped(RUNNING, *[httpx.ConnectError("refused")] * 400)
    with pytest.raises(errors.NoResponseError):
        stepped.wait(poll_interval_ms=60_000)
    assert 1800 <= stepped.now - 1000 < 1800 + 2 * 360


def test_a_retry_after_is_obeyed() -> None:
    """A server that asks for more time than the interval gets it."""
    stepped = Stepped(httpx.Response(429, headers={"retry-after": "17"}), SUCCESS)
    stepped.wait()
    assert stepped.waits == [17.0]


def test_past_the_deadline_it_is_a_timeout() -> None:
    """The last sleep is clipped to the deadline; the error has the last state seen and says that the job goes on."""
    stepped = Stepped(*[RUNNING] * 5)
    with pytest.raises(errors.WaitTimeoutError, match="has the status Running and goes on") as caught:
        stepped.wait(total_timeout_ms=2500)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.job is not None
    assert caught.value.job.progress == 10
    assert sum(stepped.waits) == pytest.approx(2.5)


def test_a_deadline_with_no_answer_at_all() -> None:
    """The error has no job then, and the trouble is its cause."""
    stepped = Stepped(*[BUSY] * 5)
    with pytest.raises(errors.WaitTimeoutError, match="was never seen") as caught:
        stepped.wait(total_timeout_ms=2500)
    assert caught.value.job is None
    assert isinstance(caught.value.__cause__, errors.SDKError)


def test_request_timeouts_are_clipped_to_the_deadline() -> None:
    """No look is given more time than is left, and none more than it would have anyway."""
    stepped = Stepped(*[RUNNING] * 5)
    with pytest.raises(errors.WaitTimeoutError):
        stepped.wait(total_timeout_ms=2500, timeout_ms=2000)
    assert stepped.timeouts == pytest.approx([2.0, 1.5, 0.4, 0.001])
    long = Stepped(SUCCESS)
    long.wait(total_timeout_ms=3_600_000)
    assert long.timeouts == [60.0]


def test_the_caller_s_own_retries_are_obeyed_up_to_the_deadline() -> None:
    """A RetryConfig retries within one look; a wait of its own past the deadline is not begun."""
    config = RetryConfig("backoff", BackoffStrategy(800, 800, 1, 60_000), False)
    stepped = Stepped(BUSY, SUCCESS, random=1.0)
    stepped.wait(retries=config, total_timeout_ms=1000)
    assert stepped.waits == [0.8]
    hurried = Stepped(*[BUSY] * 9, random=1.0)
    with pytest.raises(errors.WaitTimeoutError):
        hurried.wait(retries=config, total_timeout_ms=1000)
    assert sum(hurried.waits) == pytest.approx(1.0)


def test_updates_come_when_the_job_has_changed() -> None:
    """Once for each state that differs from the one before."""
    seen: list[Any] = []
    changed = {**RUNNING, "progress": 20}
    Stepped(RUNNING, RUNNING, changed, changed, SUCCESS).wait(seen.append)
    assert [job.progress for job in seen] == [10, 20, 100]


def test_an_asynchronous_update_is_awaited() -> None:
    """What the function gives is handed to the driver to be awaited."""

    async def update(job: models.TrainingJobDetail) -> None:
        updates.append(job.progress)

    updates: list[int | None] = []
    stepped = Stepped(SUCCESS)
    stepped.wait(update)
    assert updates == []
    asyncio.run(stepped.resolved[0])
    assert updates == [100]


def test_an_update_s_error_comes_out() -> None:
    """The caller's own mistake is neither swallowed nor retried."""

    def update(_job: object) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Stepped(SUCCESS).wait(update)


@pytest.mark.parametrize("name", ["poll_interval_ms", "total_timeout_ms"])
@pytest.mark.parametrize(
    ("value", "error"), [(0, ValueError), (-1, ValueError), (float("nan"), ValueError), ("1", TypeError)]
)
def test_bad_settings_are_told_of_at_once(name: str, value: Any, error: type[Exception]) -> None:
    """The error names the argument, and nothing is sent."""
    with pytest.raises(error, match=name):
        Stepped().wait(**{name: value})
