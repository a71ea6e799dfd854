"""What an exception of an HTTP client means: the policy's view of it, and the error that it becomes."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from ..errors import APITimeoutError, NoResponseError
from ..httpclient import loaded_libraries
from ..utils.logger import chain_of
from ..utils.retries import FailureKind

if TYPE_CHECKING:
    from ..utils.apikey import ApiKey

# The names are the same in httpx and in httpx2; the most specific come first.
_KINDS = (
    ("ConnectTimeout", FailureKind.CONNECT_TIMEOUT),
    ("PoolTimeout", FailureKind.CONNECT_TIMEOUT),
    ("TimeoutException", FailureKind.TIMEOUT),
    ("ConnectError", FailureKind.NOT_CONNECTED),
    ("ProxyError", FailureKind.NOT_CONNECTED),
    ("NetworkError", FailureKind.DROPPED),
    ("RemoteProtocolError", FailureKind.DROPPED),
    ("RequestError", FailureKind.FINAL),
    ("InvalidURL", FailureKind.FINAL),
    ("StreamError", FailureKind.FINAL),
)


def kind_of(error: BaseException) -> FailureKind | None:
    """Classify an exception; None where it is none of an HTTP client's, but somebody's mistake."""
    for library in loaded_libraries():
        for name, kind in _KINDS:
            if isinstance(error, getattr(library, name)):
                is_refused_certificate = any(
                    isinstance(cause, ssl.SSLCertVerificationError) for cause in chain_of(error)
                )
                return FailureKind.FINAL if is_refused_certificate else kind
    # A client that is neither httpx's nor httpx2's may raise the language's own.
    if isinstance(error, TimeoutError):
        return FailureKind.TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return FailureKind.NOT_CONNECTED
    return FailureKind.DROPPED if isinstance(error, ConnectionError) else None


def no_response(error: BaseException, kind: FailureKind, attempts: int, key: ApiKey) -> NoResponseError:
    """Make the error of a call that got no answer; the exception is to be its cause."""
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    error_type = APITimeoutError if kind.is_timeout else NoResponseError
    return error_type(
        key.conceal(f"No response after {tries}: {reason}"),
        sent=not (kind.sent_nothing or _never_connected(error)),
    )


def _never_connected(error: BaseException) -> bool:
    return any(isinstance(error, library.ConnectError) for library in loaded_libraries())
