"""From an unsuccessful attempt to a documented error."""

from __future__ import annotations

import json
import ssl
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from .. import errors
from .._auth import chain_of
from ..httpclient import loaded_libraries
from ..utils.retries import FailureKind, retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._auth import ApiKey
    from .commands import Received
    from .request import PreparedRequest

_MAX_MESSAGE = 500  # characters of a server's own message

_HINTS = {401: "Check the API key: api_key, or EMISSARY_CLIENT_API_KEY"}

# The names are the same in httpx and httpx2; the most specific come first.
_KINDS = (
    ("ConnectTimeout", FailureKind.CONNECT_TIMEOUT, "connecting timed out"),
    ("PoolTimeout", FailureKind.CONNECT_TIMEOUT, "no connection became free in time"),
    ("ReadTimeout", FailureKind.TIMEOUT, "timed out while waiting for the response"),
    ("TimeoutException", FailureKind.TIMEOUT, "timed out while sending the request"),
    ("ConnectError", FailureKind.NOT_CONNECTED, ""),
    ("ProxyError", FailureKind.NOT_CONNECTED, ""),
    ("NetworkError", FailureKind.DROPPED, ""),
    ("RemoteProtocolError", FailureKind.DROPPED, ""),
    ("DecodingError", FailureKind.DROPPED, ""),
    ("RequestError", FailureKind.FINAL, ""),
    ("InvalidURL", FailureKind.FINAL, ""),
    ("StreamError", FailureKind.FINAL, ""),
)


def classify(error: BaseException) -> tuple[FailureKind, str] | None:
    """Return the kind of an HTTP client's exception and a description; None for any other exception."""
    for library in loaded_libraries():
        for name, kind, description in _KINDS:
            if isinstance(error, getattr(library, name)):
                if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain_of(error)):
                    kind = FailureKind.FINAL
                return kind, description or _describe(error)
    # A client of another library may raise the built-in exceptions.
    if isinstance(error, TimeoutError):
        return FailureKind.TIMEOUT, "timed out"
    if isinstance(error, ConnectionRefusedError):
        return FailureKind.NOT_CONNECTED, _describe(error)
    return (FailureKind.DROPPED, _describe(error)) if isinstance(error, ConnectionError) else None


def _describe(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if text.startswith("[Errno"):
        text = text.partition("] ")[2]
    if not text:
        return type(error).__name__
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def no_response(prepared: PreparedRequest, error: BaseException, attempts: int, key: ApiKey) -> errors.NoResponseError:
    """Return the error of a call without a response; the exception becomes its cause."""
    kind, description = cast("tuple[FailureKind, str]", classify(error))
    tries = f" after {attempts} attempts" if attempts > 1 else ""
    message = key.redact(f"{prepared.line} failed{tries}: {description} ({prepared.server_url})")
    if getattr(error, "is_too_large", False):
        return errors.ResponseTooLargeError(message)
    error_type = errors.APITimeoutError if kind.is_timeout else errors.NoResponseError
    return error_type(message, sent=not (kind.sent_nothing or _is_connect_error(error)))


def _is_connect_error(error: BaseException) -> bool:
    return any(isinstance(error, library.ConnectError) for library in loaded_libraries())


def unreadable(prepared: PreparedRequest, received: Received, key: ApiKey) -> errors.ResponseValidationError:
    """Return the error of a successful response whose body does not match the API description."""
    response = received.response
    error = errors.ResponseValidationError(
        "the response does not match the API description",
        response.status_code,
        _text(received.content, key),
        response,
        headers=redacted_headers(response, key),
    )
    _add_request(error, prepared, 1)
    return error


def unsuccessful(
    prepared: PreparedRequest, received: Received, attempts: int, hints: Mapping[int, str], key: ApiKey
) -> errors.SDKError:
    """Return the error of an unsuccessful response."""
    response = received.response
    status: int = response.status_code
    body = _text(received.content, key)
    options: Any = {"headers": redacted_headers(response, key), "retry_after": retry_after_of(response)}
    error = _documented(status, body, response, options)
    if error is None:
        message = _server_message(body)
        phrase = _phrase_of(status)
        if message is None and 300 <= status < 400:
            phrase = (
                "the server redirects, which is not followed because it would forward the API key; check server_url"
            )
        error = _class_of(status)(message or phrase, status, body, response, **options)
        error.has_server_message = message is not None
    error.hint = hints.get(status, _HINTS.get(status))
    _add_request(error, prepared, attempts)
    return error


def _class_of(status: int) -> type[errors.SDKError]:
    if status >= 500:
        return errors.APIServerError
    by_status: dict[int, type[errors.SDKError]] = {
        403: errors.APIErrorForbidden,
        409: errors.APIErrorConflict,
        422: errors.APIErrorUnprocessable,
        429: errors.APIErrorTooManyRequests,
    }
    return by_status.get(status, errors.SDKError)


def _phrase_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unexpected status"


def _documented(status: int, body: str, response: Any, options: Any) -> errors.SDKError | None:
    if status not in (400, 401, 404):
        return None
    from .. import models

    data_type, error_type = {
        400: (models.APIErrorInvalidInputData, errors.APIErrorInvalidInput),
        401: (models.APIErrorUnauthorizedData, errors.APIErrorUnauthorized),
        404: (models.APIErrorNotFoundData, errors.APIErrorNotFound),
    }[status]
    try:
        data = data_type.model_validate_json(body.removeprefix("\ufeff"))
    except ValidationError:
        return None  # sent by a proxy, or by a later version of the platform
    return error_type(data, response, body=body, **options)


def _server_message(body: str) -> str | None:
    """Return the message in a JSON body: its ``error``, ``message`` or ``detail``."""
    try:
        data = json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    fields = cast("dict[str, Any]", data)
    for name in ("error", "message", "detail"):
        value: Any = fields.get(name)
        if isinstance(value, dict):  # OpenAI's form: {"error": {"message": …}}
            value = cast("dict[str, Any]", value).get("message")
        if isinstance(value, str) and value.strip():
            return one_line(value)
    return None


def one_line(text: str) -> str:
    """Return the beginning of a server's text on one line; JSON may contain surrogates, which cannot be printed."""
    return " ".join(text.split()).encode(errors="replace").decode()[:_MAX_MESSAGE]


def _add_request(error: errors.SDKError, prepared: PreparedRequest, attempts: int) -> None:
    error.request_line = prepared.line
    error.server_url = prepared.server_url
    error.attempts = attempts


def redacted_headers(response: Any, key: ApiKey) -> Any:
    """Return the headers of a response; a copy without the key if the server repeats it there."""
    headers = response.headers
    if all(key.redact(value) == value for value in headers.values()):
        return headers
    redacted = headers.copy()
    for name, value in headers.items():
        redacted[name] = key.redact(value)
    return redacted


def _text(content: bytes, key: ApiKey) -> str:
    # The contract says UTF-8; a charset that the server names is not trusted.
    return key.redact(content.decode("utf-8", "replace"))


def retry_after_of(response: Any) -> float | None:
    """Return the pause that a response asks for, in seconds."""
    return retry_after(response.headers, lambda: datetime.now(timezone.utc))
