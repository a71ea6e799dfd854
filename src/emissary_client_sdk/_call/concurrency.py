"""Many flows at the same time, with a limit: in threads, or in tasks of asyncio or trio. The results keep their order.

Each flow runs in a copy of the caller's context, with the callback for its result, so that context variables have the
caller's values in keys, hooks and log records, and changes in one flow are not seen in another.
"""

from __future__ import annotations

from contextlib import closing, suppress
from contextvars import copy_context
from inspect import isawaitable
from queue import Empty, SimpleQueue
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any

import anyio

from .commands import Send, Wait

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .commands import Flow, Gather

_LONGEST_WAIT = 1.0  # seconds


class _Batch:
    """The flows that are still to be started, and the results so far.

    :ivar failure: The failure or interrupt after which nothing more is sent.
    :ivar running: Number of workers: threads, each with one flow after the other, or tasks, each with one flow.
    """

    def __init__(self, gather: Gather) -> None:
        self._gather = gather
        self._flows = enumerate(gather.flows)
        self._is_exhausted = False
        self.running = 0
        self._context = copy_context()
        self._results: dict[int, Any] = {}
        self.failure: BaseException | None = None

    @property
    def spare(self) -> int:
        """Number of workers that can be started; negative if there are too many. One can always run."""
        limit = self._gather.limit
        limit = limit if isinstance(limit, int) else max(1, limit())
        return min(limit - self.running, 0) if self._is_exhausted else limit - self.running

    def next(self) -> tuple[int, Flow[Any]] | None:
        """Return the next flow and its place; None if there is no other, or after a failure."""
        following: tuple[int, Flow[Any]] | None = None
        if self.failure is None:
            try:
                following = self._context.run(next, self._flows, None)
            except BaseException as error:  # noqa: BLE001  # the caller's iterator failed; raised by ``results``
                self.failure = error
        self._is_exhausted = following is None
        return following

    def add(self, place: int, result: Any) -> Any:
        """Record a result, and return what the caller's function returns for it."""
        if isinstance(result, Exception) and not self._gather.return_exceptions:
            self.failure = self.failure or result
            return None
        if self._gather.keeps_results:
            self._results[place] = result
        return None if self._gather.on_result is None else self._gather.on_result(place, result)

    def stop(self, failure: BaseException) -> None:
        """Start no other flow; ``results`` raises the failure."""
        self.failure = self.failure or failure

    def results(self) -> list[Any]:
        """Return the results in the order of their flows.

        :raises BaseException: The failure. Its attribute ``completed`` has the results so far, by their places.
        """
        if self.failure is not None:
            raise self.with_completed(self.failure)
        return [self._results[place] for place in sorted(self._results)]

    def with_completed(self, failure: BaseException) -> BaseException:
        """Return the failure with the results so far, by their places."""
        with suppress(AttributeError):  # an exception of the caller may refuse attributes
            failure.completed = dict(sorted(self._results.items()))  # type: ignore[attr-defined]
        return failure


def gather(command: Gather, execute: Callable[[Any], Any]) -> list[Any]:
    """Execute flows in threads and return their results. An interrupt does not wait for the flows in progress."""
    batch, lock, ended = _Batch(command), RLock(), SimpleQueue[None]()
    context = copy_context()

    def start() -> None:
        while batch.spare > 0:
            Thread(target=work, name="emissary", daemon=True).start()
            batch.running += 1  # the thread waits for the lock

    def work() -> None:
        try:
            while True:
                with lock:  # iterators and progress bars are not thread-safe
                    following = batch.next() if batch.spare >= 0 else None
                    if following is None:
                        return
                    start()
                place, flow = following
                own_context = context.copy()
                try:
                    result = own_context.run(execute, _until_stopped(flow, batch))
                except _StoppedError:
                    return
                except Exception as error:  # noqa: BLE001  # the batch decides whether it is a result
                    result = error
                with lock:
                    returned = own_context.run(batch.add, place, result)
                if isawaitable(returned):
                    batch.stop(asynchronous_error("on_result", returned))
        except BaseException as error:  # noqa: BLE001  # raised in the caller's thread
            batch.stop(error)
        finally:
            with lock:
                batch.running -= 1
                if not batch.running:
                    ended.put(None)

    try:
        with lock:
            start()
        while batch.running:  # a wait without a limit of time can miss an interrupt that precedes it by a moment
            with suppress(Empty):
                ended.get(timeout=_LONGEST_WAIT)
    except BaseException as interrupt:  # noqa: BLE001  # raised by ``results``
        batch.stop(interrupt)
    return batch.results()


class _StoppedError(Exception):
    """A flow had something to send, after its batch was stopped."""


def _until_stopped(flow: Flow[Any], batch: _Batch) -> Flow[Any]:
    """Execute a flow, but neither wait nor send anything more, such as a retry, once the batch is stopped."""
    resume: Callable[[Any], Any] = flow.send
    value: Any = None
    with closing(flow):
        while True:
            try:
                command = resume(value)
            except StopIteration as stop:
                return stop.value
            if batch.failure is not None and isinstance(command, (Send, Wait)):
                raise _StoppedError
            try:
                value, resume = (yield command), flow.send
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                value, resume = error, flow.throw


def asynchronous_error(function: str, returned: Any) -> TypeError:
    """Return the error of a function that returned an awaitable, and close that."""
    close = getattr(returned, "close", None)
    if close is not None:
        close()  # a coroutine that is never awaited would warn
    return TypeError(f"{function} of a synchronous call must not be asynchronous; use the _async method")


async def gather_async(command: Gather, execute: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    """Execute flows in tasks and return their results."""
    batch, changed = _Batch(command), [anyio.Event()]

    async def work(place: int, flow: Flow[Any]) -> None:
        try:
            try:
                result = await execute(_until_stopped(flow, batch))
            except _StoppedError:
                return
            except Exception as error:  # noqa: BLE001  # the batch decides whether it is a result
                result = error
            returned = batch.add(place, result)
            if isawaitable(returned):
                await returned
        except Exception as error:  # noqa: BLE001  # raised below, without an exception group
            batch.stop(error)
        finally:
            batch.running -= 1
            changed[0].set()

    try:
        async with anyio.create_task_group() as group:
            while True:
                changed[0] = anyio.Event()
                while batch.spare > 0 and (following := batch.next()) is not None:
                    batch.running += 1
                    group.start_soon(work, *following)  # here, because a task gets a copy of this task's context
                if batch.failure is not None and not isinstance(batch.failure, Exception):
                    group.cancel_scope.cancel()
                if not batch.running:
                    break
                await changed[0].wait()
    except BaseException as cancelled:
        batch.with_completed(cancelled)
        raise
    return batch.results()
