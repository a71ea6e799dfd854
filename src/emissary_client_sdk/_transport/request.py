"""Requests of the SDK's own HTTP clients, and their timeouts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import httpx

from .codings import ACCEPT_ENCODING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


def build_request(
    method: str,
    url: httpx.URL | str,
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
    extensions: Mapping[str, Any] | None = None,
    **body: Any,
) -> httpx.Request:
    """Return a request.

    :param timeout: Seconds, or None for no timeout.
    :param body: The other arguments of ``httpx.Request``: ``content``, ``data``, ``files``, ``json`` and ``params``.
    """
    timeouts = (timeout if isinstance(timeout, httpx.Timeout) else httpx.Timeout(timeout)).as_dict()
    extensions = {**(extensions or {}), "timeout": timeouts}
    headers = headers or {}
    if not any(name.lower() == "accept-encoding" for name in headers):
        headers = {**headers, "Accept-Encoding": ACCEPT_ENCODING}
    request = httpx.Request(method, url, headers=headers, extensions=extensions, **body)
    if isinstance(request.stream, httpx.ByteStream):
        request.stream = _BytesBody(request.content)
    return request


class _BytesBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of one piece, or of none if it is empty.

    httpx's own always has one, and iterates with an asynchronous generator: trio warns of it if a request is cancelled.
    """

    def __init__(self, content: bytes) -> None:
        self._pieces = [content] if content else []

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _AsyncPieces(self._pieces)


class _AsyncPieces(AsyncIterator[bytes]):
    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = iter(pieces)

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration


def timeouts_of(request: httpx.Request) -> dict[str, float | None]:
    """Return the timeouts of a request in seconds; a request that a hook made without any gets the default ones."""
    timeouts: dict[str, float | None] = request.extensions.setdefault("timeout", DEFAULT_TIMEOUT.as_dict())
    return timeouts
