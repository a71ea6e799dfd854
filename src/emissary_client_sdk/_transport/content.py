"""The content of a response: decoded piece by piece, limited in size and time."""

from __future__ import annotations

import zlib
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

MAX_CONTENT_BYTES = 256 * 1024 * 1024
_PIECE = 256 * 1024  # bytes that one step of decompression produces at most
_WINDOW_BITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class ContentTooLargeError(httpx.RequestError):
    """The content of a response is larger than ``MAX_CONTENT_BYTES``."""

    is_too_large = True


class _Decoder:
    """Undoes one content coding in bounded steps."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._decompressor = zlib.decompressobj(_WINDOW_BITS[coding])
        self._has_data = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield the content of the next data."""
        while data:
            if self._decompressor.eof:
                raise httpx.DecodingError(f"the response continues after the end of its {self._coding} content")
            yield self._decompress(data)
            self._has_data = True
            data = self._decompressor.unconsumed_tail or self._decompressor.unused_data

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._decompressor.decompress(data, _PIECE)
        except zlib.error as error:
            if self._coding != "deflate" or self._has_data:
                raise httpx.DecodingError(f"the response has invalid {self._coding} content: {error}") from error
            # Some servers send deflate data without the zlib header that RFC 9110 requires.
            self._has_data, self._decompressor = True, zlib.decompressobj(-zlib.MAX_WBITS)
            return self._decompress(data)

    def flush(self) -> bytes:
        """Return the rest of the content after the last data."""
        rest = self._decompressor.flush()
        if self._has_data and not self._decompressor.eof:
            raise httpx.DecodingError(f"the response ends within its {self._coding} content")
        return rest


def _take_decoder(headers: httpx.Headers) -> _Decoder | None:
    """Return the decoder of a response, and remove the headers that describe the encoded content."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return None
    if coding not in _WINDOW_BITS:
        raise httpx.DecodingError(f"the response has the content coding {coding!r}; only gzip or deflate is supported")
    decoder = _Decoder(coding)
    del headers["content-encoding"]
    headers.pop("content-length", None)
    return decoder


class _Content:
    """The content of one response, decoded.

    :param timeout: Seconds within which all content must arrive, or None.
    """

    def __init__(self, response: httpx.Response, *, timeout: float | None, max_bytes: float) -> None:
        self._decoder = _take_decoder(response.headers)
        self._deadline = inf if timeout is None else monotonic() + timeout
        self._bytes_left = max_bytes

    def _checked(self, piece: bytes) -> bytes:
        self._bytes_left -= len(piece)
        if self._bytes_left < 0:
            raise ContentTooLargeError(f"the response has more than {MAX_CONTENT_BYTES >> 20} MiB of content")
        if monotonic() > self._deadline:
            raise httpx.ReadTimeout("the response did not arrive in time")
        return piece


class Content(_Content, httpx.SyncByteStream):
    """The content of a response of a synchronous client."""

    def __init__(self, response: httpx.Response, *, timeout: float | None, max_bytes: float) -> None:
        super().__init__(response, timeout=timeout, max_bytes=max_bytes)
        self._stream = cast("httpx.SyncByteStream", response.stream)

    def __iter__(self) -> Iterator[bytes]:
        for data in self._stream:
            for piece in (data,) if self._decoder is None else self._decoder.decode(data):
                yield self._checked(piece)
        if self._decoder is not None:
            yield self._checked(self._decoder.flush())

    def close(self) -> None:
        self._stream.close()


class AsyncContent(_Content, httpx.AsyncByteStream):
    """The content of a response of an asynchronous client."""

    def __init__(self, response: httpx.Response, *, timeout: float | None, max_bytes: float) -> None:
        super().__init__(response, timeout=timeout, max_bytes=max_bytes)
        self._stream = cast("httpx.AsyncByteStream", response.stream)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._stream:
            for piece in (data,) if self._decoder is None else self._decoder.decode(data):
                yield self._checked(piece)
        if self._decoder is not None:
            yield self._checked(self._decoder.flush())

    async def aclose(self) -> None:
        await self._stream.aclose()
