"""Text files of any encoding, read as UTF-8."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from charset_normalizer import from_bytes

from ..._datafiles.formats import wide_encoding
from ..._wire import BYTE_ORDER_MARK
from ..report import MAX_LINES

if TYPE_CHECKING:
    from ..._datafiles.batch import Readable
    from .changes import Changes

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
"""Bytes of lines that are not UTF-8 from which their encoding is detected."""
MARK_REMOVED: Final = "byte-order mark removed"
_NAMES: Final = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "utf-8": "UTF-8"}
# fmt: off
_CANDIDATES: Final = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "cp932",
    "euc_jp", "gb18030", "big5", "cp949", "koi8_r", "mac_roman", "iso8859_2",
)
# fmt: on
_MULTIBYTE: Final = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_NOT_WESTERN: Final = re.compile(
    r"[^\x00-\x7f\xa0-\xa3\xa5\xa7\xa9\xab\xae\xb0\xb2-\xb4\xb7\xba\xbb\xbd\xbf-\xcf\xd1-\xd6\xd8-\xdc\xdf-\xef\xf1-\xf6\xf8-\xfc\xff"
    r"\u0152\u0153\u0178\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2122]"
    r"|[^\W\d_][\xa1-\xa3\xa5\xb2\xb3\xba\xbf][^\W\d_]|\W[\xb2\xb3]\w"
)
"""What a text of a Western language does not have in Windows-1252, but others have if they are read so."""


def detect_encoding(sample: bytes) -> str:
    """Return the encoding of lines that are not UTF-8.

    Windows-1252 is tried first, because a detector takes short Western texts for Windows-1250 and others.
    """
    try:
        if not _NOT_WESTERN.search(sample.decode("cp1252")):
            return "cp1252"
    except UnicodeDecodeError:
        pass
    found = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
    return "cp1252" if found is None else found.encoding


class TextReader:
    """A text file as UTF-8 with line feeds, without a byte-order mark.

    :param encoding: The encoding; by default, it is detected: lines that are not UTF-8 are in another one.
    """

    def __init__(self, file: Readable, changes: Changes, encoding: str | None = None) -> None:
        self._file = file
        self._changes = changes
        self._encoding = encoding
        self._is_mixed = True  # of UTF-8 and the encoding
        self._line = 1
        self._rest: bytes = b""
        self._ready: bytes = b""
        head = file.read(_BLOCK)
        wide = None if encoding else wide_encoding(head[:4096])
        self._decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
        self._has_returns_only = False
        if wide:
            self._note_encoding(wide)
        elif head.startswith(BYTE_ORDER_MARK):
            head = head.removeprefix(BYTE_ORDER_MARK)
            changes.add("repaired", MARK_REMOVED)
        self._has_returns_only = b"\r" in head and b"\n" not in head
        if self._has_returns_only:
            changes.add("repaired", "line ends changed from carriage returns to line feeds")
        self._fill(head)

    @property
    def line(self) -> int:
        """The line of the byte that is read next."""
        return self._line - self._ready.count(b"\n")

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, and none at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        while not self._ready and (block := self._file.read(_BLOCK)):
            self._fill(block)
        if not self._ready and self._rest:
            self._rest, block = b"", self._rest
            self._ready = self._convert(block)
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def peek(self) -> bytes:
        """Return the first bytes without reading them."""
        return self._ready or self._rest

    def _fill(self, block: bytes) -> None:
        """Convert the whole lines of a block; a very long line is divided at a comma or space."""
        if self._decoder is not None:
            block = self._decoder.decode(block, not block).removeprefix("\ufeff").encode()
        if self._has_returns_only:
            block = block.replace(b"\r", b"\n")
        block = self._rest + block
        ends = (block.rfind(b"\n"), block.rfind(b","), block.rfind(b" "))
        end = ends[0] + 1 if ends[0] >= 0 or len(block) < _BLOCK else max(ends) + 1
        self._rest = block[end:]
        self._ready = self._convert(block[:end])

    def _convert(self, block: bytes) -> bytes:
        if self._encoding is None or self._is_mixed:
            if not _is_utf8(block):
                block = self._decode_lines(block)
        else:
            block = self._decode_lines(block)
        self._line += block.count(b"\n")
        return block

    def _decode_lines(self, block: bytes) -> bytes:
        lines = block.splitlines(keepends=True)
        if self._encoding is None:
            self._detect(lines)
        encoding = self._encoding or "utf-8"
        converted: list[int] = []
        for index, line in enumerate(lines):
            if line.isascii() or (self._is_mixed and _is_utf8(line)):
                continue
            lines[index] = line.decode(encoding, "replace").encode()
            converted.append(self._line + index)
        if converted:
            self._note_encoding(encoding, len(converted), tuple(converted[:MAX_LINES]))
        return b"".join(lines)

    def _detect(self, lines: list[bytes]) -> None:
        special = [line for line in lines if not line.isascii()]
        wrong = [line for line in special if not _is_utf8(line)]
        self._encoding = detect_encoding(b"".join(wrong)[:_SAMPLE])
        self._is_mixed = self._encoding not in _MULTIBYTE or len(special) > 2 * len(wrong)

    def _note_encoding(self, name: str, count: int = 0, lines: tuple[int, ...] = ()) -> None:
        shown = _NAMES.get(name.lower(), name)
        self._changes.add("repaired", f"encoding changed from {shown} to UTF-8", count, lines)


def _is_utf8(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False
