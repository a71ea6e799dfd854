"""Errors of a sent request: an unsuccessful or unreadable response, or no response."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..utils.responseinfo import ResponseInfo
from .base import EmissaryClientError

if TYPE_CHECKING:
    import httpx

    from .bodies import APIErrorInvalidInputData, APIErrorNotFoundData, APIErrorUnauthorizedData

_BODY_LIMIT = 1000  # characters of a body in a message; the attribute has all of it


class SDKError(EmissaryClientError):
    """The platform, or a server in front of it, sent an unsuccessful response.

    :ivar message: The server's own message if it sent one, otherwise the name of the status.
    :ivar status_code: Status of the response; -1 without a response.
    :ivar body: Body of the response as text.
    :ivar headers: Headers of the response.
    :ivar raw_response: Response object of the HTTP library; None in an unpickled copy.
    :ivar retry_after: Pause that the response asks for, in seconds, or None.
    :ivar request_line: Method and path of the request, such as ``GET /v1/projects``; empty if unknown.
    :ivar server_url: URL of the server; empty if unknown.
    :ivar attempts: Number of requests that the call sent.
    :ivar elapsed_seconds: Seconds from the first request until the last response was read.
    :ivar hint: What to check next, if there is more to say about this status of this operation.
    """

    raw_response: "httpx.Response | None" = None
    _outcome = "failed"

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
        self.elapsed_seconds = 0.0
        self.hint: str | None = None
        self.has_server_message = False

    @property
    def request_id(self) -> str | None:
        """ID of the request in the response headers, to quote when contacting support."""
        return self.response_info.request_id

    @property
    def response_info(self) -> ResponseInfo:
        """Status, headers, request ID, attempts and duration of the call that failed."""
        return ResponseInfo(self.status_code, self.headers, self.attempts, self.elapsed_seconds)

    def _may_have_been_processed(self) -> bool:
        if self.status_code == 503:
            return self.retry_after is None
        return not (400 <= self.status_code < 500 and self.status_code != 409)

    def __str__(self) -> str:
        attempts = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        request = f"{self.request_line or 'Request'} {self._outcome} with status"
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

    _outcome = "succeeded"


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


class CreationUnknownError(NoResponseError):
    """An interrupted request may have created something that the platform does not list."""


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
