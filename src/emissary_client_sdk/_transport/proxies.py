"""Requests through the proxies that the environment names, which an httpx client sends."""

from __future__ import annotations

import weakref
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import httpx

from .connection import KEEPALIVE_SECONDS
from .pool import MAX_CONNECTIONS, AsyncConnectionPool, ConnectionPool
from .request import DEFAULT_TIMEOUT
from .tls import tls_context

if TYPE_CHECKING:
    from typing import TypeAlias

    Pool: TypeAlias = "ConnectionPool | ProxyPool"
    AsyncPool: TypeAlias = "AsyncConnectionPool | AsyncProxyPool"


def open_pool() -> Pool:
    """Return a connection pool that suits the environment."""
    return ProxyPool() if has_proxies() else ConnectionPool()


def open_async_pool() -> AsyncPool:
    """Return an asynchronous connection pool that suits the environment."""
    return AsyncProxyPool() if has_proxies() else AsyncConnectionPool()


def has_proxies() -> bool:
    """Return whether the environment names a proxy for any host."""
    return any(scheme in getproxies() for scheme in ("http", "https", "all"))


def _options() -> dict[str, Any]:
    return {
        "verify": tls_context(),
        "timeout": DEFAULT_TIMEOUT,
        "limits": httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEPALIVE_SECONDS),
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # refuses every cookie
    }


class ProxyPool:
    """Connections to proxies, and to the hosts that ``NO_PROXY`` names."""

    def __init__(self) -> None:
        self._http = httpx.Client(**_options())
        self.close = weakref.finalize(self, self._http.close)

    def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:  # noqa: ARG002  # as ConnectionPool's
        """Send a request; the response's stream holds the connection until it is closed."""
        return self._http.send(request, stream=True, follow_redirects=False)


class AsyncProxyPool:
    """Connections to proxies, and to the hosts that ``NO_PROXY`` names."""

    def __init__(self) -> None:
        self._http = httpx.AsyncClient(**_options())
        self.aclose = self._http.aclose

    async def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:  # noqa: ARG002
        """Send a request; the response's stream holds the connection until it is closed."""
        return await self._http.send(request, stream=True, follow_redirects=False)
