"""Connection pools of the SDK's own HTTP clients.

The clients pass each request to ``send`` of their pool and read the response, which returns the connection.

The pools exist because httpx's scans all its connections for each request. They use atomic operations only and no
lock, so that a fork, a signal handler or a finalizer never finds one held.
"""

from __future__ import annotations

import contextlib
import weakref
from collections import deque
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import anyio
import httpx

from .connection import KEEPALIVE_SECONDS, AsyncConnection, Connection
from .proxies import origin_of, proxy_of
from .request import timeouts_of

if TYPE_CHECKING:
    from .connection import AsyncBody, Body
    from .proxies import Origin

ConnectionT = TypeVar("ConnectionT", Connection, AsyncConnection)

MAX_CONNECTIONS = 100
CLOSING_SECONDS = 5.0  # to close a connection whose peer may be unreachable


class IdleConnections(Generic[ConnectionT]):
    """The idle connections of a pool. They are reused last-in first-out, so surplus ones expire."""

    def __init__(self) -> None:
        self._stacks: dict[Origin, deque[ConnectionT]] = {}

    def pop(self, origin: Origin) -> ConnectionT | None:
        """Remove and return the last used connection to an origin."""
        try:
            return self._stacks[origin].pop()
        except (KeyError, IndexError):
            return None

    def push(self, connection: ConnectionT) -> ConnectionT | None:
        """Add a connection. Remove and return one that has expired or is too many, which the caller must close."""
        connection.idle_since = now = monotonic()
        self._stacks.setdefault(connection.origin, deque()).append(connection)
        stacks = list(self._stacks.values())
        are_too_many = sum(map(len, stacks)) > MAX_CONNECTIONS
        for stack in stacks:
            with contextlib.suppress(IndexError):  # it is empty, or another thread has just emptied it
                if are_too_many or now - stack[0].idle_since > KEEPALIVE_SECONDS:
                    return stack.popleft()
        return None

    def pop_any(self) -> ConnectionT | None:
        """Remove and return a connection."""
        for stack in list(self._stacks.values()):
            with contextlib.suppress(IndexError):
                return stack.pop()
        return None


def _close_all(idle: IdleConnections[Connection]) -> None:
    while (connection := idle.pop_any()) is not None:
        connection.close()


class ConnectionPool:
    """A pool for any number of threads. Its idle connections are closed with it, and when it is dropped."""

    def __init__(self) -> None:
        self.idle: IdleConnections[Connection] = IdleConnections()
        self._slots: SimpleQueue[None] = SimpleQueue()
        for _ in range(MAX_CONNECTIONS):
            self._slots.put(None)
        self.close = weakref.finalize(self, _close_all, self.idle)

    def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Send a request; the response's stream holds the connection until it is closed.

        :param stream: Apply the read timeout to each read of a successful response's body, not to the whole response.
        """
        try:
            self._slots.get(timeout=timeouts_of(request).get("pool"))
        except Empty:
            raise httpx.PoolTimeout("all connections were in use", request=request) from None
        connection: Connection | None = None
        try:
            connection = self._acquire(origin_of(request.url))
            response = connection.handle_request(request)
            if stream and response.is_success:
                connection.deadline.apply_per_read()
            cast("Body", response.stream).on_close = partial(self.release, connection)
        except BaseException:
            self._slots.put(None)
            if connection is not None:
                connection.close()
            raise
        return response

    def _acquire(self, origin: Origin) -> Connection:
        while (connection := self.idle.pop(origin)) is not None:
            if not connection.has_expired():
                return connection
            connection.close()
        return Connection(origin, proxy_of(origin))

    def release(self, connection: Connection) -> None:
        """Keep a connection for another request, or close it if its state does not allow that."""
        self._slots.put(None)
        surplus = self.idle.push(connection) if connection.is_idle() else connection
        if surplus is not None:
            surplus.close()
        if not self.close.alive:
            _close_all(self.idle)


class AsyncConnectionPool:
    """A pool for the tasks of one event loop."""

    def __init__(self) -> None:
        self.idle: IdleConnections[AsyncConnection] = IdleConnections()
        self._slots = anyio.Semaphore(MAX_CONNECTIONS)
        self._is_closed = False

    async def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Send a request; the response's stream holds the connection until it is closed.

        :param stream: Apply the read timeout to each read of a successful response's body, not to the whole response.
        """
        seconds = timeouts_of(request).get("pool")  # now, because the connection needs the others
        try:
            self._slots.acquire_nowait()
        except anyio.WouldBlock:
            await self._wait_for_slot(request, seconds)
        connection: AsyncConnection | None = None
        try:
            connection = await self._acquire(origin_of(request.url))
            response = await connection.handle_async_request(request)
            if stream and response.is_success:
                connection.deadline.apply_per_read()
            cast("AsyncBody", response.stream).on_close = partial(self.release, connection)
        except BaseException:
            self._slots.release()
            if connection is not None:
                await _close(connection)
            raise
        return response

    async def _wait_for_slot(self, request: httpx.Request, seconds: float | None) -> None:
        try:
            with anyio.fail_after(seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("all connections were in use", request=request) from None

    async def _acquire(self, origin: Origin) -> AsyncConnection:
        while (connection := self.idle.pop(origin)) is not None:
            if not connection.has_expired():
                return connection
            await _close(connection)
        return AsyncConnection(origin, proxy_of(origin))

    async def release(self, connection: AsyncConnection) -> None:
        """Keep a connection for another request, or close it if its state does not allow that."""
        self._slots.release()
        surplus = self.idle.push(connection) if connection.is_idle() else connection
        if surplus is not None:
            await _close(surplus)
        if self._is_closed:
            await self.aclose()

    async def aclose(self) -> None:
        """Close the idle connections, and each other one once it is released."""
        self._is_closed = True
        while (connection := self.idle.pop_any()) is not None:
            await _close(connection)


async def _close(connection: AsyncConnection) -> None:
    with anyio.move_on_after(CLOSING_SECONDS, shield=True):
        await connection.aclose()
