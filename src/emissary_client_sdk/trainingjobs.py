"""The resource ``training_jobs``: six operations, each as a synchronous and an asynchronous method.

Source: .speakeasy/openapi.yaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from . import models
from ._core.drive import run, run_async
from ._core.exchange import exchange
from ._core.operation import Operation
from ._core.request import Options
from ._followed import FollowedJobs
from .types.unset import UNSET

if TYPE_CHECKING:
    import builtins
    from collections.abc import Mapping

    from .sdkconfiguration import SDKConfiguration
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

__all__ = ["TrainingJobs"]

T = TypeVar("T")

_JOBS = "/v1/projects/{project_id}/training-jobs"
_JOB = _JOBS + "/{training_job_id}"

_CREATE = Operation(
    "createTrainingJob",
    "POST",
    _JOBS,
    request=lambda: models.CreateTrainingJobRequest,
    result=lambda: models.TrainingJobSummary,
    creates=True,
)
_LIST = Operation(
    "listTrainingJobs",
    "GET",
    _JOBS,
    request=lambda: models.ListTrainingJobsRequest,
    result=lambda: list[models.TrainingJobSummary],
)
_RETRIEVE = Operation(
    "retrieveTrainingJobById",
    "GET",
    _JOB,
    request=lambda: models.RetrieveTrainingJobByIDRequest,
    result=lambda: models.TrainingJobDetail,
)
_DELETE = Operation[None](
    "deleteTrainingJobById",
    "DELETE",
    _JOB,
    request=lambda: models.DeleteTrainingJobByIDRequest,
)
_CANCEL = Operation[None](
    "cancelTrainingJobById",
    "POST",
    _JOB + "/cancel",
    request=lambda: models.CancelTrainingJobByIDRequest,
)
_LIST_CHECKPOINTS = Operation(
    "listCheckpoints",
    "GET",
    _JOB + "/checkpoints",
    request=lambda: models.ListCheckpointsRequest,
    result=lambda: list[models.TrainingJobCheckpoint],
)


class TrainingJobs(FollowedJobs):
    """The training jobs of a project.

    Beside the errors that a method names, each of them raises those of ``emissary_client_sdk.errors``, and
    bad input is a TypeError, a ValueError or pydantic's ValidationError before anything is sent.
    """

    _RETRIEVE = _RETRIEVE
    _LIST_CHECKPOINTS = _LIST_CHECKPOINTS

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        super().__init__(sdk_config)

    def _call(self, operation: Operation[T], options: Options, **arguments: Any) -> T:
        config = self.sdk_configuration
        client = config.client
        return run(exchange(config, client, operation, arguments, options), client)

    async def _call_async(self, operation: Operation[T], options: Options, **arguments: Any) -> T:
        config = self.sdk_configuration
        client = config.async_client
        return await run_async(exchange(config, client, operation, arguments, options), client)

    def create(
        self,
        *,
        project_id: str,
        request_body: models.CreateTrainingJobRequestBody | models.CreateTrainingJobRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> models.TrainingJobSummary:
        """Create a training job, which costs money from its start.

        The request carries an ``Idempotency-Key``, the same on each attempt. By default it is repeated only
        where the platform cannot have acted on it; an error's ``request_may_have_been_processed`` tells whether
        the job may exist.

        :param project_id: the id of the project.
        :param request_body: the job to be created; a model, or a mapping with the same fields.
        :param retries: the retries of this call; None for none, UNSET for the client's.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of this call, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :returns: the job, as it was created.
        :raises APIErrorInvalidInput: 400, the platform does not accept the input.
        :raises SDKError: another answer that is an error, or a success that cannot be read.
        :raises NoResponseError: no answer came.
        """
        options = Options(retries, server_url, timeout_ms, http_headers)
        return self._call(_CREATE, options, project_id=project_id, request_body=request_body)

    async def create_async(
        self,
        *,
        project_id: str,
        request_body: models.CreateTrainingJobRequestBody | models.CreateTrainingJobRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> models.TrainingJobSummary:
        """Create a training job. For ``await``; everything else is as in ``create``."""
        options = Options(retries, server_url, timeout_ms, http_headers)
        return await self._call_async(_CREATE, options, project_id=project_id, request_body=request_body)

    def list(
        self,
        *,
        project_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> builtins.list[models.TrainingJobSummary]:
        """List the training jobs of a project, all of them at once.

        :param project_id: the id of the project.
        :param retries: the retries of this call; None for none, UNSET for the client's.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of this call, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :returns: the project's jobs.
        :raises APIErrorUnauthorized: 401, the key is not accepted.
        :raises SDKError: another answer that is an error, or a success that cannot be read.
        :raises NoResponseError: no answer came.
        """
        options = Options(retries, server_url, timeout_ms, http_headers)
        return self._call(_LIST, options, project_id=project_id)

    async def list_async(
        self,
        *,
        project_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> builtins.list[models.TrainingJobSummary]:
        """List the training jobs of a project. For ``await``; everything else is as in ``list``."""
        options = Options(retries, server_url, timeout_ms, http_headers)
        return await self._call_async(_LIST, options, project_id=project_id)

    def retrieve(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> models.TrainingJobDetail:
        """Retrieve a training job with its progress, its parameters and its loss curve.

        :param project_id: the id of the project.
        :param training_job_id: the id of the training job.
        :param retries: the retries of this call; None for none, UNSET for the client's.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of this call, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :returns: the job.
        :raises APIErrorNotFound: 404, there is no such job in the project.
        :raises SDKError: another answer that is an error, or a success that cannot be read.
        :raises NoResponseError: no answer came.
        """
        options = Options(retries, server_url, timeout_ms, http_headers)
        return self._call(_RETRIEVE, options, project_id=project_id, training_job_id=training_job_id)

    async def retrieve_async(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> models.TrainingJobDetail:
        """Retrieve a training job. For ``await``; everything else is as in ``retrieve``."""
        options = Options(retries, server_url, timeout_ms, http_headers)
        return await self._call_async(_RETRIEVE, options, project_id=project_id, training_job_id=training_job_id)

    get = retrieve
    """The name of ``retrieve`` in release 0.4."""
    get_async = retrieve_async
    """The name of ``retrieve_async`` in release 0.4."""

    def delete(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> None:
        """Delete a training job.

        :param project_id: the id of the project.
        :param training_job_id: the id of the training job.
        :param retries: the retries of this call; None for none, UNSET for the client's.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of this call, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :raises APIErrorNotFound: 404, there is no such job in the project.
        :raises SDKError: another answer that is an error, or a success that cannot be read.
        :raises NoResponseError: no answer came.
        """
        options = Options(retries, server_url, timeout_ms, http_headers)
        return self._call(_DELETE, options, project_id=project_id, training_job_id=training_job_id)

    async def delete_async(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> None:
        """Delete a training job. For ``await``; everything else is as in ``delete``."""
        options = Options(retries, server_url, timeout_ms, http_headers)
        return await self._call_async(_DELETE, options, project_id=project_id, training_job_id=training_job_id)

    def cancel(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> None:
        """Cancel a training job that has not ended.

        :param project_id: the id of the project.
        :param training_job_id: the id of the training job.
        :param retries: the retries of this call; None for none, UNSET for the client's.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of this call, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :raises APIErrorNotFound: 404, there is no such job in the project.
        :raises SDKError: another answer that is an error, or a success that cannot be read.
        :raises NoResponseError: no answer came.
        """
        options = Options(retries, server_url, timeout_ms, http_headers)
        return self._call(_CANCEL, options, project_id=project_id, training_job_id=training_job_id)

    async def cancel_async(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> None:
        """Cancel a training job that has not ended. For ``await``; everything else is as in ``cancel``."""
        options = Options(retries, server_url, timeout_ms, http_headers)
        return await self._call_async(_CANCEL, options, project_id=project_id, training_job_id=training_job_id)

    def list_checkpoints(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> builtins.list[models.TrainingJobCheckpoint]:
        """List the checkpoints of a training job.

        :param project_id: the id of the project.
        :param training_job_id: the id of the training job.
        :param retries: the retries of this call; None for none, UNSET for the client's.
        :param server_url: the URL of another server for this call.
        :param timeout_ms: the timeout of this call, in milliseconds.
        :param http_headers: headers for this call; they win over the SDK's own.
        :returns: the job's checkpoints.
        :raises APIErrorNotFound: 404, there is no such job in the project.
        :raises SDKError: another answer that is an error, or a success that cannot be read.
        :raises NoResponseError: no answer came.
        """
        options = Options(retries, server_url, timeout_ms, http_headers)
        return self._call(_LIST_CHECKPOINTS, options, project_id=project_id, training_job_id=training_job_id)

    async def list_checkpoints_async(
        self,
        *,
        project_id: str,
        training_job_id: str,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> builtins.list[models.TrainingJobCheckpoint]:
        """List the checkpoints of a training job. For ``await``; everything else is as in ``list_checkpoints``."""
        options = Options(retries, server_url, timeout_ms, http_headers)
        return await self._call_async(
            _LIST_CHECKPOINTS, options, project_id=project_id, training_job_id=training_job_id
        )
