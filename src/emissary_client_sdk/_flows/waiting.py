"""The resources that one can wait for, and the changes of a training job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..errors import (
    DeploymentFailedError,
    EngineFailedError,
    MetricNotFoundError,
    TrainingJobCancelled,
    TrainingJobEndedError,
    TrainingJobFailed,
    TrainingJobTimedOut,
)
from ..models import TrainingJobStatus
from ..models.changes import CheckpointAdded, LossAdded, ProgressChanged, StatusChanged
from .polling import Awaited, Poller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._call.commands import Flow
    from .._call.operation import Operation
    from ..errors import EmissaryClientError
    from ..models import TrainingJobChange, TrainingJobCheckpoint, TrainingJobDetail


_JOB_ERRORS = {
    TrainingJobStatus.FAILED: TrainingJobFailed,
    TrainingJobStatus.TIMED_OUT: TrainingJobTimedOut,
    TrainingJobStatus.CANCELLED: TrainingJobCancelled,
}


def job_error(job: Any) -> TrainingJobEndedError | None:
    """Return the error of a job that has ended without success; None for any other job."""
    error = _JOB_ERRORS.get(job.status)
    return None if error is None else error(job)


def _is_ready_or_ended(state: Any) -> bool:
    return state.status is not None and (state.status.is_success or state.status.is_terminal)


def _is_ready_or_at_rest(state: Any) -> bool:
    return _is_ready_or_ended(state) or (state.status is not None and state.status.is_idle)


def _is_usable(dataset: Any) -> bool:
    # ``is_profiled`` is missing in older versions of the platform.
    return bool(dataset.is_uploaded) and dataset.is_profiled is not False


def _unless_ready(
    error: type[DeploymentFailedError | EngineFailedError],
) -> Callable[[Any], EmissaryClientError | None]:
    return lambda state: None if state.status.is_success else error(state)


TRAINING_JOB = Awaited("training job", "training_job_id", _is_ready_or_ended, job_error)
DEPLOYMENT = Awaited("deployment", "deployment_id", _is_ready_or_at_rest, _unless_ready(DeploymentFailedError))
DATASET = Awaited("dataset", "dataset_id", _is_usable)
ENGINE = Awaited("engine", "engine_id", _is_ready_or_at_rest, _unless_ready(EngineFailedError))


def reactivated(awaited: Awaited) -> Awaited:
    """Return the same kind of resource, just reactivated: it is waited for while it is still at rest."""
    return awaited._replace(is_done=_is_ready_or_ended)


def watch_job(poller: Poller, list_checkpoints: Operation[list[TrainingJobCheckpoint]]) -> Iterator[Flow[list[Any]]]:
    """Yield a flow for each state of a training job, which returns the changes since the last state."""
    changes = _Changes()

    def next_changes() -> Flow[list[TrainingJobChange]]:
        job = yield from poller.next_state()
        checkpoints = yield from poller.ask(list_checkpoints)
        return changes.between(job, checkpoints)

    while not poller.is_done:
        yield next_changes()


class _Changes:
    """The part of a training job that a watch has reported."""

    def __init__(self) -> None:
        self._status: Any = None
        self._progress: int | None = None
        self._points = 0
        self._checkpoints: set[int] = set()

    def between(self, job: TrainingJobDetail, checkpoints: list[TrainingJobCheckpoint]) -> list[TrainingJobChange]:
        """Return the changes since the last state, in the order in which they are reported."""
        losses = job.training_loss or []
        changes: list[TrainingJobChange] = [LossAdded(job=job, loss=loss) for loss in losses[self._points :]]
        self._points = max(self._points, len(losses))
        for checkpoint in checkpoints:
            if checkpoint.checkpoint not in self._checkpoints:
                self._checkpoints.add(checkpoint.checkpoint)
                changes.append(CheckpointAdded(job=job, checkpoint=checkpoint))
        if job.progress is not None and job.progress != self._progress:
            changes.append(ProgressChanged(job=job, previous=self._progress, progress=job.progress))
            self._progress = job.progress
        if job.status is not None and job.status != self._status:
            changes.append(StatusChanged(job=job, previous=self._status, status=job.status))
            self._status = job.status
        return changes


_SMALLEST_IS_BEST = frozenset({"loss", "error", "perplexity", "mse", "mae", "rmse", "wer", "cer"})


def largest_is_best(metric: str) -> bool:
    """Return whether a large value of a metric is better than a small one, judging by the last word of its name."""
    words = [word for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", metric) if word]
    return not words or words[-1].lower() not in _SMALLEST_IS_BEST


def best_of(
    checkpoints: list[TrainingJobCheckpoint], training_job_id: str, metric: str, *, largest: bool | None
) -> TrainingJobCheckpoint:
    """Return the checkpoint with the largest or smallest value of a metric.

    :param largest: Whether the largest value is the best; by default, it follows from the name of the metric.
    :raises MetricNotFoundError: No checkpoint has the metric.
    """
    measured = [checkpoint for checkpoint in checkpoints if metric in checkpoint.metrics]
    if not measured:
        available = sorted({name for checkpoint in checkpoints for name in checkpoint.metrics})
        raise MetricNotFoundError(metric, training_job_id, available)
    best = max if (largest_is_best(metric) if largest is None else largest) else min
    return best(measured, key=lambda checkpoint: checkpoint.metrics[metric])
