"""One HTTP/1.1 connection to one origin, as an httpx transport."""

from __future__ import annotations

import codecs
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import httpcore
import httpx

from .tls import tls_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

KEEPALIVE_SECONDS = 30.0  # longer than a common polling interval, shorter than a common server's or firewall's limit

codecs.lookup("idna")  # socket.getaddrinfo loads this codec at its first use, and a fork must not interrupt an import

Origin: TypeAlias = "tuple[bytes, bytes, int | None]"


def origin_of(url: httpx.URL) -> Origin:
    """Return the scheme, host and port that identify a server."""
    return url.raw_scheme, url.raw_host, url.port


def _options(origin: Origin) -> dict[str, Any]:
    scheme, host, port = origin
    url = httpcore.URL(scheme=scheme, host=host, port=port, target=b"/")
    context = tls_context() if scheme == b"https" else None
    return {"origin": url.origin, "ssl_context": context, "keepalive_expiry": KEEPALIVE_SECONDS}


class ResponseDeadline:
    """The time by which a whole response must have arrived: one read timeout after the request was sent.

    httpx applies its read timeout to each read, so a server that sends one byte at a time would never time out.
    """

    def __init__(self) -> None:
        self._end: float | None = None
        self._is_per_read = False

    def reset(self) -> None:
        """Start a new exchange."""
        self._end, self._is_per_read = None, False

    def apply_per_read(self) -> None:
        """Apply the timeout to each read of the present response."""
        self._is_per_read = True

    def left(self, timeout: float | None) -> float | None:
        """Return the timeout of the next read."""
        if timeout is None or self._is_per_read:
            return timeout
        now = monotonic()
        if self._end is None:
            self._end = now + timeout
        elif now >= self._end:
            raise httpcore.ReadTimeout("the response did not arrive in time")
        return self._end - now


class _Stream(httpcore.NetworkStream):
    """A network stream whose reads share one deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: ResponseDeadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.reset()
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """The network backend of one connection; it keeps the stream, so that it can be closed at any time."""

    def __init__(self) -> None:
        self._backend: httpcore.NetworkBackend = httpcore.SyncBackend()
        self.deadline = ResponseDeadline()
        self.stream: httpcore.NetworkStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        self.stream = _Stream(stream, self.deadline)
        return self.stream


class Connection(httpx.HTTPTransport):
    """A transport with one connection.

    It is an ``httpx.HTTPTransport``, so that instrumentation and test tools which wrap that class see its requests.
    It replaces httpx's pool, whose lock an interrupt can leave held and which has no deadline for a whole response;
    httpx has no public argument for that.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.idle_since = 0.0
        self._backend = _Backend()
        self._connection = httpcore.HTTPConnection(network_backend=self._backend, **_options(origin))
        self._pool = cast("httpcore.ConnectionPool", self._connection)

    def apply_timeout_per_read(self) -> None:
        """Apply the read timeout to each read of the current response, which is streamed."""
        self._backend.deadline.apply_per_read()

    def is_idle(self) -> bool:
        """Return whether the last response was read completely, so that another request can be sent."""
        return self._connection.is_available()

    def has_expired(self) -> bool:
        """Return whether the connection was idle for too long, or the server has closed it."""
        return self._connection.has_expired()

    def close(self) -> None:
        """Close the socket. Takes no lock, so it works in any state."""
        if self._backend.stream is not None:
            self._backend.stream.close()


class _AsyncStream(httpcore.AsyncNetworkStream):
    """A network stream whose reads share one deadline."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, deadline: ResponseDeadline) -> None:
        self._stream = stream
        self._deadline = deadline

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, self._deadline.left(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.reset()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self._stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """The network backend of one connection; it keeps the stream, so that it can be closed at any time."""

    def __init__(self) -> None:
        self._backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
        self.deadline = ResponseDeadline()
        self.stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        self.stream = _AsyncStream(stream, self.deadline)
        return self.stream


class AsyncConnection(httpx.AsyncHTTPTransport):
    """An asynchronous transport with one connection; see ``Connection``."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.idle_since = 0.0
        self._backend = _AsyncBackend()
        self._connection = httpcore.AsyncHTTPConnection(network_backend=self._backend, **_options(origin))
        self._pool = cast("httpcore.AsyncConnectionPool", self._connection)

    def apply_timeout_per_read(self) -> None:
        """Apply the read timeout to each read of the current response, which is streamed."""
        self._backend.deadline.apply_per_read()

    def is_idle(self) -> bool:
        """Return whether the last response was read completely, so that another request can be sent."""
        return self._connection.is_available()

    def has_expired(self) -> bool:
        """Return whether the connection was idle for too long, or the server has closed it."""
        return self._connection.has_expired()

    async def aclose(self) -> None:
        """Close the socket."""
        if self._backend.stream is not None:
            await self._backend.stream.aclose()
