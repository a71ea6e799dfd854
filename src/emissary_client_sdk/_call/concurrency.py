"""Many calls at once, with a limit: in threads, or in tasks of asyncio or trio. The results keep their order."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from .call import Gather


class _Queue:
    """The flows that are still to be executed, and the results so far."""

    def __init__(self, gather: Gather) -> None:
        self._flows = enumerate(gather.flows)
        self._return_exceptions = gather.return_exceptions
        self._on_result = gather.on_result
        self._results: dict[int, Any] = {}
        self.is_stopped = False

    def next(self) -> tuple[int, Any] | None:
        """Return the next flow and its place, or None."""
        return None if self.is_stopped else next(self._flows, None)

    def add(self, place: int, result: Any) -> None:
        """Record a result.

        :raises Exception: The result is an exception, and exceptions are not to be returned.
        """
        if isinstance(result, Exception) and not self._return_exceptions:
            self.is_stopped = True
            raise result
        self._results[place] = result
        if self._on_result is not None:
            self._on_result()

    def results(self) -> list[Any]:
        """Return the results in the order of their flows."""
        return [self._results[place] for place in sorted(self._results)]


def gather(command: Gather, execute: Callable[[Any], Any]) -> list[Any]:
    """Execute flows in threads and return their results."""
    # Its import registers functions for os.fork; a first call in one thread must not do that during another's fork.
    from concurrent.futures import ThreadPoolExecutor, as_completed

    queue, lock = _Queue(command), Lock()

    def work() -> None:
        while True:
            with lock:  # generators and progress bars are not thread-safe
                following = queue.next()
            if following is None:
                return
            place, flow = following
            try:
                result = execute(flow)
            except Exception as error:  # noqa: BLE001  # the queue decides whether it is a result
                result = error
            with lock:
                queue.add(place, result)

    with ThreadPoolExecutor(command.limit, thread_name_prefix="emissary") as pool:
        try:
            workers = [pool.submit(work) for _ in range(command.limit)]
            for worker in as_completed(workers):
                worker.result()
        finally:
            queue.is_stopped = True  # after an interrupt, the other threads finish only the calls that they have begun
    return queue.results()


async def gather_async(command: Gather, execute: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    """Execute flows in tasks and return their results."""
    import anyio

    queue = _Queue(command)
    failures: list[Exception] = []

    async def work() -> None:
        try:
            while (following := queue.next()) is not None:
                place, flow = following
                try:
                    result = await execute(flow)
                except Exception as error:  # noqa: BLE001  # the queue decides whether it is a result
                    result = error
                queue.add(place, result)
        except Exception as error:  # noqa: BLE001  # raised below, without an exception group
            failures.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(command.limit):
            group.start_soon(work)
    if failures:
        raise failures[0]
    return queue.results()


def pieces_of(items: Iterable[Any], size: int) -> Iterable[list[Any]]:
    """Yield lists of at most ``size`` items."""
    piece: list[Any] = []
    for item in items:
        piece.append(item)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece
