"""Checkpoints of training jobs: choosing one, naming its file, and a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .exits import InvalidInput
from .output import age
from .table import write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .. import models
    from .command import Session

    Checkpoint = models.TrainingJobCheckpoint


def choose(session: Session, project: str, job: str, number: int | None = None) -> Checkpoint:
    """Return a checkpoint of a training job by its number, or the last one.

    :raises InvalidInput: The job has no such checkpoint, or none at all.
    """
    found = session.client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
    if not found:
        raise InvalidInput(f"Training job {job} has no checkpoints.")
    by_number = {one.checkpoint: one for one in found}
    chosen = max(by_number) if number is None else number
    if chosen not in by_number:
        known = ", ".join(map(str, by_number))
        raise InvalidInput(f"Training job {job} has no checkpoint {number}; available: {known}.")
    return by_number[chosen]


def file_of(checkpoint: Checkpoint, job: str, output: str) -> Path:
    """Return the file for a checkpoint's model, below a directory or as given."""
    path = Path(output)
    if not path.is_dir():
        return path
    name = urlsplit(checkpoint.model_download_url or "").path.rpartition("/")[2]
    extension = ".tar.gz" if name.endswith(".tar.gz") else Path(name).suffix
    return path / f"{job}-checkpoint-{checkpoint.checkpoint}{extension}"


def show(checkpoints: Sequence[Checkpoint]) -> None:
    """Write a table of checkpoints, with a column for each test result."""
    names = dict.fromkeys(name for checkpoint in checkpoints for name in _results(checkpoint))
    columns: dict[str, Callable[[Checkpoint], object]] = {
        "CHECKPOINT": lambda checkpoint: checkpoint.checkpoint,
        "AGE": lambda checkpoint: age(checkpoint.created_at),
        **{name: _result(name) for name in names},
    }
    write_table(checkpoints, columns, "There are no checkpoints.")


def _results(checkpoint: Checkpoint) -> dict[str, object]:
    results = checkpoint.test_results and checkpoint.test_results.aggregated_test_result
    return dict(results or {})


def _result(name: str) -> Callable[[Checkpoint], object]:
    return lambda checkpoint: _results(checkpoint).get(name)
