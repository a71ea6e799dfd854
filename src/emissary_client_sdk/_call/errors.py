"""Documented errors for unsuccessful attempts."""

from __future__ import annotations

import errno
import json
import socket
import ssl
from datetime import datetime, timezone
from http import HTTPStatus
from http.client import responses as phrases
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from .. import errors
from .._auth import chain_of
from .._transport.content import UndecodableContentError, with_content
from ..errors import bodies
from ..httpclient import loaded_libraries
from ..utils.retries import FailureKind, retry_after
from .commands import Received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._auth import ApiKey
    from .request import PreparedRequest

ErrorT = TypeVar("ErrorT", bound=errors.SDKError)

_MAX_MESSAGE = 500  # characters of a server's own message

_HINTS = {401: "Check the API key: api_key, EMISSARY_CLIENT_API_KEY or EMISSARY_API_KEY"}

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
    ("DecodingError", FailureKind.FINAL, ""),
    ("RequestError", FailureKind.FINAL, ""),
    ("InvalidURL", FailureKind.FINAL, ""),
    ("StreamError", FailureKind.FINAL, ""),
)


_NETWORK = frozenset(
    getattr(errno, name)
    for name in ("ENETDOWN", "ENETUNREACH", "ENETRESET", "EHOSTDOWN", "EHOSTUNREACH", "EADDRNOTAVAIL", "ENOTCONN")
    if hasattr(errno, name)
)


def classify(error: BaseException) -> tuple[FailureKind, str] | None:
    """Return the kind of an HTTP client's exception and a description; None for any other exception."""
    for library in loaded_libraries():
        for name, kind, description in _KINDS:
            if isinstance(error, getattr(library, name)):
                is_refused = name == "ProxyError" and str(error).startswith("4")  # such as 407, without credentials
                if is_refused or any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain_of(error)):
                    return FailureKind.FINAL, _describe(error, kind)
                return kind, description or _describe(error, kind)
    return _classify_builtin(error)


def _classify_builtin(error: BaseException) -> tuple[FailureKind, str] | None:
    """Return the kind of an exception that a client of another library raises."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return FailureKind.FINAL, _describe(error, FailureKind.FINAL)
    if isinstance(error, TimeoutError):
        return FailureKind.TIMEOUT, "timed out"
    if isinstance(error, (ConnectionRefusedError, socket.gaierror)):
        return FailureKind.NOT_CONNECTED, _describe(error, FailureKind.NOT_CONNECTED)
    is_network = isinstance(error, (ConnectionError, ssl.SSLError)) or (
        isinstance(error, OSError) and (error.errno is None or error.errno in _NETWORK)  # others are about files
    )
    if is_network:
        return FailureKind.DROPPED, _describe(error, FailureKind.DROPPED)
    return None


def response_of(error: Exception) -> Received | None:
    """Return the response that the caller's client raised as an exception, such as in an event hook."""
    if not any(isinstance(error, library.HTTPStatusError) for library in loaded_libraries()):
        return None
    response = cast("Any", error).response
    try:
        return Received(response, response.content)
    except RuntimeError:  # it was closed before it was read
        return Received(response, b"")


def undecoded(received: Received, error: BaseException) -> Received | None:
    """Return an unsuccessful response without its content, which could not be decoded; None for any other error.

    :raises UndecodableContentError: The response is successful.
    """
    libraries = loaded_libraries()
    if not any(isinstance(error, library.DecodingError) for library in libraries):
        return None
    if not any(isinstance(received.response, library.Response) for library in libraries):
        return None
    if received.is_success:
        raise UndecodableContentError(str(error), received.response) from error
    return Received(with_content(received.response, b""), b"")


def _describe(error: BaseException, kind: FailureKind) -> str:
    """Return the first text of an exception and its causes; those of asynchronous libraries have none."""
    # Until 4.13 anyio replaces the cause of a lost connection by the IndexError of its empty queue.
    chain = [one for one in chain_of(error) if not isinstance(one, IndexError)]
    texts = (" ".join(str(one).split()) for one in chain)
    text = next(filter(None, texts), kind.value)
    if text == "All connection attempts failed":  # that is anyio's text, also for a single address
        reasons = (one.strerror for one in chain if isinstance(one, OSError))
        text = next(filter(None, reasons), text)
    if text.startswith("[Errno"):
        text = text.partition("] ")[2]
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def no_response(
    prepared: PreparedRequest, error: BaseException, attempts: int
) -> errors.NoResponseError | errors.ResponseValidationError:
    """Return the error of a call without a response, or whose response could not be decoded."""
    if isinstance(error, UndecodableContentError):
        return unreadable(prepared, Received(error.response, b""), attempts, str(error))
    kind, description = cast("tuple[FailureKind, str]", classify(error))
    tries = f" after {attempts} attempts" if attempts > 1 else ""
    place = place_of(error, prepared.server_url)
    message = prepared.key.redact(f"{prepared.line} failed{tries}: {description} ({place})")
    if getattr(error, "is_too_large", False):
        return errors.ResponseTooLargeError(message)
    error_type = errors.APITimeoutError if kind.is_timeout else errors.NoResponseError
    return error_type(message, sent=may_have_been_sent(error, kind))


def place_of(error: BaseException, server_url: str) -> str:
    """Return the server of a failed request, and the proxy, which the SDK's own HTTP clients add to an exception."""
    proxy = getattr(error, "proxy", None)
    return server_url if proxy is None else f"{server_url} through the proxy {proxy}"


def may_have_been_sent(error: BaseException, kind: FailureKind) -> bool:
    """Return whether the server may have received a part of the request."""
    if any(isinstance(error, (library.ConnectError, library.ProxyError)) for library in loaded_libraries()):
        return False
    return not kind.sent_nothing


def unreadable(
    prepared: PreparedRequest,
    received: Received,
    attempts: int,
    message: str = "the response does not match the API description",
) -> errors.ResponseValidationError:
    """Return the error of a successful response whose body does not match the API description."""
    return _unusable(errors.ResponseValidationError, message, prepared, received, attempts)


def refused(prepared: PreparedRequest, received: Received, attempts: int, message: str) -> errors.SDKError:
    """Return the error of a successful response that reports an error."""
    error = _unusable(errors.SDKError, message, prepared, received, attempts)
    error.has_server_message = True
    if prepared.operation.creates:
        error.hint = "Probably nothing was created: list what exists before you repeat the call"
    return error


def _unusable(kind: type[ErrorT], message: str, prepared: PreparedRequest, received: Received, attempts: int) -> ErrorT:
    key, response = prepared.key, received.response
    body, headers = _text(received.content, key), redacted_headers(response.headers, key)
    error = kind(key.redact(message), response.status_code, body, response, headers=headers)
    _add_request(error, prepared, attempts)
    return error


def unsuccessful(prepared: PreparedRequest, received: Received, attempts: int) -> errors.SDKError:
    """Return the error of an unsuccessful response."""
    key, response = prepared.key, received.response
    status: int = response.status_code
    body = _text(received.content, key)
    options: Any = {"headers": redacted_headers(response.headers, key), "retry_after": retry_after_of(response)}
    fields = fields_of(body)
    message = server_message(fields)
    text = message or _phrase_of(status)
    if status in _DOCUMENTED:
        error = _documented(status, fields, text, response, {**options, "body": body})
    else:
        kind = errors.APIServerError if status >= 500 else _CLASSES.get(status, errors.SDKError)
        error = kind(text, status, body, response, **options)
    error.has_server_message = message is not None
    error.hint = prepared.operation.hints.get(
        413 if status == 400 and prepared.is_large else status, _HINTS.get(status)
    )
    if status == 404 and message in (None, "Not Found"):  # a web framework's answer for a path that it does not have
        error.hint = "Check server_url: the server has nothing at this path"
    _add_request(error, prepared, attempts)
    return error


def _phrase_of(status: int) -> str:
    if 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        return "the server redirects, which is not followed because it would forward the API key; check server_url"
    return phrases.get(status, "unexpected status")


_CLASSES: dict[int, type[errors.SDKError]] = {
    403: errors.APIErrorForbidden,
    409: errors.APIErrorConflict,
    422: errors.APIErrorUnprocessable,
    429: errors.APIErrorTooManyRequests,
}
_DOCUMENTED: dict[int, tuple[Any, Any]] = {
    400: (bodies.APIErrorInvalidInputData, errors.APIErrorInvalidInput),
    401: (bodies.APIErrorUnauthorizedData, errors.APIErrorUnauthorized),
    404: (bodies.APIErrorNotFoundData, errors.APIErrorNotFound),
}
"""The statuses with a documented body, whose fields are in ``error.data``."""


def _documented(status: int, fields: dict[str, Any], text: str, response: Any, options: Any) -> errors.SDKError:
    """Return the error of a status with a documented body, whatever the body is; ``data`` has what could be read."""
    data_type, error_type = _DOCUMENTED[status]
    try:
        data = data_type.model_validate(fields)
    except ValidationError:  # sent by a proxy, by an engine, or by a later version of the platform
        data = data_type.model_construct(**{**fields, "status": status, "error": text})
    error: errors.SDKError = error_type(data, response, **options)
    return error


def fields_of(body: str) -> dict[str, Any]:
    """Return the fields of a JSON object, or nothing for any other body."""
    try:
        data = json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def server_message(fields: Mapping[str, Any]) -> str | None:
    """Return the message in a body: the first one in its ``error``, ``errors``, ``message`` or ``detail``."""
    for name in ("error", "errors", "message", "detail"):
        value = fields.get(name)
        if isinstance(value, dict) and value:  # OpenAI's form: {"error": {"message": …}}
            message: Any = cast("dict[str, Any]", value).get("message")
            value = message if isinstance(message, str) and message.strip() else json.dumps(value)
        elif isinstance(value, list) and value:  # FastAPI's form: {"detail": [{"msg": …, "loc": …}]}
            value = json.dumps(value)
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


def redacted_headers(headers: Any, key: ApiKey) -> Any:
    """Return the headers of a response; a copy without the key if the server repeats it there."""
    raw = getattr(headers, "raw", None)  # httpx decodes each value at each access
    together = "\n".join(headers.values()) if raw is None else b"\n".join([pair[1] for pair in raw]).decode("latin-1")
    if key.redact(together) == together:
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
