"""The commands of a flow.

A flow is a generator that makes one or more calls. It yields commands and receives their results; a driver executes
them, synchronously or asynchronously. So a flow never sends, sleeps or awaits, and a test can step through it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from typing import Any, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")


class GetClient(NamedTuple):
    """Return the HTTP client that the driver sends with."""


class Send(NamedTuple):
    """Send a request and read the response, or only its head if it succeeds and ``stream`` is true.

    It results in a ``Received``, or the HTTP client's exception is thrown in.
    """

    request: Any
    stream: bool = False


class Received(NamedTuple):
    """A response and its content."""

    response: Any
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is 2XX."""
        return bool(200 <= self.response.status_code < 300)


class Wait(NamedTuple):
    """Pause for a number of seconds."""

    seconds: float


class Resolve(NamedTuple):
    """Await the result of an asynchronous hook or callback."""

    awaitable: Awaitable[Any]


class Compute(NamedTuple):
    """Call a function that takes long, such as reading a file: in a thread if there is an event loop."""

    function: Callable[[], Any]


class Gather(NamedTuple):
    """Execute several flows at the same time and return their results in order.

    :ivar limit: Maximum number of flows at a time, or a function that returns the present one.
    :ivar return_exceptions: Whether an exception is a result. Otherwise no flow is started after the first one, which
        is thrown in with the results so far as ``completed``.
    :ivar on_result: Called with the place of each result and the result.
    :ivar keeps_results: Whether results are returned. Otherwise any number of flows needs the same memory.
    """

    flows: Iterable[Generator[Any, Any, Any]]
    limit: int | Callable[[], int]
    return_exceptions: bool = False
    on_result: Callable[[int, Any], Any] | None = None
    keeps_results: bool = True


class Interruptible(NamedTuple):
    """Execute a flow; if an interrupt or a cancellation ends it, execute another one before that goes on.

    :ivar on_interrupt: Returns the other flow. It has a limited time, and its exceptions are ignored.
    """

    flow: Generator[Any, Any, Any]
    on_interrupt: Callable[[], Generator[Any, Any, Any]]


Command: TypeAlias = GetClient | Send | Wait | Resolve | Compute | Gather | Interruptible
Flow: TypeAlias = Generator[GetClient | Send | Wait | Resolve | Compute | Gather | Interruptible, Any, T]

# What an ``_async`` method returns: a coroutine, so that type checkers report one that is never awaited. jedi, which
# completes names in IPython and many editors, knows the result of an ``Awaitable`` only. Type checkers take a variable
# of this name for true, and jedi takes its value.
TYPE_CHECKING = False
if TYPE_CHECKING:
    Awaited = Coroutine[Any, Any, T]
else:
    Awaited = Awaitable
