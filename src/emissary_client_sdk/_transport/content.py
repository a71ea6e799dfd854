"""The content of a response: decoded piece by piece, limited in size and time."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx

from .._wire import MAX_CONTENT_BYTES
from .codings import decoder_of
from .request import timeouts_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class ContentTooLargeError(httpx.RequestError):
    """The content of a response is larger than ``MAX_CONTENT_BYTES``."""

    is_too_large = True


class UndecodableContentError(httpx.DecodingError):
    """The content of a successful response cannot be decoded.

    :ivar response: The response, whose content is empty.
    """

    def __init__(self, message: str, response: httpx.Response) -> None:
        super().__init__(message, request=response.request)
        self.response = with_content(response, b"")


def with_content(response: httpx.Response, content: bytes) -> httpx.Response:
    """Return a copy of a response with other content, which is not encoded."""
    headers = response.headers.copy()
    headers.pop("content-encoding", None)
    return type(response)(
        response.status_code, headers=headers, content=content, request=response.request, extensions=response.extensions
    )


class _Content:
    """The content of one response, decoded.

    An unsuccessful response keeps its status whatever its content is. What cannot be decoded is left out, unless it is
    text: then it is not encoded at all.

    :param is_streamed: Whether the content is read in parts, so that neither its size nor its time is limited.
    """

    def __init__(self, response: httpx.Response, *, is_streamed: bool) -> None:
        timeout = None if is_streamed else timeouts_of(response.request).get("read")
        self._stream: Any = response.stream  # of a connection pool
        self._is_success = response.is_success
        self._deadline = inf if timeout is None else monotonic() + timeout
        self._bytes_left = inf if is_streamed else MAX_CONTENT_BYTES
        self._decoder = decoder_of(response.headers)
        if self._decoder is not None:  # remove the headers that describe the encoded content
            del response.headers["content-encoding"]
            response.headers.pop("content-length", None)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        try:
            for piece in (data,) if self._decoder is None else self._decoder.decode(data):
                yield self._checked(piece)
        except httpx.DecodingError:
            if self._is_success:
                raise
            if _is_text(data):
                self._decoder = None
                yield self._checked(data)

    def _checked(self, piece: bytes) -> bytes:
        self._bytes_left -= len(piece)
        if self._bytes_left < 0:
            raise ContentTooLargeError(f"the response has more than {MAX_CONTENT_BYTES >> 20} MiB of content")
        if monotonic() > self._deadline:
            raise httpx.ReadTimeout("the response did not arrive in time")
        return piece

    def _finish(self) -> None:
        if self._decoder is not None and self._is_success:
            self._decoder.finish()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Content(_Content, httpx.SyncByteStream):
    """The content of a response of a synchronous client."""

    def __iter__(self) -> Iterator[bytes]:
        for data in self._stream:
            yield from self._pieces(data)
        self._finish()

    def limit(self, seconds: float) -> None:
        """Allow this much time for the rest of the content."""
        self._stream.limit(seconds)

    def close(self) -> None:
        self._stream.close()


class AsyncContent(_Content, httpx.AsyncByteStream):
    """The content of a response of an asynchronous client."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._stream:
            for piece in self._pieces(data):
                yield piece
        self._finish()

    async def aclose(self) -> None:
        await self._stream.aclose()
