"""The default asynchronous client."""

from __future__ import annotations

import contextlib
import os
import weakref
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from .lanes import MAX_CONNECTIONS, Lane, Lanes, has_http2, has_proxies, tls_context
from .messages import DEFAULT_TIMEOUT, Cookies, OwnClient, deadline, finish, require_in_time, timeouts

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import AsyncGenerator

_CLOSING_SECONDS = 5.0  # for a goodbye to a peer that may be gone
_abandoned: list[object] = []


async def _closes_in_the_end(
    idle: deque[Lane[httpx.AsyncHTTPTransport]], proxied: httpx.AsyncClient | None
) -> AsyncGenerator[None, None]:
    """Close the connections when the event loop ends, or when nobody holds this generator any more.

    Nothing but the loop itself can close a connection of its own, and an asynchronous generator is what a loop
    takes care of at its end. This one waits at its ``yield`` until then.
    """
    try:
        yield
    finally:
        with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
            while idle:
                await idle.pop().transport.aclose()
            if proxied is not None:
                await proxied.aclose()


class _Connections:
    """The connections of one client in one event loop."""

    def __init__(self) -> None:
        self.lanes = Lanes(httpx.AsyncHTTPTransport)
        self.free = anyio.Semaphore(MAX_CONNECTIONS)
        self.proxied = (
            httpx.AsyncClient(verify=tls_context(), http2=has_http2(), timeout=DEFAULT_TIMEOUT)
            if has_proxies()
            else None
        )
        self.closer = _closes_in_the_end(self.lanes.idle, self.proxied)


def _event_loop() -> Any:
    """The running loop of asyncio, or what stands for the running loop of trio."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token()


class AsyncDefaultClient(OwnClient):
    """An ``AsyncHttpClient`` whose connections are made at the first request of each event loop."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._connections: weakref.WeakKeyDictionary[Any, _Connections] = weakref.WeakKeyDictionary()
        self._cookies = Cookies()

    async def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request and read the answer. Redirects are never followed, whatever the options say."""
        return (await self.fetch(request))[0]

    async def fetch(self, request: httpx.Request, *, bare: bool = False) -> tuple[httpx.Response, bytes]:
        """Send a request and give the response and its content; see ``finish`` for ``bare``."""
        connections = await self._here()
        patience = timeouts(request)
        if connections.proxied is not None:
            response = await connections.proxied.send(request, follow_redirects=False, stream=True)
            body = [await _read(request, response, patience["read"])]
            return finish(request, response, body, self._cookies, bare=bare)
        self._cookies.add_to(request)
        try:
            connections.free.acquire_nowait()
        except anyio.WouldBlock:
            await _wait_for(connections.free, patience["pool"], request)
        try:
            lane = connections.lanes.take(request.url)
            try:
                response = await lane.transport.handle_async_request(request)
                body = [await _read(request, response, patience["read"])]
                answer = finish(request, response, body, self._cookies, bare=bare)
            except BaseException as error:
                with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
                    await lane.transport.aclose()  # whatever state it is in, nobody meets it again
                if isinstance(error, httpx.RequestError):
                    error.request = request
                raise
            spare = connections.lanes.give_back(lane)
        finally:
            connections.free.release()
        if spare is not None:
            await spare.transport.aclose()
        return answer

    async def _here(self) -> _Connections:
        if self._pid != os.getpid():
            # The loop of the parent process shares its selector with this one: leave its connections alone.
            _abandoned.append(self._connections)
            self._pid = os.getpid()
            self._connections = weakref.WeakKeyDictionary()
        loop = _event_loop()
        connections = self._connections.get(loop)
        if connections is None:
            connections = self._connections[loop] = _Connections()
            await anext(connections.closer)
        return connections

    async def aclose(self) -> None:
        """Close the connections of the running loop now; those of other loops close in their loops."""
        connections = self._connections.pop(_event_loop(), None)
        self.close()
        if connections is not None:
            await connections.closer.aclose()

    def close(self) -> None:
        """Let each event loop close its connections as soon as it runs."""
        for loop, connections in self._connections.items():
            if hasattr(loop, "run_sync_soon"):  # trio warns of a generator that is left to the garbage collector
                _close_in_trio(loop, connections.closer)
        self._connections.clear()


def _close_in_trio(token: Any, closer: AsyncGenerator[None, None]) -> None:
    import trio

    with contextlib.suppress(trio.RunFinishedError):  # it was closed with the run
        token.run_sync_soon(trio.lowlevel.spawn_system_task, closer.aclose)


async def _wait_for(free: anyio.Semaphore, seconds: float | None, request: httpx.Request) -> None:
    try:
        with anyio.fail_after(seconds):
            await free.acquire()
    except TimeoutError:
        raise httpx.PoolTimeout("all connections were busy", request=request) from None


async def _read(request: httpx.Request, response: httpx.Response, seconds: float | None) -> bytes:
    stream: Any = response.stream  # httpx's type for it says that it may be synchronous
    end = deadline(seconds)
    parts: list[bytes] = []
    part = b""
    try:
        async for part in stream:
            parts.append(part)
            require_in_time(end, request)
    except BaseException:
        part = b""  # no traceback that shows this frame's locals may show what a server repeats of a request
        parts.clear()
        raise
    finally:
        await stream.aclose()
    return b"".join(parts)
