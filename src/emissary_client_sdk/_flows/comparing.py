"""Training jobs side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from .._validation import require_instance
from ..errors import MetricNotFoundError
from ..models.jobcomparison import ComparedJob, JobComparison
from .waiting import best_of, largest_is_best

if TYPE_CHECKING:
    from ..models import TrainingJobCheckpoint, TrainingJobDetail


def require_jobs(training_job_ids: object) -> list[str]:
    """Return the IDs of training jobs as a list.

    :raises TypeError: They are not an iterable of str.
    :raises ValueError: They are empty, or one is given twice.
    """
    if isinstance(training_job_ids, (str, bytes)) or not isinstance(training_job_ids, Iterable):
        raise TypeError(f"training_job_ids must be an iterable of str, not {type(training_job_ids).__name__}")
    ids = list(cast("Iterable[str]", training_job_ids))
    for id_ in ids:
        require_instance("training_job_ids", id_, str, "an iterable of str")
    if not ids:
        raise ValueError("training_job_ids must not be empty")
    if len(set(ids)) < len(ids):
        raise ValueError(f"training_job_ids has {next(id_ for id_ in ids if ids.count(id_) > 1)!r} more than once")
    return ids


def compare_jobs(
    found: list[tuple[TrainingJobDetail, list[TrainingJobCheckpoint]]], metric: str | None, *, largest: bool | None
) -> JobComparison:
    """Compare jobs by the best of their checkpoints.

    :param metric: Name of the test result that selects it; by default, the accuracy or the first one but the loss.
    :raises MetricNotFoundError: No checkpoint has the metric.
    """
    available = list(dict.fromkeys(name for _, checkpoints in found for each in checkpoints for name in each.metrics))
    if metric is not None and metric not in available:
        raise MetricNotFoundError(metric, ", ".join(job.id for job, _ in found), sorted(available))
    if metric is None and available:
        metric = min(available, key=lambda name: (name != "accuracy", name == "loss"))
    is_largest = largest_is_best(metric or "") if largest is None else largest
    return JobComparison(metric, is_largest, [_compared(*each, metric, largest=is_largest) for each in found])


def _compared(
    job: TrainingJobDetail, checkpoints: list[TrainingJobCheckpoint], metric: str | None, *, largest: bool
) -> ComparedJob:
    measured = [each for each in checkpoints if metric is not None and metric in each.metrics]
    best = best_of(measured, job.id, metric, largest=largest) if measured and metric is not None else None
    return ComparedJob(
        id=job.id,
        name=job.name,
        status=None if job.status is None else str(job.status),
        parameters=job.hyper_parameters or {},
        final_loss=job.training_loss[-1].loss if job.training_loss else None,
        checkpoint=None if best is None else best.checkpoint,
        metrics={} if best is None else best.metrics,
    )
