"""The SDK's own asynchronous HTTP client."""

from __future__ import annotations

import contextlib
import os
import weakref
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from .content import AsyncContent, UndecodableContentError
from .pool import CLOSING_SECONDS, AsyncConnectionPool
from .request import build_request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_abandoned: list[object] = []  # connections of a parent process


class _LoopPool:
    """The connections of one event loop, which are closed when the loop ends or this object is dropped.

    Only the loop itself can close its connections, and it finalizes the asynchronous generators that it started. One is
    started here and waits at its ``yield``. It refers to the loop, so it is dropped once it is finished: a client must
    not keep a loop that has ended.
    """

    def __init__(self) -> None:
        self.pool = AsyncConnectionPool()
        self._closers = [_close_with_loop(self.pool, weakref.ref(self))]

    async def start(self) -> None:
        """Register the generator with the running loop."""
        await anext(self._closers[0])

    async def aclose(self) -> None:
        """Close the connections in their loop."""
        for closer in list(self._closers):
            await closer.aclose()

    def finish(self) -> None:
        """Drop the generator, which has closed the connections."""
        self._closers.clear()


async def _close_with_loop(pool: AsyncConnectionPool, owner: weakref.ref[_LoopPool]) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        with anyio.move_on_after(CLOSING_SECONDS, shield=True):
            await pool.aclose()
        if (present := owner()) is not None:
            present.finish()


def _event_loop() -> Any:
    """Return the running event loop of asyncio, or the token of the running trio.

    Both are imported here, because synchronous programs need neither.
    """
    import asyncio

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
        self._pools: weakref.WeakKeyDictionary[Any, _LoopPool] = weakref.WeakKeyDictionary()

    async def send(self, request: httpx.Request, *, stream: bool = False, **_options: Any) -> httpx.Response:
        """Send a request and return the response. Redirects are never followed, whatever the options say.

        :param stream: Do not read a successful response; the caller must close it.
        :raises httpx.TransportError: No complete response arrived in time.
        :raises UndecodableContentError: The content of a successful response cannot be decoded.
        :raises ContentTooLargeError: The content is too large to be read at once.
        :raises EnvironmentSettingError: The environment names a proxy or a file that cannot be used.
        """
        pool = await self._pool()
        response: httpx.Response | None = None
        try:
            response = await pool.send(request, stream=stream)
            response.request = request
            is_streamed = stream and response.is_success
            response.stream = AsyncContent(response, is_streamed=is_streamed)
            if not is_streamed:
                await response.aread()
        except BaseException as error:
            if response is not None:
                with anyio.move_on_after(CLOSING_SECONDS, shield=True):
                    await response.aclose()
            if isinstance(error, httpx.DecodingError) and response is not None:
                raise UndecodableContentError(str(error), response) from error
            raise
        return response

    async def _pool(self) -> AsyncConnectionPool:
        if self._pid != os.getpid():
            # The parent's event loop shares its selector with this process: leave its connections alone.
            _abandoned.append(self._pools)
            self._pid = os.getpid()
            self._pools = weakref.WeakKeyDictionary()
        loop = _event_loop()
        if loop not in self._pools:
            self._drop_closed_loops()
            self._pools[loop] = _LoopPool()
            await self._pools[loop].start()
        return self._pools[loop].pool

    def _drop_closed_loops(self) -> None:
        """Drop the connections of loops that were closed without a chance to close them; that closes their sockets."""
        for loop in list(self._pools):
            if hasattr(loop, "is_closed") and loop.is_closed():  # not trio's token
                self._pools.pop(loop, None)

    async def aclose(self) -> None:
        """Close the idle connections of the running loop now, and those of other loops as soon as they run."""
        present = self._pools.pop(_event_loop(), None)
        self.close()
        if present is not None:
            await present.aclose()

    def close(self) -> None:
        """Close the idle connections of each event loop as soon as it runs."""
        for loop, pool in list(self._pools.items()):
            if hasattr(loop, "run_sync_soon"):  # trio warns of a generator that is left to the garbage collector
                _close_in_trio(loop, pool)
        self._pools.clear()


def _close_in_trio(token: Any, pool: _LoopPool) -> None:
    import trio

    with contextlib.suppress(trio.RunFinishedError):  # the run has closed it
        token.run_sync_soon(trio.lowlevel.spawn_system_task, pool.aclose)
