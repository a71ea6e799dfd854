"""Every error that the SDK raises itself.

::

    EmissaryClientError
    ├── SDKError                      unsuccessful response; also the base of:
    │   ├── APIErrorInvalidInput          400 with the documented body
    │   ├── APIErrorUnauthorized          401 with the documented body
    │   ├── APIErrorForbidden             403
    │   ├── APIErrorNotFound              404 with the documented body
    │   ├── APIErrorConflict              409
    │   ├── APIErrorUnprocessable         422
    │   ├── APIErrorTooManyRequests       429
    │   ├── APIServerError                5XX
    │   └── ResponseValidationError       successful response with an unreadable body
    ├── NoResponseError               no response; the cause is the HTTP library's exception
    │   ├── APITimeoutError               timed out; also a TimeoutError
    │   ├── ResponseTooLargeError         the response exceeds the size limit
    │   └── StreamInterruptedError        a streamed response ended early
    ├── TrainingJobEndedError         a training job did not succeed
    │   ├── TrainingJobFailed             it failed
    │   ├── TrainingJobTimedOut           the platform stopped it because it took too long
    │   └── TrainingJobCancelled          it was cancelled
    ├── DeploymentFailedError         a deployment did not become ready
    ├── EngineFailedError             an inference engine did not become ready
    ├── WaitTimeoutError              a wait timed out; also a TimeoutError
    ├── MetricNotFoundError           no checkpoint has the metric; also a LookupError
    ├── DatasetError                  a data file has errors; also a ValueError
    ├── MissingAPIKeyError            no credentials; also a ValueError
    └── ClientClosedError             the client is closed; also a RuntimeError

Invalid arguments raise TypeError, ValueError or pydantic's ValidationError before a request is sent. Errors can be
pickled; the copy has no ``raw_response``.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from .._files.report import DatasetReport
    from ..models import (
        APIErrorInvalidInputData,
        APIErrorNotFoundData,
        APIErrorUnauthorizedData,
        DeploymentDetail,
        InferenceEngineDetail,
        TrainingJobDetail,
    )

__all__ = [
    "APIErrorConflict",
    "APIErrorForbidden",
    "APIErrorInvalidInput",
    "APIErrorNotFound",
    "APIErrorTooManyRequests",
    "APIErrorUnauthorized",
    "APIErrorUnprocessable",
    "APIServerError",
    "APITimeoutError",
    "ClientClosedError",
    "DatasetError",
    "DeploymentFailedError",
    "EmissaryClientError",
    "EngineFailedError",
    "MetricNotFoundError",
    "MissingAPIKeyError",
    "NoResponseError",
    "ResponseTooLargeError",
    "ResponseValidationError",
    "SDKError",
    "StreamInterruptedError",
    "TrainingJobCancelled",
    "TrainingJobEndedError",
    "TrainingJobFailed",
    "TrainingJobTimedOut",
    "WaitTimeoutError",
]

_BODY_LIMIT = 1000  # characters of a body in a message; the attribute has all of it


def _rebuild(cls: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    """Unpickle an error without calling its constructor, whose arguments differ from class to class."""
    error = cls.__new__(cls, *args)
    error.args = args  # the constructor of OSError, a base of TimeoutError, would set them
    error.__dict__.update(state)
    return error


class EmissaryClientError(Exception):
    """Base of every error of this package.

    :ivar training_job_id: ID of the training job, if the error ended a wait for it.
    :ivar deployment_id: ID of the deployment, if the error ended a wait for it.
    :ivar engine_id: ID of the engine, if the error ended a wait for it.
    :ivar dataset_id: ID of the dataset, if the error ended a wait for it.
    """

    training_job_id: str | None = None
    deployment_id: str | None = None
    engine_id: str | None = None
    dataset_id: str | None = None
    _earlier_attempt_may_have_been_processed = False

    @property
    def request_may_have_been_processed(self) -> bool:
        """Whether the platform may have acted on the request: created the job, deleted it, cancelled it.

        False only if no attempt of the call can have had an effect: nothing was sent, or the response refuses the
        request (4XX except 409, which may report that an earlier attempt succeeded; 503 with Retry-After).
        """
        return self._earlier_attempt_may_have_been_processed or self._may_have_been_processed()

    def _may_have_been_processed(self) -> bool:
        return False

    def add_earlier_attempts(self, *, may_have_been_processed: bool) -> None:
        """Record whether the platform may have acted on an earlier attempt of the same call."""
        self._earlier_attempt_may_have_been_processed = may_have_been_processed

    def __reduce__(self) -> tuple[Any, ...]:
        # The response refers to its request, whose headers contain the key.
        state = {name: value for name, value in self.__dict__.items() if name != "raw_response"}
        return _rebuild, (type(self), self.args, state)


class SDKError(EmissaryClientError):
    """The platform, or a server in front of it, sent an unsuccessful response.

    :ivar message: The server's own message if it sent one, otherwise the name of the status.
    :ivar status_code: Status of the response; -1 if there is none.
    :ivar body: Body of the response as text.
    :ivar headers: Headers of the response.
    :ivar raw_response: Response object of the HTTP library; None in an unpickled copy.
    :ivar retry_after: Pause that the response asks for, in seconds, or None.
    :ivar request_line: Method and path of the request, such as ``GET /v1/projects``; empty if unknown.
    :ivar server_url: URL of the server; empty if unknown.
    :ivar attempts: Number of requests that the call sent.
    :ivar hint: What to check next, if there is more to say about this status of this operation.
    """

    raw_response: "httpx.Response | None" = None

    def __init__(
        self,
        message: str,
        status_code: int = -1,
        body: str = "",
        raw_response: "httpx.Response | None" = None,
        *,
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = status_code
        self.body = body
        self.raw_response = raw_response
        if headers is None and raw_response is not None:
            headers = raw_response.headers
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.retry_after = retry_after
        self.request_line = ""
        self.server_url = ""
        self.attempts = 1
        self.hint: str | None = None
        self.has_server_message = False

    @property
    def request_id(self) -> str | None:
        """ID of the request in the response headers, to quote when contacting support."""
        for name, value in self.headers.items():
            if name.lower() in ("x-request-id", "request-id", "x-correlation-id"):
                return value
        return None

    def _may_have_been_processed(self) -> bool:
        if self.status_code == 503:
            return self.retry_after is None
        return not (400 <= self.status_code < 500 and self.status_code != 409)

    def __str__(self) -> str:
        attempts = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        request = f"{self.request_line} failed with status" if self.request_line else "Request failed with status"
        request_id = f"request {self.request_id}" if self.request_id else ""
        place = ", ".join(filter(None, [self.server_url, request_id]))
        text = f"{request} {self.status_code}{attempts}: {self.message}" + (f" ({place})" if place else "")
        if self.hint:
            text += f". {self.hint}"
        if self.body and not self.has_server_message:
            text += "\n" + self.body[:_BODY_LIMIT]
            if len(self.body) > _BODY_LIMIT:
                text += f"… ({len(self.body)} characters in total)"
        return text


class _DocumentedError(SDKError):
    """An error whose response has the documented body, which is in ``data``."""

    _status_code: int

    def __init__(
        self,
        data: Any,
        raw_response: "httpx.Response | None" = None,
        *,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        text: str = data.model_dump_json() if body is None else body
        super().__init__(data.error, self._status_code, text, raw_response, headers=headers, retry_after=retry_after)
        self.data = data
        self.has_server_message = True


class APIErrorInvalidInput(_DocumentedError):
    """400: the platform rejected the input."""

    _status_code = 400
    data: "APIErrorInvalidInputData"


class APIErrorUnauthorized(_DocumentedError):
    """401: the API key is missing or invalid."""

    _status_code = 401
    data: "APIErrorUnauthorizedData"


class APIErrorForbidden(SDKError):
    """403: the API key does not permit the request."""


class APIErrorNotFound(_DocumentedError):
    """404: the resource does not exist."""

    _status_code = 404
    data: "APIErrorNotFoundData"


class APIErrorConflict(SDKError):
    """409: the request conflicts with the state of the resource."""


class APIErrorUnprocessable(SDKError):
    """422: the platform understood the request but cannot process it."""


class APIErrorTooManyRequests(SDKError):
    """429: the rate limit is exceeded."""


class APIServerError(SDKError):
    """5XX: the platform, or a server in front of it, failed."""


class ResponseValidationError(SDKError):
    """The request succeeded, but the response does not match the API description; the cause has the details."""


def error_class_of(status: int) -> type[SDKError]:
    """Return the class for a status whose body is not documented."""
    if status >= 500:
        return APIServerError
    by_status: dict[int, type[SDKError]] = {
        403: APIErrorForbidden,
        409: APIErrorConflict,
        422: APIErrorUnprocessable,
        429: APIErrorTooManyRequests,
    }
    return by_status.get(status, SDKError)


def status_phrase(status: int) -> str:
    """Return the name of a status, such as "Bad Gateway"."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unexpected status"


class NoResponseError(EmissaryClientError):
    """No response was received; the HTTP library's exception is the ``__cause__``.

    :ivar message: What failed, on one line.
    :ivar sent: Whether the request of the last attempt may have reached the server, completely or in part.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.sent = sent

    def _may_have_been_processed(self) -> bool:
        return self.sent


class APITimeoutError(NoResponseError, TimeoutError):
    """No response was received in time."""


class ResponseTooLargeError(NoResponseError):
    """The decompressed response exceeds 256 MiB and was not read to completion."""


class StreamInterruptedError(NoResponseError):
    """A streamed response ended early.

    :ivar text: The text received before the interruption.
    """

    def __init__(self, message: str, *, text: str = "") -> None:
        super().__init__(message, sent=True)
        self.text = text


class TrainingJobEndedError(EmissaryClientError):
    """A training job ended without success.

    :ivar job: The final state of the job.
    """

    def __init__(self, job: "TrainingJobDetail") -> None:
        super().__init__(f"Training job {job.id} ended with status {job.status}")
        self.job = job
        self.training_job_id = job.id


class TrainingJobFailed(TrainingJobEndedError):
    """The training job failed."""


class TrainingJobTimedOut(TrainingJobEndedError):
    """The platform stopped the training job because it took too long."""


class TrainingJobCancelled(TrainingJobEndedError):
    """The training job was cancelled."""


class DeploymentFailedError(EmissaryClientError):
    """A deployment ended, or was deactivated, before it was ready.

    :ivar deployment: The last state of the deployment.
    """

    def __init__(self, deployment: "DeploymentDetail") -> None:
        super().__init__(f"Deployment {deployment.id} is not ready: its status is {deployment.status}")
        self.deployment = deployment
        self.deployment_id = deployment.id


class EngineFailedError(EmissaryClientError):
    """An inference engine ended, or was deactivated, before it was ready.

    :ivar engine: The last state of the engine.
    """

    def __init__(self, engine: "InferenceEngineDetail") -> None:
        super().__init__(f"Engine {engine.id} is not ready: its status is {engine.status}")
        self.engine = engine
        self.engine_id = engine.id


class WaitTimeoutError(EmissaryClientError, TimeoutError):
    """A wait timed out. What it waited for continues on the platform.

    :ivar state: The last known state of the training job, deployment, engine or dataset, or None.
    """

    def __init__(self, resource: str, resource_id: str, state: Any) -> None:
        status = getattr(state, "status", None)
        known = f"; its last known status is {status}" if status is not None else ""
        super().__init__(f"Timed out while waiting for {resource} {resource_id}{known}. It continues on the platform.")
        self.state = state

    @property
    def job(self) -> "TrainingJobDetail | None":
        """The last known state of the training job, or None."""
        job: TrainingJobDetail | None = self.state
        return job


class MetricNotFoundError(EmissaryClientError, LookupError):
    """No checkpoint has a numeric result of this name.

    :ivar available: Names of the numeric results that the checkpoints have.
    """

    def __init__(self, metric: str, training_job_id: str, available: list[str]) -> None:
        names = ", ".join(available) or "none"
        super().__init__(
            f"No checkpoint of training job {training_job_id} has a numeric {metric!r}; available: {names}"
        )
        self.available = available
        self.training_job_id = training_job_id


class DatasetError(EmissaryClientError, ValueError):
    """A data file has errors; nothing was sent.

    :ivar report: The report with all problems.
    """

    def __init__(self, message: str, report: "DatasetReport") -> None:
        super().__init__(message)
        self.report = report


class MissingAPIKeyError(EmissaryClientError, ValueError):
    """Neither the client nor a hook added credentials to the request."""


class ClientClosedError(EmissaryClientError, RuntimeError):
    """The client is closed."""
