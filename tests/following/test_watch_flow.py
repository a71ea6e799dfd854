"""Watching a job, stepped by hand: no clock, no socket."""

from typing import Any

import httpx
import pytest

from emissary_client_sdk import errors, models

from .stepping import Stepped


def job(status: str, progress: int | None = None, losses: int = 0) -> dict[str, Any]:
    """Give a job as the platform would."""
    points = [{"timestamp": float(n), "loss": 1.0 / (n + 1)} for n in range(losses)]
    return {"id": "t", "status": status, "progress": progress, "training_loss": points}


def short(change: models.TrainingJobChange) -> tuple[Any, ...]:
    """Give a change as a tuple that is easy to compare."""
    match change:
        case models.StatusChanged():
            return "status", change.previous, change.status
        case models.ProgressChanged():
            return "progress", change.previous, change.progress
        case models.LossAdded():
            return "loss", change.loss.timestamp
        case models.CheckpointAdded():
            return "checkpoint", change.checkpoint.checkpoint


def test_each_change_comes_once_and_the_status_last() -> None:
    """New points, checkpoints, progress and status; nothing for a look that shows nothing new."""
    stepped = Stepped(job("Running", 10, 1), job("Running", 10, 1), job("Success", 100, 3))
    stepped.checkpoints = [
        httpx.Response(200, json=[]),
        httpx.Response(200, json=[{"checkpoint": 1}, {"checkpoint": 2}]),
    ]
    assert [short(change) for change in stepped.watch()] == [
        ("loss", 0.0),
        ("progress", None, 10),
        ("status", None, "Running"),
        ("loss", 1.0),
        ("loss", 2.0),
        ("checkpoint", 1),
        ("checkpoint", 2),
        ("progress", 10, 100),
        ("status", "Running", "Success"),
    ]


def test_a_change_has_the_job_as_it_was_then() -> None:
    """Every change carries the whole job."""
    stepped = Stepped(job("Running", 10), job("Failed", 20))
    stepped.checkpoints = [httpx.Response(200, json=[]), httpx.Response(200, json=[])]
    assert [change.job.progress for change in stepped.watch()] == [10, 10, 20, 20]


def test_missing_fields_are_no_change() -> None:
    """A job without progress, losses or status has none of these to tell of."""
    stepped = Stepped({"id": "t"}, {"id": "t", "status": "Cancelled"})
    stepped.checkpoints = [httpx.Response(200, json=[]), httpx.Response(200, json=[])]
    assert [short(change) for change in stepped.watch()] == [("status", None, "Cancelled")]


def test_passing_trouble_with_the_checkpoints_waits_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked for again when the job has changed; no checkpoint is told of twice."""
    monkeypatch.setattr("random.random", lambda: 0.0)
    stepped = Stepped(job("Running", 10), job("Running", 20), job("Success", 100))
    one = httpx.Response(200, json=[{"checkpoint": 1}])
    stepped.checkpoints = [httpx.Response(503), one, one]
    changes = [short(change) for change in stepped.watch(retries=None)]
    assert changes.count(("checkpoint", 1)) == 1
    assert changes.index(("checkpoint", 1)) > changes.index(("progress", None, 10))


def test_lasting_trouble_with_the_checkpoints_is_an_error() -> None:
    """So is any trouble with them after the job's end, when there is no next look."""
    for answers, trouble in (([job("Running", 1)], 403), ([job("Success", 100)], 503)):
        stepped = Stepped(*answers)
        stepped.checkpoints = [httpx.Response(trouble)] * 5
        with pytest.raises(errors.SDKError):
            stepped.watch()


def test_past_the_deadline_it_is_a_timeout() -> None:
    """As in a wait."""
    stepped = Stepped(*[{"id": "t"}] * 5)
    stepped.checkpoints = [httpx.Response(200, json=[])]
    with pytest.raises(errors.WaitTimeoutError):
        stepped.watch(total_timeout_ms=1500)
