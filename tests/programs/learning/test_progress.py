"""The state of a job that learns: a pure function of the time and of what its worker has done."""

import pytest

from emissary_client_sdk.emulator import training
from emissary_client_sdk.emulator.training import Learned, TrainingRun, checkpoints, losses, state_of
from emissary_client_sdk.models import TrainingJobStatus as Status

RESULTS = {"loss": 0.25, "accuracy": 0.75}
POINTS = [(0.0, 0.7, 10.0), (0.5, 0.5, 20.0), (1.0, 0.3, 30.0)]
CHECKPOINTS = [(1, 21.0, {"loss": 0.5}), (2, 32.0, RESULTS)]
FINISHED = Learned(2, POINTS, CHECKPOINTS, 33.0)
IMMEDIATE = TrainingRun("tr-1", started=0, seconds=0, learned=FINISHED)
"""A job without a least time, which the worker trained from second 10 to 33."""
SLOW = IMMEDIATE._replace(seconds=1000)
"""The same, of which the clock shows nothing before it is due."""


@pytest.mark.parametrize(
    ("now", "status", "progress", "points", "numbers"),
    [
        (0, Status.PENDING, 0, 0, []),
        (9, Status.PENDING, 0, 0, []),
        (10, Status.RUNNING, 0, 1, []),
        (25, Status.RUNNING, 45, 2, [1]),
        (30, Status.TESTING, 90, 3, [1]),
        (33, Status.SUCCESS, 100, 3, [1, 2]),
        (99, Status.SUCCESS, 100, 3, [1, 2]),
    ],
)
def test_job_without_a_least_time_follows_its_worker(
    now: float, status: Status, progress: int, points: int, numbers: list[int]
) -> None:
    """Its loss curve and its checkpoints are those that the worker has sent."""
    learned = Learned(2, POINTS, CHECKPOINTS, 33.0 if now >= 33 else None)
    run = IMMEDIATE._replace(learned=learned)
    at = state_of(run, now)
    assert (at.status, at.progress) == (status, progress)
    assert losses(run, at) == [(moment, loss) for _, loss, moment in POINTS[:points]]
    assert [number for number, *_ in checkpoints(run, at)] == numbers


@pytest.mark.parametrize(
    ("now", "status", "progress", "points", "numbers"),
    [
        (99, Status.PENDING, 0, 0, []),
        (100, Status.RUNNING, 0, 1, []),
        (474, Status.RUNNING, 44, 1, []),
        (475, Status.RUNNING, 45, 2, [1]),
        (850, Status.TESTING, 90, 3, [1, 2]),
        (999, Status.TESTING, 99, 3, [1, 2]),
        (1000, Status.SUCCESS, 100, 3, [1, 2]),
    ],
)
def test_job_takes_its_least_time(now: float, status: Status, progress: int, points: int, numbers: list[int]) -> None:
    """Whatever the worker has done before is shown when it is due."""
    at = state_of(SLOW, now)
    assert (at.status, at.progress) == (status, progress)
    assert [moment for moment, _ in losses(SLOW, at)] == [100, 475, 850][:points]
    assert [(number, moment) for number, moment, _ in checkpoints(SLOW, at)] == [(1, 475), (2, 850)][: len(numbers)]


def test_job_waits_for_a_slow_worker() -> None:
    """Its time is over, and half of its training is done."""
    run = SLOW._replace(seconds=5, learned=Learned(2, POINTS[:2], CHECKPOINTS[:1], None))
    at = state_of(run, 5000)
    assert (at.status, at.progress) == (Status.RUNNING, 45)


@pytest.mark.parametrize(("ended", "share", "progress"), [(25.0, 0.5, 45), (9.0, 0.0, 0)])
def test_failed_job_keeps_what_it_has_learned(ended: float, share: float, progress: int) -> None:
    """It ends when its least time is over."""
    points = [point for point in POINTS if point[2] <= ended]
    learned = Learned(2, points, CHECKPOINTS[:1] if points else [], ended)
    run = SLOW._replace(seconds=100, outcome=Status.FAILED, learned=learned)
    assert state_of(run, 99).status is (Status.RUNNING if points else Status.PENDING)
    at = state_of(run, 100)
    assert (at.status, at.trained, at.progress) == (Status.FAILED, share, progress)


def test_cancelled_job_stands_still() -> None:
    """It shows the progress up to then."""
    run = IMMEDIATE._replace(cancelled_at=25, learned=Learned(2, POINTS, CHECKPOINTS, None))
    at = state_of(run, 99)
    assert (at.status, at.progress, len(losses(run, at))) == (Status.CANCELLED, 45, 2)


def test_results_are_those_that_were_measured() -> None:
    """Not made-up ones."""
    assert training.test_results(IMMEDIATE, 2, 0.25, "classification", ["any"]) == RESULTS
