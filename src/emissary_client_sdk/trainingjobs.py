"""The resource ``training_jobs``."""

import builtins
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from typing_extensions import Unpack

from . import deployments, evaluation, models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation, creation
from ._call.options import CallOptions, PollOptions, WaitOptions, options_of
from ._call.twins import iterator_twins, twins
from ._datafiles.datasetfile import DatasetFile
from ._download.checkpointdownloads import CheckpointDownloads
from ._flows.checkpoints import evaluate_each, newest
from ._flows.evaluating import read_labelled, require_evaluation
from ._flows.interrupts import TemporaryDeployment, create_job_and_wait
from ._flows.polling import Poller, poll_settings, wait
from ._flows.severaljobs import SeveralJobs
from ._flows.waiting import TRAINING_JOB, best_of, watch_job
from ._validation import require_positive
from .chat import ChatCompletions
from .classification import Classification
from .embeddings import Embeddings
from .regression import Regression
from .utils.responseinfo import with_info_of

__all__ = ["TrainingJobs"]

_JOBS = "/v1/projects/{project_id}/training-jobs"
_JOB = _JOBS + "/{training_job_id}"


CREATE = creation("createTrainingJob", _JOBS, models.CreateTrainingJobRequestBody, models.TrainingJobSummary)
LIST = Operation("listTrainingJobs", "GET", _JOBS, result=list[models.TrainingJobSummary])
RETRIEVE = Operation("retrieveTrainingJobById", "GET", _JOB, result=models.TrainingJobDetail)
DELETE = Operation[None]("deleteTrainingJobById", "DELETE", _JOB)
CANCEL = Operation[None]("cancelTrainingJobById", "POST", _JOB + "/cancel")
LIST_CHECKPOINTS = Operation("listCheckpoints", "GET", _JOB + "/checkpoints", result=list[models.TrainingJobCheckpoint])
CREATE_GRPO = creation(
    "createGRPOTrainingJob", _JOBS + "/grpo", models.CreateGRPOTrainingJobRequestBody, models.TrainingJobSummary
)


_EVALUATORS: dict[str, type[Resource]] = {
    "classification": Classification,
    "regression": Regression,
    "embedding": Embeddings,
    "text-generation": ChatCompletions,
}


class TrainingJobs(SeveralJobs, CheckpointDownloads):
    """Training jobs of a project."""

    def _create(
        self,
        *,
        project_id: str,
        request_body: models.CreateTrainingJobRequestBody | models.CreateTrainingJobRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.TrainingJobSummary]:
        """Create a training job. It costs money from its start.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``. If the call fails, ``error.request_may_have_been_processed`` says whether the job may
        exist.

        :param project_id: ID of the project.
        :param request_body: The job to create: a model, or a mapping with the same fields.
        :returns: The created job.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE, options, project_id=project_id, request_body=request_body))

    create, create_async = twins(_create)

    def _list(
        self, *, project_id: str, **options: Unpack[CallOptions]
    ) -> Flow[builtins.list[models.TrainingJobSummary]]:
        """List all training jobs of a project.

        :param project_id: ID of the project.
        :returns: The jobs.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options, project_id=project_id))

    list, list_async = twins(_list)

    def _retrieve(
        self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]
    ) -> Flow[models.TrainingJobDetail]:
        """Retrieve a training job with its progress, hyperparameters and loss curve.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :returns: The job.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        return (yield from call(self, RETRIEVE, options, project_id=project_id, training_job_id=training_job_id))

    retrieve, retrieve_async = twins(_retrieve)
    get = retrieve
    get_async = retrieve_async

    def _delete(self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Delete a training job.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        return (yield from call(self, DELETE, options, project_id=project_id, training_job_id=training_job_id))

    delete, delete_async = twins(_delete)

    def _cancel(self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Cancel a training job.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        return (yield from call(self, CANCEL, options, project_id=project_id, training_job_id=training_job_id))

    cancel, cancel_async = twins(_cancel)

    def _list_checkpoints(
        self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]
    ) -> Flow[builtins.list[models.TrainingJobCheckpoint]]:
        """List the checkpoints of a training job, with download links and test results.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :returns: The checkpoints.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        return (
            yield from call(self, LIST_CHECKPOINTS, options, project_id=project_id, training_job_id=training_job_id)
        )

    list_checkpoints, list_checkpoints_async = twins(_list_checkpoints)

    def _create_grpo(
        self,
        *,
        project_id: str,
        request_body: models.CreateGRPOTrainingJobRequestBody | models.CreateGRPOTrainingJobRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.TrainingJobSummary]:
        """Create a training job that uses GRPO, which trains on the rewards of test functions.

        It is retried as carefully as ``create``.

        :param project_id: ID of the project.
        :param request_body: The job to create: a model, or a mapping with the same fields.
        :returns: The created job.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE_GRPO, options, project_id=project_id, request_body=request_body))

    create_grpo, create_grpo_async = twins(_create_grpo)

    def _wait(
        self,
        *,
        project_id: str,
        training_job_id: str,
        on_update: Callable[[models.TrainingJobDetail], Awaitable[None] | None] | None = None,
        **options: Unpack[WaitOptions],
    ) -> Flow[models.TrainingJobDetail]:
        """Poll a training job until it ends and return its final state.

        Transient server and network errors do not end the wait, unless there is no usable response for half an hour.
        Redirects, 401, 403 and 404 end it at once. Stopping the wait, with Ctrl-C or by cancelling the task, does not
        cancel the job.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :param on_update: Called with the job each time it has changed; may be a coroutine function in ``wait_async``.
        :returns: The final state of the job.
        :raises TrainingJobEndedError: The job failed, timed out or was cancelled; ``error.job`` is its final state.
        :raises WaitTimeoutError: The total timeout expired; ``error.job`` is the last known state.
        """
        ids = {"project_id": project_id, "training_job_id": training_job_id}
        return (yield from wait(self, TRAINING_JOB, RETRIEVE, options, on_update, **ids))

    wait, wait_async = twins(_wait)

    def _create_and_wait(
        self,
        *,
        project_id: str,
        request_body: models.CreateTrainingJobRequestBody | models.CreateTrainingJobRequestBodyTypedDict,
        on_update: Callable[[models.TrainingJobDetail], Awaitable[None] | None] | None = None,
        cancel_on_interrupt: bool = False,
        **options: Unpack[WaitOptions],
    ) -> Flow[models.TrainingJobDetail]:
        """Create a training job, wait until it ends and return its final state.

        The job is created at most once. Errors of the wait have the ``training_job_id``.

        :param project_id: ID of the project.
        :param request_body: The job to create: a model, or a mapping with the same fields.
        :param on_update: Called with the job each time it has changed; may be a coroutine function in
            ``create_and_wait_async``.
        :param cancel_on_interrupt: Whether Ctrl-C, or the cancellation of the task, cancels the job before it goes on.
            By default the job continues.
        :returns: The final state of the job.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises TrainingJobEndedError: The job failed, timed out or was cancelled; ``error.job`` is its final state.
        :raises WaitTimeoutError: The total timeout expired; ``error.job`` is the last known state.
        """
        operations, arguments = (CREATE, RETRIEVE, CANCEL), (options, on_update, project_id, request_body)
        steps = create_job_and_wait(self, operations, *arguments, cancel_on_interrupt=cancel_on_interrupt)
        return (yield from steps)

    create_and_wait, create_and_wait_async = twins(_create_and_wait)

    def _watch(
        self, *, project_id: str, training_job_id: str, **options: Unpack[PollOptions]
    ) -> Iterator[Flow[builtins.list[models.TrainingJobChange]]]:
        """Poll a training job until it ends and yield its changes.

        The first poll yields everything that has happened before. Errors are handled as in ``wait``, but a job that
        ends without success is not an error here.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :returns: ``StatusChanged``, ``ProgressChanged``, ``LossAdded`` and ``CheckpointAdded``, each with the job at
            that time.
        :raises WaitTimeoutError: The total timeout expired.
        """
        ids = {"project_id": project_id, "training_job_id": training_job_id}
        return watch_job(Poller(self, TRAINING_JOB, RETRIEVE, options, ids), LIST_CHECKPOINTS)

    watch, watch_async = iterator_twins(_watch)

    def _best_checkpoint(
        self,
        *,
        project_id: str,
        training_job_id: str,
        metric: str,
        largest: bool | None = None,
        **options: Unpack[CallOptions],
    ) -> Flow[models.TrainingJobCheckpoint]:
        """Return the checkpoint with the best value of a metric.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :param metric: Name of a numeric test result, such as ``"accuracy"``; see ``checkpoint.metrics``.
        :param largest: Whether the largest value is the best. Default: it follows from the last word of the name: a
            loss, error, perplexity, mse, mae, rmse, wer or cer is best when it is small.
        :returns: The checkpoint.
        :raises MetricNotFoundError: No checkpoint has the metric; the error lists the available ones.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        checkpoints = yield from self._list_checkpoints(
            project_id=project_id, training_job_id=training_job_id, **options
        )
        return with_info_of(checkpoints, best_of(checkpoints, training_job_id, metric, largest=largest))

    best_checkpoint, best_checkpoint_async = twins(_best_checkpoint)

    def _evaluate_checkpoints(
        self,
        *,
        project_id: str,
        training_job_id: str,
        file: DatasetFile,
        max_checkpoints: int = 5,
        progress: bool = False,
        **options: Unpack[PollOptions],
    ) -> Flow["dict[int, evaluation.Report]"]:
        """Deploy, evaluate and remove the newest checkpoints of a training job, one after the other.

        Nothing stays deployed, also after an error or an interrupt; ``emissary cleanup`` finds what a crash leaves. An
        error has the reports so far in ``error.completed``. Texts are generated by ``chat.completions``.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :param file: Labelled records, as for ``evaluate`` of the job's task.
        :param max_checkpoints: Maximum number of checkpoints.
        :param progress: Whether to show a progress bar for each checkpoint (extra ``progress``).
        :returns: The report of each checkpoint, by its number.
        :raises ImportError: The extra ``evaluation`` is not installed.
        :raises ValueError: A record is not labelled for the task, or there are no checkpoints; nothing was deployed.
        :raises APIErrorNotFound: The project has no such job (404).
        :raises DeploymentFailedError: A checkpoint cannot be deployed.
        """
        require_positive("max_checkpoints", max_checkpoints)
        yield from require_evaluation()
        poll_settings(options)
        calls: CallOptions = options_of(CallOptions, options)
        ids: dict[str, Any] = {"project_id": project_id, "training_job_id": training_job_id}
        job = yield from call(self, RETRIEVE, calls, **ids)
        labelled = yield from read_labelled(file, job.task_type)
        found = yield from call(self, LIST_CHECKPOINTS, calls, **ids)
        evaluator: Any = _EVALUATORS[labelled.examples.task](self.sdk_configuration)
        flow_of = evaluator._evaluate  # noqa: SLF001  # a flow calls flows
        evaluate = partial(flow_of, file=labelled.content, progress=progress, **calls)

        def deployment_of(checkpoint: int) -> TemporaryDeployment:
            name = f"{job.name or job.id}-checkpoint-{checkpoint}"
            body = models.CreateDeploymentRequestBody(training_job_id=training_job_id, checkpoint=checkpoint, name=name)
            operations = (deployments.CREATE, deployments.RETRIEVE, deployments.LIST, deployments.DELETE)
            return TemporaryDeployment(self, operations, project_id, body, options)

        return (yield from evaluate_each(newest(found, max_checkpoints, training_job_id), deployment_of, evaluate))

    evaluate_checkpoints, evaluate_checkpoints_async = twins(_evaluate_checkpoints)
