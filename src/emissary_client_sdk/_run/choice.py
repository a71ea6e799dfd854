"""The choice of the checkpoint that is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._flows.waiting import best_of, largest_is_best
from ..errors import MetricNotFoundError

if TYPE_CHECKING:
    from ..models import TrainingJobCheckpoint

_DEFAULTS = ("accuracy", "f1", "loss")


def choose(
    checkpoints: list[TrainingJobCheckpoint], training_job_id: str, metric: str | None, *, largest: bool | None
) -> tuple[int, str]:
    """Return the number of the best checkpoint and the reason.

    :param metric: Test result to compare; by default, accuracy, f1 or loss, else the last checkpoint is the best.
    :param largest: Whether the largest value is the best; by default, it follows from the metric.
    :raises MetricNotFoundError: No checkpoint has the metric, or there is no checkpoint.
    """
    measured = {name for checkpoint in checkpoints for name in checkpoint.metrics}
    if metric is None:
        metric = next((name for name in _DEFAULTS if name in measured), None)
    elif metric not in measured:
        metric = next((name for name in measured if name.casefold() == metric.casefold()), metric)
    if metric is None:
        if not checkpoints:
            raise MetricNotFoundError(None, training_job_id, [])
        return max(
            checkpoint.checkpoint for checkpoint in checkpoints
        ), "the last one, because none has a known test result"
    largest = largest_is_best(metric) if largest is None else largest
    best = best_of(checkpoints, training_job_id, metric, largest=largest)
    return best.checkpoint, f"{'largest' if largest else 'smallest'} {metric}: {best.metrics[metric]:g}"
