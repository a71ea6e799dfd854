"""The network stream of a connection: one deadline for a response, one piece for a short request."""

from __future__ import annotations

import ssl
from contextlib import suppress
from time import monotonic
from typing import Any

import httpcore

_ASYNC_READ_BYTES = 128 * 1024  # httpcore asks for half of it; pieces of 256 KiB leave the cache of the processor
_HELD_BYTES = 8192
_OMITTED = -1.0


class ResponseDeadline:
    """The time by which a whole response must have arrived: one read timeout after the request was sent.

    httpx applies its read timeout to each read, so a server that sends one byte at a time would never time out.

    :ivar handshake_timeout: Timeout of the reads and writes for which httpcore names none: a handshake with a SOCKS
        proxy.
    """

    def __init__(self) -> None:
        self.handshake_timeout: float | None = None
        self._end: float | None = None
        self._is_per_read = False

    def reset(self) -> None:
        """Start a new exchange."""
        self._end, self._is_per_read = None, False

    def limit(self, seconds: float) -> None:
        """Allow this much time for the rest of the response."""
        self._end, self._is_per_read = monotonic() + seconds, False

    def apply_per_read(self) -> None:
        """Apply the timeout to each read of the present response."""
        self._is_per_read = True

    def left(self, timeout: float | None) -> float | None:
        """Return the timeout of the next read."""
        if timeout == _OMITTED:
            timeout = self.handshake_timeout
        if timeout is None or self._is_per_read:
            return timeout
        now = monotonic()
        if self._end is None:
            self._end = now + timeout
        elif now >= self._end:
            raise httpcore.ReadTimeout("the response did not arrive in time")
        return self._end - now


class _Held:
    """The head of a request, which httpcore writes alone, until it can be sent together with the body."""

    def __init__(self) -> None:
        self._head = b""
        self._timeout: float | None = None

    def join(self, buffer: bytes, timeout: float | None) -> bytes:
        """Return what is to be written now: nothing if the buffer is held."""
        if not self._head and len(buffer) < _HELD_BYTES:
            self._head, self._timeout = buffer, timeout
            return b""
        joined, self._head = self._head + buffer, b""
        return joined

    def release(self) -> tuple[bytes, float | None]:
        """Return what is held, and the timeout of its write. Nothing is held after that."""
        head, self._head = self._head, b""
        return head, self._timeout


class DeadlineStream(httpcore.NetworkStream):
    """A network stream whose reads share one deadline. It sends a short request in one piece."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: ResponseDeadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._held = _Held()

    def read(self, max_bytes: int, timeout: float | None = _OMITTED) -> bytes:
        head, write_timeout = self._held.release()
        if head:
            with suppress(httpcore.WriteError):  # the server may have answered before it closed the connection
                self._stream.write(head, write_timeout)
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.reset()
        if joined := self._held.join(buffer, timeout):
            self._stream.write(joined, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class AsyncDeadlineStream(httpcore.AsyncNetworkStream):
    """A network stream whose reads share one deadline. It sends a short request in one piece."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, deadline: ResponseDeadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._held = _Held()

    async def read(self, max_bytes: int, timeout: float | None = _OMITTED) -> bytes:
        head, write_timeout = self._held.release()
        if head:
            with suppress(httpcore.WriteError):  # the server may have answered before it closed the connection
                await self._write(head, write_timeout)
        try:
            return await self._stream.read(max(max_bytes, _ASYNC_READ_BYTES), self._deadline.left(timeout))
        except ssl.SSLError as error:  # httpcore translates it for synchronous streams only
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.reset()
        if joined := self._held.join(buffer, timeout):
            await self._write(joined, timeout)

    async def _write(self, buffer: bytes, timeout: float | None) -> None:
        try:
            await self._stream.write(buffer, timeout)
        except ssl.SSLError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        self._stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
