"""The methods of ``training_jobs`` that take several jobs."""

import builtins
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from typing_extensions import Unpack

from .. import models
from .._call.call import Resource
from .._call.commands import Flow, Gather
from .._call.options import CallOptions, WaitOptions
from .._call.twins import twins
from .._display.progress import report_several
from ..types.resultlist import ResultList
from .comparing import compare_jobs, require_jobs
from .polling import poll_settings
from .waiting import job_error

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
        ids = require_jobs(training_job_ids)
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
        ids = require_jobs(training_job_ids)

        def retrieve(id_: str) -> Flow[tuple[models.TrainingJobDetail, list[models.TrainingJobCheckpoint]]]:
            job = yield from self._retrieve(project_id=project_id, training_job_id=id_, **options)
            checkpoints = yield from self._list_checkpoints(project_id=project_id, training_job_id=id_, **options)
            return job, checkpoints

        found: list[tuple[Any, Any]] = yield Gather(map(retrieve, ids), _AT_A_TIME)
        return compare_jobs(found, metric, largest=largest)

    compare, compare_async = twins(_compare)
