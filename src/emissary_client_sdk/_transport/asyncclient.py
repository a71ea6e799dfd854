"""The SDK's own asynchronous HTTP client."""

from __future__ import annotations

import asyncio
import contextlib
import os
import weakref
from math import inf
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from .._fork import setup
from .content import MAX_CONTENT_BYTES, AsyncContent
from .pool import CLOSING_SECONDS
from .proxies import open_async_pool
from .request import build_request, timeouts_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from .proxies import AsyncPool

_abandoned: list[object] = []  # connections of a parent process


async def _close_with_loop(pool: AsyncPool) -> AsyncGenerator[None, None]:
    """Close a pool when the event loop ends or when this generator is dropped.

    Only the loop itself can close its connections, and it finalizes the asynchronous generators that it started.
    This one is started once and waits at its ``yield``.
    """
    try:
        yield
    finally:
        with anyio.move_on_after(CLOSING_SECONDS, shield=True):
            await pool.aclose()


def _event_loop() -> Any:
    """Return the running event loop of asyncio, or the token of the running trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token()


class AsyncDefaultClient:
    """An ``AsyncHttpClient`` for asyncio and trio, with connections of its own in each event loop."""

    build_request = staticmethod(build_request)

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._pools: weakref.WeakKeyDictionary[Any, tuple[AsyncPool, AsyncGenerator[None, None]]] = (
            weakref.WeakKeyDictionary()
        )

    async def send(self, request: httpx.Request, *, stream: bool = False, **_options: Any) -> httpx.Response:
        """Send a request and return the response. Redirects are never followed, whatever the options say.

        :param stream: Do not read a successful response; the caller must close it.
        :raises httpx.TransportError: No complete response arrived in time.
        :raises httpx.DecodingError: The content cannot be decoded.
        :raises ContentTooLargeError: The content is too large to be read at once.
        """
        timeout = timeouts_of(request).get("read")
        pool = await self._pool()
        response: httpx.Response | None = None
        try:
            response = await pool.send(request, stream=stream)
            response.request = request
            if stream and response.is_success:
                response.stream = AsyncContent(response, timeout=None, max_bytes=inf)
            else:
                response.stream = AsyncContent(response, timeout=timeout, max_bytes=MAX_CONTENT_BYTES)
                await response.aread()
        except BaseException as error:
            if response is not None:
                with anyio.move_on_after(CLOSING_SECONDS, shield=True):
                    await response.aclose()
            if isinstance(error, httpx.RequestError):
                error.request = request
            raise
        return response

    async def _pool(self) -> AsyncPool:
        if self._pid != os.getpid():
            # The parent's event loop shares its selector with this process: leave its connections alone.
            _abandoned.append(self._pools)
            self._pid = os.getpid()
            self._pools = weakref.WeakKeyDictionary()
        loop = _event_loop()
        if loop not in self._pools:
            with setup():
                pool = open_async_pool()
            closer = _close_with_loop(pool)
            self._pools[loop] = pool, closer
            await anext(closer)
        return self._pools[loop][0]

    async def aclose(self) -> None:
        """Close the idle connections of the running loop now, and those of other loops as soon as they run."""
        _, closer = self._pools.pop(_event_loop(), (None, None))
        self.close()
        if closer is not None:
            await closer.aclose()

    def close(self) -> None:
        """Close the idle connections of each event loop as soon as it runs."""
        for loop, (_, closer) in list(self._pools.items()):
            if hasattr(loop, "run_sync_soon"):  # trio warns of a generator that is left to the garbage collector
                _close_in_trio(loop, closer)
        self._pools.clear()


def _close_in_trio(token: Any, closer: AsyncGenerator[None, None]) -> None:
    import trio

    with contextlib.suppress(trio.RunFinishedError):  # the run has closed it
        token.run_sync_soon(trio.lowlevel.spawn_system_task, closer.aclose)
