"""``watch``: the changes of a training job."""

from typing import Any

import pytest

from emissary_client_sdk import errors, models

from .stepping import Platform


def job(status: str | None, progress: int | None = None, losses: int = 0) -> dict[str, Any]:
    """Return a state of a job."""
    points = [{"timestamp": float(number), "loss": 1.0 / (number + 1)} for number in range(losses)]
    return {"id": "t", "status": status, "progress": progress, "training_loss": points}


def short(change: models.TrainingJobChange) -> tuple[Any, ...]:
    """Return a change as a tuple."""
    match change:
        case models.StatusChanged():
            return "status", change.previous, change.status
        case models.ProgressChanged():
            return "progress", change.previous, change.progress
        case models.LossAdded():
            return "loss", change.loss.timestamp
        case models.CheckpointAdded():
            return "checkpoint", change.checkpoint.checkpoint


def watch(platform: Platform, **arguments: Any) -> list[Any]:
    """Return all changes."""
    changes: list[Any] = platform.call("training_jobs.watch", **arguments)
    return changes


def test_changes_come_once_and_the_status_last() -> None:
    """Each change comes once, the status last, with the job at that time; equal states have none."""
    states = [job("Running", 10, 1), job("Running", 10, 1), job("Success", 100, 3)]
    changes = watch(Platform(*states, checkpoints=[[], [{"checkpoint": 1}, {"checkpoint": 2}]]))
    assert [short(change) for change in changes] == [
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
    assert [change.job.progress for change in changes] == [10] * 3 + [100] * 6


def test_missing_fields_are_not_changes() -> None:
    """Missing fields are not changes, and an unsuccessful end is not an error."""
    changes = watch(Platform({"id": "t"}, job("Cancelled"), checkpoints=[[], []]))
    assert [short(change) for change in changes] == [("status", None, "Cancelled")]


@pytest.mark.parametrize("status", ["Running", "Success"])
def test_checkpoints_are_requested_again(status: str) -> None:
    """The checkpoints are requested again, also once the job has finished; none is lost or reported twice."""
    one = [{"checkpoint": 1}]
    platform = Platform(job(status, 1), job("Success", 2), checkpoints=[503, one, one])
    assert [short(change) for change in watch(platform)].count(("checkpoint", 1)) == 1


def test_permanent_failure_of_the_checkpoints_ends_the_watch() -> None:
    """Another failure ends the watch, and names the job."""
    with pytest.raises(errors.APIErrorForbidden) as caught:
        watch(Platform(job("Running", 1), checkpoints=[403]))
    assert caught.value.training_job_id == "t"
