"""The methods of ``training_jobs`` that take several jobs."""

import builtins
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from typing_extensions import Unpack

from .. import models
from .._call.call import Resource
from .._call.commands import Flow, Gather
from .._call.options import CallOptions, WaitOptions
from .._call.twins import twins
from .._display.progress import report_several
from .._validation import require_instance
from ..errors import MetricNotFoundError
from ..models.jobcomparison import ComparedJob
from ..types.resultlist import ResultList
from .polling import poll_settings
from .waiting import best_of, job_error, largest_is_best

_AT_A_TIME = 10


class SeveralJobs(Resource):
    """The methods for several training jobs of a project. They use those of ``TrainingJobs`` for one job."""

    _wait: Callable[..., Flow[models.TrainingJobDetail]]
    _retrieve: Callable[..., Flow[models.TrainingJobDetail]]
    _list_checkpoints: Callable[..., Flow[builtins.list[models.TrainingJobCheckpoint]]]

    def _wait_many(
        self,
        *,
        project_id: str,
        training_job_ids: Iterable[str],
        on_update: Callable[[models.TrainingJobDetail], Awaitable[None] | None] | None = None,
        **options: Unpack[WaitOptions],
    ) -> Flow[builtins.list[models.TrainingJobDetail]]:
        """Poll several training jobs until all of them have ended, and return their final states.

        A job that ends without success does not end the wait for the others. Errors of a poll are handled as in
        ``wait``; one that ends the wait has the final states so far in ``error.completed``, by index.

        :param project_id: ID of the project.
        :param training_job_ids: IDs of the jobs.
        :param on_update: Called with a job each time it has changed, with one job at a time; may be a coroutine
            function in ``wait_many_async``.
        :returns: The final states of the jobs, in the order of their IDs.
        :raises TrainingJobEndedError: A job failed, timed out or was cancelled, and all the others have ended, too;
            ``error.job`` is the final state of the first such job, ``error.completed`` has those of all jobs.
        :raises WaitTimeoutError: The total timeout expired; ``error.job`` is the last known state of a job.
        """
        ids = _require_ids(training_job_ids)
        settings = poll_settings(options)
        each = {**options, "progress": False, "raise_on_failure": False}
        with report_several(settings.progress, len(ids), on_update) as reports:
            flows = (
                self._wait(project_id=project_id, training_job_id=id_, on_update=report, **each)
                for id_, report in zip(ids, reports, strict=True)
            )
            jobs: list[models.TrainingJobDetail] = yield Gather(flows, len(ids))
        error = next(filter(None, map(job_error, jobs)), None)
        if error is not None and settings.raise_on_failure:
            error.completed = dict(enumerate(jobs))
            raise error
        return ResultList(jobs)

    wait_many, wait_many_async = twins(_wait_many)

    def _compare(
        self,
        *,
        project_id: str,
        training_job_ids: Iterable[str],
        metric: str | None = None,
        largest: bool | None = None,
        **options: Unpack[CallOptions],
    ) -> Flow[models.JobComparison]:
        """Return training jobs side by side: parameters, final loss, best checkpoint and its test results.

        :param project_id: ID of the project.
        :param training_job_ids: IDs of the jobs.
        :param metric: Name of the test result that selects the best checkpoint of each job, and the best job. Default:
            ``"accuracy"`` if a checkpoint has it, otherwise the first one but the loss.
        :param largest: Whether the largest value is the best. Default: it follows from the name, as in
            ``best_checkpoint``.
        :returns: The comparison, which is a table under ``print``.
        :raises MetricNotFoundError: No checkpoint of a job has the metric; the error lists the available ones.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        ids = _require_ids(training_job_ids)

        def retrieve(id_: str) -> Flow[tuple[models.TrainingJobDetail, list[models.TrainingJobCheckpoint]]]:
            job = yield from self._retrieve(project_id=project_id, training_job_id=id_, **options)
            checkpoints = yield from self._list_checkpoints(project_id=project_id, training_job_id=id_, **options)
            return job, checkpoints

        found: list[tuple[Any, Any]] = yield Gather(map(retrieve, ids), _AT_A_TIME)
        available = list(
            dict.fromkeys(name for _, checkpoints in found for each in checkpoints for name in each.metrics)
        )
        if metric is not None and metric not in available:
            raise MetricNotFoundError(metric, ", ".join(ids), sorted(available))
        if metric is None and available:
            metric = min(available, key=lambda name: (name != "accuracy", name == "loss"))
        is_largest = largest_is_best(metric or "") if largest is None else largest
        return models.JobComparison(
            metric, is_largest, [_compared(*each, metric, largest=is_largest) for each in found]
        )

    compare, compare_async = twins(_compare)


def _require_ids(training_job_ids: object) -> list[str]:
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


def _compared(
    job: models.TrainingJobDetail,
    checkpoints: list[models.TrainingJobCheckpoint],
    metric: str | None,
    *,
    largest: bool,
) -> ComparedJob:
    has_metric = metric is not None and any(metric in each.metrics for each in checkpoints)
    best = best_of(checkpoints, job.id, str(metric), largest=largest) if has_metric else None
    return ComparedJob(
        id=job.id,
        name=job.name,
        status=None if job.status is None else str(job.status),
        parameters=job.hyper_parameters or {},
        final_loss=job.training_loss[-1].loss if job.training_loss else None,
        checkpoint=None if best is None else best.checkpoint,
        metrics={} if best is None else best.metrics,
    )
