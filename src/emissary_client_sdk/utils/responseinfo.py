"""Facts about the response of a call: ``response_info(result)`` and ``error.response_info``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from .logger import safe_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

_ATTRIBUTE = "_response_info"
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id")


class ResponseInfo(NamedTuple):
    """Facts about the response of a call. It does not keep the response.

    :ivar status_code: Status of the response.
    :ivar headers: Headers of the response. The representation redacts cookies, the headers themselves do not.
    :ivar attempts: Number of requests that the call sent.
    :ivar elapsed_seconds: Seconds from the first request until the response was read, with the retries and their
        pauses. The time of a stream ends with the headers.
    """

    status_code: int
    headers: Mapping[str, str]
    attempts: int = 1
    elapsed_seconds: float = 0.0

    @property
    def request_id(self) -> str | None:
        """ID of the request in the headers, to quote when contacting support; None without one."""
        for name, value in self.headers.items():
            if name.lower() in _REQUEST_ID_HEADERS:
                return value
        return None

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(status_code={self.status_code}, headers={safe_headers(self.headers)},"
            f" attempts={self.attempts}, elapsed_seconds={self.elapsed_seconds:.3f})"
        )


InfoSource: TypeAlias = Callable[[], ResponseInfo]
"""Returns the facts. They are put together when they are asked for, because most programs never do."""


def response_info(result: object) -> ResponseInfo:
    """Return the status, headers, request ID, attempts and duration of the call that returned a result.

    :param result: A model, a list or an entered stream, as a method of the client returned it. Its parts, copies and
        unpickled copies know nothing of the call.
    :returns: Facts about the response.
    :raises TypeError: Objects of this type never have them, such as None.
    :raises ValueError: No single call returned this object.
    """
    kind = type(result)
    if not hasattr(kind, _ATTRIBUTE):
        raise TypeError(f"result must be a model, a list or a stream of the client, not {kind.__name__}")
    info: InfoSource | None = None
    with suppress(AttributeError):  # a slot that was never filled
        info = object.__getattribute__(result, _ATTRIBUTE)
    if info is None:
        raise ValueError(
            f"this {kind.__name__} is not the result of one call: pass the object that a method returned, not a part or"
            " a copy of it, and a stream after its with block is entered"
        )
    return info()


def attach(result: object, info: InfoSource) -> None:
    """Add the facts to a result, if its type has a place for them."""
    if hasattr(type(result), _ATTRIBUTE):
        object.__setattr__(result, _ATTRIBUTE, info)


def with_info_of(source: object, result: T) -> T:
    """Return a result that was made of another one, with the facts about that one's response."""
    object.__setattr__(result, _ATTRIBUTE, object.__getattribute__(source, _ATTRIBUTE))
    return result
