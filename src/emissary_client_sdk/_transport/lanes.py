"""Lanes: transports of one connection each, kept while idle, and the TLS context that they share."""

from __future__ import annotations

import logging
import os
import ssl
import threading
from collections import deque
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.request import getproxies

import httpx

if TYPE_CHECKING:
    from typing import TypeAlias

    Origin: TypeAlias = tuple[bytes, bytes, int | None]

TransportT = TypeVar("TransportT", httpx.HTTPTransport, httpx.AsyncHTTPTransport)

MAX_CONNECTIONS = 100
# Longer than a common polling interval, shorter than a common server's or firewall's patience.
KEEPALIVE_SECONDS = 30.0
_LIMITS = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE_SECONDS)

_tls_lock = threading.Lock()
_tls_contexts: dict[tuple[str | None, ...], ssl.SSLContext] = {}


def tls_context() -> ssl.SSLContext:
    """The process's one TLS context, with the certificates that the environment names now.

    Making one takes longer than a hundred requests.
    """
    environment = tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"))
    with _tls_lock:
        if environment not in _tls_contexts:
            _tls_contexts[environment] = httpx.create_ssl_context()
        return _tls_contexts[environment]


def _plain_context() -> ssl.SSLContext:
    # A transport wants one even for plain HTTP, which never uses it; should that change, it trusts nobody.
    with _tls_lock:
        if () not in _tls_contexts:
            _tls_contexts[()] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return _tls_contexts[()]


def has_http2() -> bool:
    """Whether the package that speaks HTTP/2 is installed."""
    if find_spec("h2") is None:
        return False
    logger = logging.getLogger("hpack")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)  # below that it writes down every header that it packs, and one is the key
    return True


def has_proxies() -> bool:
    """Whether the environment names proxies; which of them serves which host is httpx's business."""
    return any(scheme in getproxies() for scheme in ("http", "https", "all"))


class Lane(Generic[TransportT]):
    """A transport with one connection to one origin."""

    __slots__ = ("idle_since", "origin", "transport")

    def __init__(self, transport: TransportT, origin: Origin) -> None:
        self.transport: TransportT = transport
        self.origin = origin
        self.idle_since = 0.0


class Lanes(Generic[TransportT]):
    """The idle lanes; the one used last is used next, so that those which are not needed grow old."""

    def __init__(self, kind: type[TransportT]) -> None:
        self._kind: type[TransportT] = kind
        self._lock = threading.Lock()  # never held while anything is sent or closed
        self.idle: deque[Lane[TransportT]] = deque()

    def take(self, url: httpx.URL) -> Lane[TransportT]:
        """Give a lane to the URL's origin: an idle one, or a new one."""
        origin = (url.raw_scheme, url.raw_host, url.port)
        with self._lock:
            if self.idle and self.idle[-1].origin == origin:
                return self.idle.pop()
            for lane in reversed(self.idle):
                if lane.origin == origin:
                    self.idle.remove(lane)
                    return lane
        is_tls = url.scheme == "https"
        transport = self._kind(
            verify=tls_context() if is_tls else _plain_context(),
            http2=is_tls and has_http2(),
            limits=_LIMITS,
        )
        return Lane(transport, origin)

    def give_back(self, lane: Lane[TransportT]) -> Lane[TransportT] | None:
        """Keep a lane for the next request; gives one that is to be closed, where there is such."""
        lane.idle_since = now = monotonic()
        with self._lock:
            self.idle.append(lane)
            oldest = self.idle[0]
            if now - oldest.idle_since > KEEPALIVE_SECONDS or len(self.idle) > MAX_CONNECTIONS:
                return self.idle.popleft()
        return None
