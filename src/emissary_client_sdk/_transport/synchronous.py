"""The default synchronous client."""

from __future__ import annotations

import os
import threading
import weakref
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import httpx

from .lanes import MAX_CONNECTIONS, Lane, Lanes, has_http2, has_proxies, tls_context
from .messages import DEFAULT_TIMEOUT, Cookies, OwnClient, deadline, finish, require_in_time, timeouts

if TYPE_CHECKING:
    from collections import deque


def _close_all(idle: deque[Lane[httpx.HTTPTransport]], proxied: httpx.Client | None) -> None:
    while idle:
        idle.pop().transport.close()
    if proxied is not None:
        proxied.close()


class _Connections:
    """The connections of one client in one process; they close with it, and when nobody holds it any more."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lanes = Lanes(httpx.HTTPTransport)
        # A token for each connection that there may be: what a semaphore is for, without its Python code.
        self.free: SimpleQueue[None] = SimpleQueue()
        for _ in range(MAX_CONNECTIONS):
            self.free.put(None)
        self.proxied = (
            httpx.Client(verify=tls_context(), http2=has_http2(), timeout=DEFAULT_TIMEOUT) if has_proxies() else None
        )
        self.close = weakref.finalize(self, _close_all, self.lanes.idle, self.proxied)


class DefaultClient(OwnClient):
    """An ``HttpClient`` whose connections are made at the first request. It serves many threads."""

    def __init__(self) -> None:
        self._connections: _Connections | None = None
        self._lock = threading.Lock()
        self._cookies = Cookies()

    def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request and read the answer. Redirects are never followed, whatever the options say."""
        return self.fetch(request)[0]

    def fetch(self, request: httpx.Request, *, bare: bool = False) -> tuple[httpx.Response, bytes]:
        """Send a request and give the response and its content; see ``finish`` for ``bare``."""
        connections = self._here()
        patience = timeouts(request)
        if connections.proxied is not None:
            response = connections.proxied.send(request, follow_redirects=False, stream=True)
            body = [_read(request, response, patience["read"])]
            return finish(request, response, body, self._cookies, bare=bare)
        self._cookies.add_to(request)
        try:
            connections.free.get(timeout=patience["pool"])
        except Empty:
            raise httpx.PoolTimeout("all connections were busy", request=request) from None
        try:
            lane = connections.lanes.take(request.url)
            try:
                response = lane.transport.handle_request(request)
                body = [_read(request, response, patience["read"])]
                answer = finish(request, response, body, self._cookies, bare=bare)
            except BaseException as error:
                lane.transport.close()  # whatever state it is in, nobody meets it again
                if isinstance(error, httpx.RequestError):
                    error.request = request
                raise
            spare = connections.lanes.give_back(lane)
        finally:
            connections.free.put(None)
        if spare is not None:
            spare.transport.close()
        return answer

    def _here(self) -> _Connections:
        connections = self._connections
        if connections is None or connections.pid != os.getpid():
            with self._lock:
                connections = self._connections
                if connections is None or connections.pid != os.getpid():
                    connections = self._connections = _Connections()
        return connections

    def close(self) -> None:
        """Close the connections; the next request would make new ones."""
        connections, self._connections = self._connections, None
        if connections is not None:
            connections.close()


def _read(request: httpx.Request, response: httpx.Response, seconds: float | None) -> bytes:
    stream: Any = response.stream  # httpx's type for it says that it may be asynchronous
    end = deadline(seconds)
    parts: list[bytes] = []
    part = b""
    try:
        for part in stream:
            parts.append(part)
            require_in_time(end, request)
    except BaseException:
        part = b""  # no traceback that shows this frame's locals may show what a server repeats of a request
        parts.clear()
        raise
    finally:
        stream.close()
    return b"".join(parts)
