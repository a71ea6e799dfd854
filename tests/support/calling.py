"""One call in several ways: a test is written once, and runs synchronously and asynchronously."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import anyio

from .answers import ARGUMENTS, Gate
from .rawserver import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from types import ModuleType

    from emissary_client_sdk import EmissaryClient

Way: TypeAlias = Literal["sync", "async", "trio"]


class Call:
    """Makes calls one way; use it with ``with``, whose end is the end of the event loop.

    ``"sync"`` calls the method, ``"async"`` its ``_async`` twin in one event loop of asyncio that lives as long
    as this object, ``"trio"`` the twin in a new run of trio each time.
    """

    def __init__(self, way: Way) -> None:
        self.way: Way = way
        self.is_async = way != "sync"
        self._loop = asyncio.new_event_loop() if way == "async" else None

    def __call__(self, client: EmissaryClient, method: str, /, **arguments: Any) -> Any:
        """Call a method of ``client.training_jobs``, by the name that it has without ``_async``.

        Without ids or a body it gets good ones; see ``ARGUMENTS``.
        """
        return self.run(partial(self.start, client, method, **arguments))

    def start(self, client: EmissaryClient, method: str, /, **arguments: Any) -> Any:
        """Call the method in the present thread or event loop; gives the result or what is to be awaited."""
        function = getattr(client.training_jobs, f"{method}_async" if self.is_async else method)
        return function(**{**ARGUMENTS[method], **arguments})

    def run(self, function: Callable[[], Any]) -> Any:
        """Call a function, and await in the event loop what it gives."""
        if not self.is_async:
            return function()

        async def main() -> Any:
            return await function()

        if self._loop is None:
            return anyio.run(main, backend="trio")
        return self._loop.run_until_complete(main())

    def together(self, client: EmissaryClient, method: str, times: int, **arguments: Any) -> list[Any]:
        """Make the same call so many times at once, in threads or tasks."""
        start = partial(self.start, client, method, **arguments)
        if not self.is_async:
            with ThreadPoolExecutor(times) as pool:
                return [future.result() for future in [pool.submit(start) for _ in range(times)]]
        results: list[Any] = []

        async def one() -> None:
            results.append(await start())

        async def main() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(times):
                    group.start_soon(one)

        self.run(main)
        return results

    def behind(self, gate: Gate, client: EmissaryClient, method: str, **arguments: Any) -> BaseException | None:
        """Make a call while an earlier one is kept waiting at the gate, which is opened after it.

        Gives the call's exception, or None; the earlier one has to succeed.
        """
        first, second = partial(self.start, client, "list"), partial(self.start, client, method, **arguments)
        if not self.is_async:
            with ThreadPoolExecutor(1) as pool:
                earlier = pool.submit(first)
                assert gate.arrived.wait(PATIENCE)
                try:
                    return _outcome(second)
                finally:
                    gate.open()
                    earlier.result()
        outcomes: list[BaseException | None] = []

        async def main() -> None:
            async with anyio.create_task_group() as group:
                group.start_soon(first)
                assert await anyio.to_thread.run_sync(gate.arrived.wait, PATIENCE)
                outcomes.append(await _outcome_async(second))
                gate.open()

        self.run(main)
        return outcomes[0]

    @contextlib.contextmanager
    def http_client(self, library: ModuleType, **options: Any) -> Generator[Any, None, None]:
        """Give a ``Client`` or ``AsyncClient`` of httpx or httpx2, closed in the end where it has to be."""
        http = (library.AsyncClient if self.is_async else library.Client)(**options)
        try:
            yield http
        finally:
            self.run(http.aclose if self.is_async else http.close)

    def hook(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give an event hook for a caller's HTTP client, which has to be asynchronous where the client is."""

        async def asynchronous(*arguments: Any) -> Any:
            return function(*arguments)

        return asynchronous if self.is_async else function

    def using(self, http: Any) -> dict[str, Any]:
        """Give the argument of ``EmissaryClient`` that takes a caller's HTTP client."""
        return {"async_client" if self.is_async else "client": http}

    def close_client(self, client: EmissaryClient) -> None:
        """Close a client in the way that belongs to the calls."""
        self.run(client.aclose if self.is_async else client.close)

    def __enter__(self) -> Call:
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()


def _outcome(function: Callable[[], Any]) -> BaseException | None:
    try:
        function()
    except Exception as error:  # noqa: BLE001  # the test looks at it
        return error
    return None


async def _outcome_async(function: Callable[[], Awaitable[Any]]) -> BaseException | None:
    try:
        await function()
    except Exception as error:  # noqa: BLE001  # the test looks at it
        return error
    return None
