"""The contract of a flow: a generator that says what is to be done next and is told what came of it.

A flow yields one command at a time:

``Wait(seconds)``
    is answered with None when that time has passed;
``Send(request, bare)``
    is answered with the response and its content, or has the HTTP client's exception thrown in;
``Resolve(awaitable)``
    is answered with what the awaitable gives, or has its exception thrown in.

``Emit(value)``
    hands a value to whoever iterates, and is answered with None.

It ends by returning its result or by raising an error. It reads no clock but the one that it is given, and it
never sends, sleeps or awaits, so a test can step it by hand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from typing import TypeAlias

T = TypeVar("T")


class Wait(NamedTuple):
    """Let this many seconds pass."""

    seconds: float


class Send(NamedTuple):
    """Send a request. ``bare``: of a success only the content will be looked at."""

    request: Any
    bare: bool


class Emit(NamedTuple):
    """Hand this to whoever iterates."""

    value: Any


class Resolve(NamedTuple):
    """Await what a hook gave."""

    awaitable: Awaitable[Any]


Command: TypeAlias = "Wait | Send | Resolve"
Flow: TypeAlias = Generator["Wait | Send | Resolve", Any, T]
EmittingFlow: TypeAlias = Generator["Wait | Send | Resolve | Emit", Any, None]


class Answer:
    """A response and its content. Its repr shows neither: a server may have repeated the key there."""

    __slots__ = ("content", "response")

    def __init__(self) -> None:
        self.response: Any = None
        self.content = b""

    def take(self, response: Any, content: bytes) -> None:
        """Hold this response and this content."""
        self.response = response
        self.content = content


def is_success(response: Any) -> bool:
    """Whether there is an answer, and the server says that it did what it was asked to."""
    return response is not None and 200 <= response.status_code < 300
