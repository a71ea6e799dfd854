"""One interface to both of the SDK's own HTTP clients, so that a test is written once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import anyio

from emissary_client_sdk._transport.asyncclient import AsyncDefaultClient
from emissary_client_sdk._transport.client import DefaultClient

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

Way: TypeAlias = Literal["sync", "asyncio", "trio"]


class Driver:
    """Sends requests with a new client: in this thread, in one event loop of asyncio, or in a trio run for each."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.is_async = way != "sync"
        self.client: Any = AsyncDefaultClient() if self.is_async else DefaultClient()
        self._loop = asyncio.new_event_loop() if way == "asyncio" else None

    def request(self, url: str, method: str = "GET", *, timeout: float | None = 5.0, **options: Any) -> httpx.Request:
        """Return a request."""
        request: httpx.Request = self.client.build_request(method, url, timeout=timeout, **options)
        return request

    def send(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Send a request and return the response."""
        response: httpx.Response = self.run(partial(self.client.send, self.request(url, method, **options)))
        return response

    def run(self, function: Callable[[], Any]) -> Any:
        """Call a function, and await its result in the event loop."""
        if not self.is_async:
            return function()

        async def main() -> Any:
            return await function()

        return anyio.run(main, backend="trio") if self._loop is None else self._loop.run_until_complete(main())

    def send_together(self, url: str, times: int) -> list[httpx.Response]:
        """Send requests at the same time, in threads or tasks."""
        if not self.is_async:
            with ThreadPoolExecutor(times) as threads:
                return list(threads.map(self.send, [url] * times))
        responses: list[httpx.Response] = []

        async def one() -> None:
            responses.append(await self.client.send(self.request(url)))

        async def main() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(times):
                    group.start_soon(one)

        self.run(main)
        return responses

    def close(self) -> None:
        """Close the client's connections in the way of the mode."""
        self.run(self.client.aclose if self.is_async else self.client.close)

    def end_loop(self) -> None:
        """End the event loop, as ``asyncio.run`` does."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
