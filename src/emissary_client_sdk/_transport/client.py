"""The SDK's own synchronous HTTP client."""

from __future__ import annotations

import os
from typing import Any

import httpx

from .content import Content, UndecodableContentError
from .pool import ConnectionPool
from .request import build_request


class DefaultClient:
    """An ``HttpClient`` for any number of threads. It opens nothing before its first request."""

    build_request = staticmethod(build_request)

    def __init__(self) -> None:
        self._pools: dict[int, ConnectionPool] = {}

    def send(self, request: httpx.Request, *, stream: bool = False, **_options: Any) -> httpx.Response:
        """Send a request and return the response. Redirects are never followed, whatever the options say.

        :param stream: Do not read a successful response; the caller must close it.
        :raises httpx.TransportError: No complete response arrived in time.
        :raises UndecodableContentError: The content of a successful response cannot be decoded.
        :raises ContentTooLargeError: The content is too large to be read at once.
        """
        response: httpx.Response | None = None
        try:
            response = self._pool().send(request, stream=stream)
            response.request = request
            is_streamed = stream and response.is_success
            response.stream = Content(response, is_streamed=is_streamed)
            if not is_streamed:
                response.read()
        except BaseException as error:
            if response is not None:
                response.close()
            if isinstance(error, httpx.DecodingError) and response is not None:
                raise UndecodableContentError(str(error), response) from error
            raise
        return response

    def _pool(self) -> ConnectionPool:
        pid = os.getpid()
        pool = self._pools.get(pid)
        if pool is None:
            pool = self._pools.setdefault(pid, ConnectionPool())
            # In a forked process, drop the parent's pool: closing its sockets here does not end their connections.
            for parent in self._pools.keys() - {pid}:
                self._pools.pop(parent, None)
        return pool

    def close(self) -> None:
        """Close the idle connections. A later request opens new ones."""
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.close()
