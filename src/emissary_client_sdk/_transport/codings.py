"""Content codings, undone in steps of bounded size.

gzip and deflate are always supported, brotli and zstd if httpx's libraries for them are installed.
"""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator


def _installed(*names: str) -> Any:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


_brotli = _installed("brotli", "brotlicffi")
_zstandard = _installed("zstandard")
_PIECE = 256 * 1024  # bytes of output of one step
_ZSTD_INPUT = 256  # bytes of input of one step; 4 of them can become 128 KiB
_NOT_ENCODED = frozenset({"", "identity", "none", "utf-8", "utf8", "us-ascii", "binary", "8bit", "aws-chunked"})


class Decoder:
    """Undoes one content coding. This one refuses any data: a response without content may name any coding."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._has_data = False

    def decode(self, data: bytes) -> Iterator[bytes]:  # noqa: ARG002
        """Yield the content of the next data, which is not empty."""
        raise httpx.DecodingError(
            f"the response has the content coding {self._coding!r}; only one of {ACCEPT_ENCODING} is supported"
        )

    def finish(self) -> None:
        """Raise DecodingError if the data ends within the content."""


class _Zlib(Decoder):
    """Decodes gzip, which may have several members, or deflate."""

    def __init__(self, coding: str) -> None:
        super().__init__(coding)
        self._start(zlib.MAX_WBITS if coding == "deflate" else zlib.MAX_WBITS | 16)

    def _start(self, window_bits: int) -> None:
        self._window_bits = window_bits
        self._decompressor = zlib.decompressobj(window_bits)

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._decompressor.eof:
                data = data.lstrip(b"\0")  # padding
                if not data:
                    return
                if self._coding == "deflate":
                    raise httpx.DecodingError("the response continues after the end of its deflate content")
                self._start(self._window_bits)
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
            self._has_data = True
            self._start(-zlib.MAX_WBITS)
            return self._decompress(data)

    def finish(self) -> None:
        if self._has_data and not self._decompressor.eof:
            raise httpx.DecodingError(f"the response ends within its {self._coding} content")


class _Brotli(Decoder):
    def __init__(self, coding: str) -> None:
        super().__init__(coding)
        self._decompressor = _brotli.Decompressor()

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._has_data = True
        try:
            piece = self._decompressor.process(data, output_buffer_limit=_PIECE)
            while piece or not self._decompressor.can_accept_more_data():
                yield piece
                piece = self._decompressor.process(b"", output_buffer_limit=_PIECE)
        except _brotli.error as error:
            raise httpx.DecodingError("the response has invalid brotli content") from error

    def finish(self) -> None:
        if self._has_data and not self._decompressor.is_finished():
            raise httpx.DecodingError("the response ends within its brotli content")


class _Zstd(Decoder):
    """Decodes zstd, which may have several frames. The library does not limit its output, so the input is limited."""

    def __init__(self, coding: str) -> None:
        super().__init__(coding)
        self._decompressor: Any = None  # within a frame

    def decode(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                if self._decompressor is None:
                    self._decompressor = _zstandard.ZstdDecompressor().decompressobj()
                yield self._decompressor.decompress(data[:_ZSTD_INPUT])
                data = self._decompressor.unused_data + data[_ZSTD_INPUT:]
                if self._decompressor.eof:
                    self._decompressor = None
        except _zstandard.ZstdError as error:
            raise httpx.DecodingError("the response has invalid zstd content") from error

    def finish(self) -> None:
        if self._decompressor is not None:
            raise httpx.DecodingError("the response ends within its zstd content")


_DECODERS: dict[str, type[Decoder]] = {"gzip": _Zlib, "deflate": _Zlib}
# A brotli library that cannot limit its output, which 1.2 added, would decompress a bomb completely.
if hasattr(getattr(_brotli, "Decompressor", None), "can_accept_more_data"):
    _DECODERS["br"] = _Brotli
if _zstandard is not None:
    _DECODERS["zstd"] = _Zstd
ACCEPT_ENCODING = ", ".join(_DECODERS)


def decoder_of(headers: httpx.Headers) -> Decoder | None:
    """Return the decoder for the content of a response, or None if it is not encoded."""
    names = [name.partition(";")[0].strip().lower() for name in headers.get("content-encoding", "").split(",")]
    codings = [name.removeprefix("x-") for name in names if name not in _NOT_ENCODED]
    if not codings:
        return None
    coding = ", ".join(codings)  # more than one would multiply the size of a bomb
    return _DECODERS.get(coding, Decoder)(coding)
