"""Every error that the SDK raises by itself.

::

    EmissaryClientError
    ├── SDKError                      an answer that is no success; also the base of:
    │   ├── APIErrorInvalidInput          400 with the documented body
    │   ├── APIErrorUnauthorized          401 with the documented body
    │   ├── APIErrorNotFound              404 with the documented body
    │   └── ResponseValidationError       a success whose body cannot be read
    ├── NoResponseError               no answer came: the cause is the HTTP library's exception
    │   └── APITimeoutError               because the time was up; a TimeoutError too
    ├── TrainingJobEndedError         a job that one waited for ended otherwise than in success
    │   ├── TrainingJobFailed             it failed
    │   ├── TrainingJobTimedOut           the platform ended it because it took too long
    │   └── TrainingJobCancelled          somebody cancelled it
    ├── WaitTimeoutError              a job did not end in time; a TimeoutError too
    ├── MissingAPIKeyError            nothing would authenticate the request; a ValueError too
    └── ClientClosedError             the client was closed before; a RuntimeError too

Bad input of the caller's is a TypeError, a ValueError or the ValidationError of a request model, raised before
anything is sent. An error pickles; its copy has no ``raw_response``.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ..models.apierrors import (
        APIErrorInvalidInputData,
        APIErrorNotFoundData,
        APIErrorUnauthorizedData,
    )
    from ..models.trainingjobdetail import TrainingJobDetail

__all__ = [
    "APIErrorInvalidInput",
    "APIErrorNotFound",
    "APIErrorUnauthorized",
    "APITimeoutError",
    "ClientClosedError",
    "EmissaryClientError",
    "MissingAPIKeyError",
    "NoResponseError",
    "ResponseValidationError",
    "SDKError",
    "TrainingJobCancelled",
    "TrainingJobEndedError",
    "TrainingJobFailed",
    "TrainingJobTimedOut",
    "WaitTimeoutError",
]

_SHOWN_OF_BODY = 1000  # characters; the whole of it is in the attribute


def _rebuild(cls: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    """Unpickle an error without calling its constructor, whose arguments differ from class to class."""
    error = cls.__new__(cls, *args)
    error.args = args  # an OSError, as a TimeoutError is one, takes them from its constructor alone
    error.__dict__.update(state)
    return error


class EmissaryClientError(Exception):
    """The base of every error of this package."""

    _earlier_attempt_may_have_been_processed = False

    @property
    def request_may_have_been_processed(self) -> bool:
        """Whether the platform may have acted on the request: created the job, deleted it, cancelled it.

        It is false only where that cannot be, on this attempt and on those before it: nothing was sent, or
        the answer refuses the request (4XX but for 409, which may tell of the request's own earlier success;
        503 where it asks to come back later).
        """
        return self._earlier_attempt_may_have_been_processed or self._may_have_been_processed()

    def _may_have_been_processed(self) -> bool:
        return False

    def note_earlier_attempts(self, *, may_have_been_processed: bool) -> None:
        """Take note of what the attempts before this one may have done."""
        self._earlier_attempt_may_have_been_processed = may_have_been_processed

    def __reduce__(self) -> tuple[Any, ...]:
        # A response is left out: it holds its request, and that the key.
        state = {name: value for name, value in self.__dict__.items() if name != "raw_response"}
        return _rebuild, (type(self), self.args, state)


class SDKError(EmissaryClientError):
    """The platform, or something before it, answered with an error.

    :ivar message: what went wrong, in one line.
    :ivar status_code: the answer's status; -1 where there is none.
    :ivar body: the answer's body as text.
    :ivar headers: the answer's headers.
    :ivar raw_response: the HTTP library's response; None in an unpickled copy.
    :ivar retry_after: for how many seconds the answer asks to wait before the next try, or None.
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

    @property
    def request_id(self) -> str | None:
        """The id that the answer gives its request, for a question to the platform's support."""
        for name, value in self.headers.items():
            if name.lower() in ("x-request-id", "request-id", "x-correlation-id"):
                return value
        return None

    def _may_have_been_processed(self) -> bool:
        if self.status_code == 503:
            return self.retry_after is None
        return not (400 <= self.status_code < 500 and self.status_code != 409)

    def __str__(self) -> str:
        text = f"{self.message}: Status {self.status_code}"
        if self.request_id:
            text += f" (request {self.request_id})"
        if self.body:
            text += "\n" + self.body[:_SHOWN_OF_BODY]
            if len(self.body) > _SHOWN_OF_BODY:
                text += f"… ({len(self.body)} characters in all)"
        return text


class _APIError(SDKError):
    """An error with a body of the documented shape, which is in ``data``."""

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


class APIErrorInvalidInput(_APIError):
    """400: the platform does not accept the input."""

    _status_code = 400
    data: "APIErrorInvalidInputData"


class APIErrorUnauthorized(_APIError):
    """401: the key is not accepted."""

    _status_code = 401
    data: "APIErrorUnauthorizedData"


class APIErrorNotFound(_APIError):
    """404: there is no such project or training job."""

    _status_code = 404
    data: "APIErrorNotFoundData"


class ResponseValidationError(SDKError):
    """The request succeeded, but the answer is not what the contract says; the reason is the cause."""


class NoResponseError(EmissaryClientError):
    """No answer came; the HTTP library's exception is the ``__cause__``.

    :ivar message: what went wrong, in one line.
    :ivar sent: whether the last attempt's request may have reached the server, in full or in part.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.sent = sent

    def _may_have_been_processed(self) -> bool:
        return self.sent


class APITimeoutError(NoResponseError, TimeoutError):
    """No answer came in time."""


class TrainingJobEndedError(EmissaryClientError):
    """A training job that one waited for ended otherwise than in success.

    :ivar job: the job as it ended.
    """

    def __init__(self, job: "TrainingJobDetail") -> None:
        super().__init__(f"The training job {job.id} ended: its status is {job.status}")
        self.job = job


class TrainingJobFailed(TrainingJobEndedError):
    """The job failed."""


class TrainingJobTimedOut(TrainingJobEndedError):
    """The platform ended the job because it took too long."""


class TrainingJobCancelled(TrainingJobEndedError):
    """Somebody cancelled the job."""


class WaitTimeoutError(EmissaryClientError, TimeoutError):
    """A training job did not end within the time that a wait was given; it goes on.

    :ivar job: the last state that was seen, or None.
    """

    def __init__(self, training_job_id: str, job: "TrainingJobDetail | None") -> None:
        state = "was never seen" if job is None else f"has the status {job.status}"
        super().__init__(f"The wait for the training job {training_job_id} is over; the job {state} and goes on")
        self.job = job


class MissingAPIKeyError(EmissaryClientError, ValueError):
    """Neither the client nor a hook gave the request anything that would authenticate it."""


class ClientClosedError(EmissaryClientError, RuntimeError):
    """The client was closed, and a closed client makes no calls."""
