"""Work in threads. polars computes and writes without holding the lock of the interpreter."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

_THREADS: Final = 2


def parallel(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield the results of a function for each item, in order, while the next items are processed."""
    with ThreadPoolExecutor(_THREADS) as pool:
        pending: deque[Future[R]] = deque()
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > _THREADS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
