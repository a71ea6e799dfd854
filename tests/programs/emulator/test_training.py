"""The state of a training job as a function of its row and the time."""

from itertools import pairwise

import pytest

from emissary_client_sdk.emulator import training
from emissary_client_sdk.emulator.training import TrainingRun, checkpoints, loss_curve, losses, state_of
from emissary_client_sdk.models import TrainingJobStatus

START = 1_700_000_000.5
GOOD = TrainingRun("a-job", START, 100.0)
OUTCOMES = [TrainingJobStatus.SUCCESS, TrainingJobStatus.FAILED, TrainingJobStatus.TIMED_OUT]


@pytest.mark.parametrize(
    ("elapsed", "status", "progress", "written"),
    [
        (-50, "Pending", 0, 0),
        (0, "Pending", 0, 0),
        (10, "Pending", 0, 0),
        (11, "Running", 1, 0),
        (36, "Running", 31, 1),
        (61, "Running", 61, 2),
        (84, "Running", 88, 2),
        (86, "Testing", 90, 3),
        (99.999, "Testing", 99, 3),
        (100, "Success", 100, 3),
        (1e9, "Success", 100, 3),
    ],
)
def test_successful_run_passes_through_every_status(elapsed: float, status: str, progress: int, written: int) -> None:
    """Pending, Running, Testing and Success follow at fixed shares of the run; each third writes a checkpoint."""
    state = state_of(GOOD, START + elapsed)
    assert (state.status, state.progress) == (status, progress)
    found = list(checkpoints(GOOD, state))
    assert [number for number, *_ in found] == list(range(1, written + 1))
    assert all(START < when <= START + elapsed for _, when, _ in found)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_state_never_goes_back(outcome: TrainingJobStatus) -> None:
    """Progress, time of change, loss curve and checkpoints only grow."""
    run = TrainingRun("a-job", START, 100.0, outcome)
    for before, after in pairwise(state_of(run, START + elapsed) for elapsed in range(110)):
        assert before.progress <= after.progress
        assert before.changed <= after.changed
        for read in (losses, checkpoints):
            earlier = list(read(run, before))
            assert list(read(run, after))[: len(earlier)] == earlier


@pytest.mark.parametrize("outcome", OUTCOMES[1:])
def test_failing_run_keeps_its_progress(outcome: TrainingJobStatus) -> None:
    """It is never tested, and keeps what it had when it ended."""
    run = TrainingRun("a-job", START, 100.0, outcome)
    assert [state_of(run, START + elapsed).status for elapsed in (5, 99)] == ["Pending", "Running"]
    state = state_of(run, START + 100)
    assert (state.status, state.progress) == (outcome, 54)
    assert [number for number, *_ in checkpoints(run, state)] == [1]
    assert len(losses(run, state)) == 24


@pytest.mark.parametrize(("elapsed", "progress"), [(5, 0), (47.5, 45), (93, 95)])
def test_cancelled_run_is_frozen(elapsed: float, progress: int) -> None:
    """Progress, loss and checkpoints stay as they were when the job was cancelled."""
    cancelled = TrainingRun("a-job", START, 100.0, cancelled_at=START + elapsed)
    before, after = state_of(GOOD, START + elapsed), state_of(cancelled, START + 1000)
    assert (after.status, after.progress, after.changed) == ("Cancelled", progress, START + elapsed)
    assert losses(cancelled, after) == losses(GOOD, before)
    assert list(checkpoints(cancelled, after)) == list(checkpoints(GOOD, before))
    assert state_of(cancelled, START).status == "Cancelled"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_run_without_length_ends_at_once(outcome: TrainingJobStatus) -> None:
    """With zero seconds a job has its outcome, and its whole loss curve, from the start."""
    run = TrainingRun("a-job", START, 0.0, outcome)
    state = state_of(run, START)
    assert (state.status, state.changed) == (outcome, START)
    assert {when for when, _ in losses(run, state)} == {START}


def test_loss_curve_falls_with_noise() -> None:
    """The forty points are in order, within the run, and end much lower. Each job has its own curve."""
    moments, values = zip(*losses(GOOD, state_of(GOOD, START + 100)), strict=True)
    assert list(moments) == sorted(moments)
    assert all(START < moment <= START + 85 for moment in moments)
    assert len(values) == 40
    assert values[-1] < values[0] / 2
    assert list(values) != sorted(values, reverse=True)
    first = loss_curve("a-job")
    loss_curve.cache_clear()
    assert loss_curve("a-job") == first != loss_curve("another")


def test_results_improve_with_the_loss() -> None:
    """They contain the loss, the metrics of the task, and every test function, each from 0 to 1."""
    early, late = (training.test_results(GOOD, 1, loss, "classification", ["mine"]) for loss in (2.0, 0.3))
    assert early.keys() == {"loss", "accuracy", "f1", "precision", "recall", "mine"}
    assert all(0 < early[name] < late[name] <= 1 for name in early if name != "loss")
    assert training.test_results(GOOD, 1, 0.3, "unknown", []) == {"loss": 0.3}
