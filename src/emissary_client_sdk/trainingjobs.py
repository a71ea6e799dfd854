"""The resource ``training_jobs``."""

from __future__ import annotations

import builtins
import os
from collections.abc import AsyncIterator as AsyncIterator  # in the type hints of watch_async
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from typing_extensions import Unpack

from . import models, utils
from ._call.drivers import run, run_async
from ._call.operation import Resource, asynchronous, asynchronous_iterator, composed, emitting, operation
from ._call.options import CallOptions
from ._flows.waiting import TRAINING_JOB, choosing_checkpoint, creating_and_waiting, waiting, watching
from .types.unset import UNSET, Unset
from .utils.retries import Effect

__all__ = ["TrainingJobs"]

_JOBS = "/v1/projects/{project_id}/training-jobs"
_JOB = _JOBS + "/{training_job_id}"


class TrainingJobs(Resource):
    """Training jobs of a project."""

    @operation("POST", _JOBS, id="createTrainingJob", effect=Effect.CREATES)
    def create(
        self,
        *,
        project_id: str,
        request_body: models.CreateTrainingJobRequestBody | models.CreateTrainingJobRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> models.TrainingJobSummary:
        """Create a training job. It costs money from its start.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``. If the call fails, ``error.request_may_have_been_processed`` says whether the job may
        exist.

        :param project_id: ID of the project.
        :param request_body: The job to create: a model, or a mapping with the same fields.
        :returns: The created job.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        ...

    create_async = asynchronous(create)

    @operation("GET", _JOBS, id="listTrainingJobs")
    def list(self, *, project_id: str, **options: Unpack[CallOptions]) -> builtins.list[models.TrainingJobSummary]:
        """List all training jobs of a project.

        :param project_id: ID of the project.
        :returns: The jobs.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)

    @operation("GET", _JOB, id="retrieveTrainingJobById")
    def retrieve(
        self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]
    ) -> models.TrainingJobDetail:
        """Retrieve a training job with its progress, hyperparameters and loss curve.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :returns: The job.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        ...

    retrieve_async = asynchronous(retrieve)
    get = retrieve
    get_async = retrieve_async

    @operation("DELETE", _JOB, id="deleteTrainingJobById")
    def delete(self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a training job.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :raises APIErrorNotFound: The project has no such job (404).
        """

    delete_async = asynchronous(delete)

    @operation("POST", _JOB + "/cancel", id="cancelTrainingJobById")
    def cancel(self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]) -> None:
        """Cancel a training job.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :raises APIErrorNotFound: The project has no such job (404).
        """

    cancel_async = asynchronous(cancel)

    @operation("GET", _JOB + "/checkpoints", id="listCheckpoints")
    def list_checkpoints(
        self, *, project_id: str, training_job_id: str, **options: Unpack[CallOptions]
    ) -> builtins.list[models.TrainingJobCheckpoint]:
        """List the checkpoints of a training job, with download links and test results.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :returns: The checkpoints.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        ...

    list_checkpoints_async = asynchronous(list_checkpoints)

    @operation("POST", _JOBS + "/grpo", id="createGRPOTrainingJob", effect=Effect.CREATES)
    def create_grpo(
        self,
        *,
        project_id: str,
        request_body: models.CreateGRPOTrainingJobRequestBody | models.CreateGRPOTrainingJobRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> models.TrainingJobSummary:
        """Create a training job that uses GRPO, which trains on the rewards of test functions.

        It is retried as carefully as ``create``.

        :param project_id: ID of the project.
        :param request_body: The job to create: a model, or a mapping with the same fields.
        :returns: The created job.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        ...

    create_grpo_async = asynchronous(create_grpo)

    @composed(waiting(TRAINING_JOB))
    def wait(
        self,
        *,
        project_id: str,
        training_job_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.TrainingJobDetail], Awaitable[None] | None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> models.TrainingJobDetail:
        """Poll a training job until it ends and return its final state.

        Transient server and network errors do not end the wait, unless there is no usable response for half an hour.
        Redirects, 401, 403 and 404 end it at once. Stopping the wait, with Ctrl-C or by cancelling the task, does not
        cancel the job.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :param poll_interval_ms: First interval between two polls, in milliseconds. It grows slowly to six times as
            much. A ``Retry-After`` of up to 30 minutes is honored.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
        :param on_update: Called with the job each time it has changed; may be a coroutine function in ``wait_async``.
        :param raise_on_failure: Whether to raise an error if the job ends without success.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :returns: The final state of the job.
        :raises TrainingJobEndedError: The job failed, timed out or was cancelled; ``error.job`` is its final state.
        :raises WaitTimeoutError: The total timeout expired; ``error.job`` is the last known state.
        """
        ...

    wait_async = asynchronous(wait)

    @composed(creating_and_waiting(TRAINING_JOB))
    def create_and_wait(
        self,
        *,
        project_id: str,
        request_body: models.CreateTrainingJobRequestBody | models.CreateTrainingJobRequestBodyTypedDict,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.TrainingJobDetail], Awaitable[None] | None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> models.TrainingJobDetail:
        """Create a training job, wait until it ends and return its final state.

        The job is created at most once. Errors of the wait have the ``training_job_id``.

        :param project_id: ID of the project.
        :param request_body: The job to create: a model, or a mapping with the same fields.
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
        :param on_update: Called with the job each time it has changed; may be a coroutine function in
            ``create_and_wait_async``.
        :param raise_on_failure: Whether to raise an error if the job ends without success.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :returns: The final state of the job.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises TrainingJobEndedError: The job failed, timed out or was cancelled; ``error.job`` is its final state.
        :raises WaitTimeoutError: The total timeout expired; ``error.job`` is the last known state.
        """
        ...

    create_and_wait_async = asynchronous(create_and_wait)

    @emitting(watching)
    def watch(
        self,
        *,
        project_id: str,
        training_job_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        **options: Unpack[CallOptions],
    ) -> Iterator[models.TrainingJobChange]:
        """Poll a training job until it ends and yield its changes.

        The first poll yields everything that has happened before. Errors are handled as in ``wait``, but a job that
        ends without success is not an error here.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
        :returns: ``StatusChanged``, ``ProgressChanged``, ``LossAdded`` and ``CheckpointAdded``, each with the job at
            that time.
        :raises WaitTimeoutError: The total timeout expired.
        """
        ...

    watch_async = asynchronous_iterator(watch)

    @composed(choosing_checkpoint)
    def best_checkpoint(
        self,
        *,
        project_id: str,
        training_job_id: str,
        metric: str,
        largest: bool = True,
        **options: Unpack[CallOptions],
    ) -> models.TrainingJobCheckpoint:
        """Return the checkpoint with the best value of a metric.

        :param project_id: ID of the project.
        :param training_job_id: ID of the training job.
        :param metric: Name of a numeric test result, such as ``"accuracy"``; see ``checkpoint.metrics``.
        :param largest: Whether the largest value is the best; False for metrics such as ``"loss"``.
        :returns: The checkpoint.
        :raises MetricNotFoundError: No checkpoint has the metric; the error lists the available ones.
        :raises APIErrorNotFound: The project has no such job (404).
        """
        ...

    best_checkpoint_async = asynchronous(best_checkpoint)

    def download_checkpoint(
        self,
        checkpoint: models.TrainingJobCheckpoint | str,
        path: str | os.PathLike[str],
        *,
        progress: bool = False,
        retries: utils.RetryConfig | int | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> Path:
        """Download the model of a checkpoint from the storage host of its link.

        The content is written to ``NAME.part``, which is renamed once it is complete. An interrupted download
        continues where it stopped, in this call or the next, unless the file has changed on the host. The host
        receives neither the API key nor any other header, cookie or hook of this client. Do not run two downloads to
        the same path at the same time.

        :param checkpoint: The checkpoint, or its ``model_download_url``; only http and https links can be downloaded.
        :param path: The file to write, or a directory for a file named as in the link.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :param retries: Retries after an attempt that transferred less than 1 MiB: a RetryConfig, a number, or None.
        :param timeout_ms: Maximum time to wait for a connection and for each piece, in milliseconds.
        :returns: Path of the file.
        :raises ValueError: There is no link, or it is not an http or https link.
        :raises SDKError: The storage host sent an unsuccessful response, or redirects from https to http.
        :raises NoResponseError: The host did not respond, or did not send everything; the partial file is kept.
        :raises OSError: The file cannot be written.
        """
        from ._download.download import download, prepare_download
        from ._download.httpfile import FileClient

        settings = (checkpoint, path, progress, retries, timeout_ms)
        with prepare_download(self.sdk_configuration, *settings) as job, FileClient(job.file) as client:
            return run(download(job), client)

    async def download_checkpoint_async(
        self,
        checkpoint: models.TrainingJobCheckpoint | str,
        path: str | os.PathLike[str],
        *,
        progress: bool = False,
        retries: utils.RetryConfig | int | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> Path:
        """Download the model of a checkpoint: the asynchronous twin of ``download_checkpoint``."""
        from ._download.download import download, prepare_download
        from ._download.httpfile import AsyncFileClient

        settings = (checkpoint, path, progress, retries, timeout_ms)
        with prepare_download(self.sdk_configuration, *settings) as job:
            async with AsyncFileClient(job.file) as client:
                return await run_async(download(job), client)
