"""One call in several modes: a test is written once and runs synchronously and asynchronously."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import anyio
import httpx

from emissary_client_sdk import EmissaryClient

from .answers import ARGUMENTS, KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from typing_extensions import Self

Way: TypeAlias = Literal["sync", "async", "trio"]


def client_of(respond: Callable[[httpx.Request], httpx.Response], api_key: Any = KEY, **options: Any) -> EmissaryClient:
    """Return a client for calls of both modes whose server is a function."""
    transport = httpx.MockTransport(respond)
    return EmissaryClient(
        api_key,
        client=httpx.Client(transport=transport),
        async_client=httpx.AsyncClient(transport=transport),
        **options,
    )


class Call:
    """Makes calls in one mode; the end of its ``with`` block closes the event loop.

    ``"sync"`` calls the method, ``"async"`` its ``_async`` twin in one asyncio event loop that lives as long as this
    object, ``"trio"`` the twin in a new trio run each time.
    """

    def __init__(self, way: Way) -> None:
        self.way: Way = way
        self.is_async = way != "sync"
        self._loop = asyncio.new_event_loop() if way == "async" else None

    def __call__(self, client: EmissaryClient, method: str, /, **arguments: Any) -> Any:
        """Call a method of the client, such as ``projects.list``; a plain name is one of ``training_jobs``.

        Methods of ``training_jobs`` have default arguments; see ``ARGUMENTS``.
        """
        return self.run(partial(self.start, client, method, **arguments))

    def start(self, client: EmissaryClient, method: str, /, **arguments: Any) -> Any:
        """Call the method in this thread or event loop; return the result or an awaitable of it."""
        path = method if "." in method else f"training_jobs.{method}"
        function = attrgetter(f"{path}_async" if self.is_async else path)(client)
        return function(**{**ARGUMENTS.get(method, {}), **arguments})

    def run(self, function: Callable[[], Any]) -> Any:
        """Call a function and, in an asynchronous mode, await its result."""
        if not self.is_async:
            return function()

        async def main() -> Any:
            return await function()

        if self._loop is None:
            return anyio.run(main, backend="trio")
        return self._loop.run_until_complete(main())

    def collect(self, client: EmissaryClient, method: str, /, **arguments: Any) -> list[Any]:
        """Call a method that yields values and return all of them."""
        if not self.is_async:
            return list(self.start(client, method, **arguments))

        async def main() -> list[Any]:
            return [value async for value in self.start(client, method, **arguments)]

        values: list[Any] = self.run(main)
        return values

    def together(self, client: EmissaryClient, method: str, times: int, **arguments: Any) -> list[Any]:
        """Make the same call several times at once, in threads or tasks."""
        return self.run_together(partial(self.start, client, method, **arguments), times)

    def run_together(self, function: Callable[[], Any], times: int) -> list[Any]:
        """Run a function several times at once, in threads or tasks."""
        if not self.is_async:
            with ThreadPoolExecutor(times) as pool:
                return [future.result() for future in [pool.submit(function) for _ in range(times)]]
        results: list[Any] = []

        async def one() -> None:
            results.append(await function())

        async def main() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(times):
                    group.start_soon(one)

        self.run(main)
        return results

    @contextlib.contextmanager
    def http_client(self, library: ModuleType, **options: Any) -> Generator[Any, None, None]:
        """Return a ``Client`` or ``AsyncClient`` of httpx or httpx2, closed at the end of the block."""
        http = (library.AsyncClient if self.is_async else library.Client)(**options)
        try:
            yield http
        finally:
            self.run(http.aclose if self.is_async else http.close)

    def hook(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as an event hook of a caller's HTTP client, which must be asynchronous if the client is."""

        async def asynchronous(*arguments: Any) -> Any:
            return function(*arguments)

        return asynchronous if self.is_async else function

    def using(self, http: Any) -> dict[str, Any]:
        """Return the argument of ``EmissaryClient`` for a caller's HTTP client."""
        return {"async_client" if self.is_async else "client": http}

    def close_client(self, client: EmissaryClient) -> None:
        """Close a client with the method of this mode."""
        self.run(client.aclose if self.is_async else client.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_loop()

    def end_loop(self) -> None:
        """End the event loop, as ``asyncio.run`` does."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
