"""One HTTP/1.1 connection to one origin, directly or through a proxy, as an httpx transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

from .._validation import LAST_PORT
from .stream import AsyncDeadlineStream, DeadlineStream, ResponseDeadline
from .tls import tls_context

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from .proxies import Origin


KEEPALIVE_SECONDS = 30.0  # longer than a common polling interval, shorter than a common server's or firewall's limit

_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


class _Backend(httpcore.NetworkBackend):
    """The network backend of one connection; it keeps the stream, so that it can be closed at any time."""

    def __init__(self, deadline: ResponseDeadline) -> None:
        self._backend = httpcore.SyncBackend()
        self._deadline = deadline
        self.stream: httpcore.NetworkStream | None = None

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *more: Any, **options: Any
    ) -> httpcore.NetworkStream:
        self._deadline.handshake_timeout = timeout
        _require_port(port)
        try:
            stream = self._backend.connect_tcp(host, port, timeout, *more, **options)
        except UnicodeError as error:  # the URL of a hook has such a host
            raise httpcore.ConnectError(str(error)) from error
        self.stream = DeadlineStream(stream, self._deadline)
        return self.stream


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """The network backend of one connection; it keeps the stream, so that it can be closed at any time."""

    def __init__(self, deadline: ResponseDeadline) -> None:
        self._backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
        self._deadline = deadline
        self.stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *more: Any, **options: Any
    ) -> httpcore.AsyncNetworkStream:
        self._deadline.handshake_timeout = timeout
        _require_port(port)
        stream = await self._backend.connect_tcp(host, port, timeout, *more, **options)
        self.stream = AsyncDeadlineStream(stream, self._deadline)
        return self.stream


def _require_port(port: int) -> None:
    """Refuse a port of a hook's URL that does not exist; the system may take only its last 16 bits."""
    if not 0 < port <= LAST_PORT:
        raise httpcore.ConnectError(f"there is no port {port}")


class _State:
    """The state of a connection.

    :ivar idle_since: Time since which the connection is idle, if it is.
    :ivar proxy: URL of the proxy, without user name and password, or None.
    :ivar deadline: The time limit of the current response.
    """

    def __init__(self, origin: Origin, proxy: httpx.Proxy | None) -> None:
        self.origin = origin
        self.idle_since = 0.0
        self.proxy = None if proxy is None else str(proxy.url)
        self.deadline = ResponseDeadline()
        self._http: Any = None

    def is_idle(self) -> bool:
        """Return whether the last response was read completely, so that another request can be sent."""
        return any(connection.is_available() for connection in self._connections())

    def has_expired(self) -> bool:
        """Return whether the connection was idle for too long, or the server has closed it."""
        return any(connection.has_expired() for connection in self._connections())

    def _connections(self) -> list[Any]:
        return [self._http] if self.proxy is None else self._http.connections

    def error(self, request: httpx.Request, error: Exception) -> httpx.RequestError:
        """Return httpx's exception of the same name. It has the attribute ``proxy``, which messages show."""
        kind: type[httpx.RequestError] = getattr(httpx, type(error).__name__)
        translated = kind(str(error), request=request)
        vars(translated)["proxy"] = self.proxy
        return translated


def _open(
    origin: Origin, proxy: httpx.Proxy | None, backend: Any, direct: Any, through_http: Any, through_socks: Any
) -> Any:
    """Return httpcore's connection to an origin, or its pool of at most one connection through a proxy."""
    scheme, host, port = origin
    options = {
        "ssl_context": tls_context() if scheme == b"https" else None,
        "keepalive_expiry": KEEPALIVE_SECONDS,
        "network_backend": backend,
    }
    if proxy is None:
        return direct(httpcore.URL(scheme=scheme, host=host, port=port, target=b"/").origin, **options)
    url = proxy.url
    options["proxy_url"] = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    options["proxy_auth"] = proxy.raw_auth
    if url.scheme.startswith("socks"):
        return through_socks(max_connections=1, **options)
    return through_http(
        max_connections=1, proxy_ssl_context=tls_context() if url.scheme == "https" else None, **options
    )


def _to_httpcore(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _to_httpx(response: Any, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, stream=stream, extensions=response.extensions)


class Connection(_State, httpx.BaseTransport):
    """A transport with one connection.

    It replaces httpx's pool, whose lock an interrupt can leave held and which has no deadline for a whole response.
    """

    def __init__(self, origin: Origin, proxy: httpx.Proxy | None = None) -> None:
        super().__init__(origin, proxy)
        self._backend = _Backend(self.deadline)
        kinds = (httpcore.HTTPConnection, httpcore.HTTPProxy, httpcore.SOCKSProxy)
        self._http = _open(origin, proxy, self._backend, *kinds)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, which is not read."""
        try:
            response = self._http.handle_request(_to_httpcore(request))
        except _ERRORS as error:
            raise self.error(request, error) from error
        return _to_httpx(response, Body(response.stream, request, self))

    def close(self) -> None:
        """Close the socket. Takes no lock, so it works in any state."""
        if self._backend.stream is not None:
            self._backend.stream.close()


class AsyncConnection(_State, httpx.AsyncBaseTransport):
    """An asynchronous transport with one connection; see ``Connection``."""

    def __init__(self, origin: Origin, proxy: httpx.Proxy | None = None) -> None:
        super().__init__(origin, proxy)
        self._backend = _AsyncBackend(self.deadline)
        kinds = (httpcore.AsyncHTTPConnection, httpcore.AsyncHTTPProxy, httpcore.AsyncSOCKSProxy)
        self._http = _open(origin, proxy, self._backend, *kinds)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, which is not read."""
        try:
            response = await self._http.handle_async_request(_to_httpcore(request))
        except _ERRORS as error:
            raise self.error(request, error) from error
        return _to_httpx(response, AsyncBody(response.stream, request, self))

    async def aclose(self) -> None:
        """Close the socket."""
        if self._backend.stream is not None:
            await self._backend.stream.aclose()


class Body(httpx.SyncByteStream):
    """The body of a response, with the exceptions of httpx.

    :ivar on_close: Called once it is closed; the pool sets it.
    """

    on_close: Callable[[], Any]

    def __init__(self, stream: Any, request: httpx.Request, connection: Connection) -> None:
        self._stream = stream
        self._request = request
        self._connection = connection

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except _ERRORS as error:
            raise self._connection.error(self._request, error) from error

    def limit(self, seconds: float) -> None:
        """Allow this much time for the rest of the response."""
        self._connection.deadline.limit(seconds)

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self.on_close()


class AsyncBody(httpx.AsyncByteStream):
    """The asynchronous form of ``Body``; ``on_close`` is awaited."""

    on_close: Callable[[], Awaitable[Any]]

    def __init__(self, stream: Any, request: httpx.Request, connection: AsyncConnection) -> None:
        self._stream = stream
        self._request = request
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._stream:
                yield data
        except _ERRORS as error:
            raise self._connection.error(self._request, error) from error

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            await self.on_close()
