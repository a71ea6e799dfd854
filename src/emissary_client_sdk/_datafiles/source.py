"""A data file that is opened once: the bytes that are sent are those that were checked."""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeGuard, cast

from .._wire import BYTE_ORDER_MARK
from ..errors import DatasetChangedError
from .formats import COMPRESSED_SUFFIXES, CONTENT_TYPES, HEAD, compression_of, detect_format, format_of_name
from .tables import records_of, write_records

if TYPE_CHECKING:
    from collections.abc import Generator

    from .datasetfile import DatasetFile

_BLOCK: Final = 1 << 20
_SPOOLED: Final = 8 << 20
"""Bytes of a temporary file that are kept in memory."""


class DataSource:
    """A data file, open for reading.

    The first reading remembers a digest of each block, and later ones verify it: a block that has changed since it
    was checked is never returned.

    :ivar start: Position of the data in the file, behind a byte-order mark.
    :ivar size: Number of bytes from there to the end.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._digests: list[int] = []
        self.start = file.tell()
        self.size = file.seek(0, os.SEEK_END) - self.start
        self.head = self._read(0, HEAD)
        self.has_mark = self.head.startswith(BYTE_ORDER_MARK)
        if self.has_mark:
            self.start += len(BYTE_ORDER_MARK)
            self.size -= len(BYTE_ORDER_MARK)
        if name.lower().endswith(COMPRESSED_SUFFIXES) and not compression_of(self.head):
            name = Path(name).stem  # such as a GzipFile, which reads decompressed data
        kind = detect_format(self.head, name)
        self.file_name = name if Path(name).suffix else f"{name}.{kind}"
        self.content_type = CONTENT_TYPES[format_of_name(self.file_name) or kind]

    def open(self) -> SourceReader:
        """Return a reader at the start of the data."""
        return SourceReader(self)

    def sha256(self) -> str:
        """Return the SHA-256 of the data."""
        digest, reader = hashlib.sha256(), self.open()
        while block := reader.read(_BLOCK):
            digest.update(block)
        return digest.hexdigest()

    def block(self, number: int) -> bytes:
        """Return a block of the data, counted from 0.

        :raises DatasetChangedError: The file has changed.
        """
        offset = number * _BLOCK
        expected = min(_BLOCK, self.size - offset)
        is_last = offset + expected >= self.size
        data = self._read(offset, expected + is_last)
        if len(data) != expected:
            raise DatasetChangedError(f"{self.file_name} changed while it was read: its size is no longer the same")
        digest = hash(data)  # 64 bits that are keyed by the process
        if number == len(self._digests):
            self._digests.append(digest)
        elif number > len(self._digests) or digest != self._digests[number]:
            raise DatasetChangedError(f"{self.file_name} changed after it was checked; nothing unchecked was sent")
        return data

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(self.start + offset)
        pieces: list[bytes] = []
        while size and (piece := self._file.read(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


class SourceReader:
    """The part of a binary file that a check and an upload use."""

    def __init__(self, source: DataSource) -> None:
        self._source = source
        self._position: int = 0
        self._number: int = -1
        self._block = b""

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position, counted from the start of the data."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position and return it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._source.size}[whence]
        self._position = base + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes, fewer at the end of a block, or the rest if it is negative."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        if self._position >= self._source.size:
            return b""
        number, offset = divmod(self._position, _BLOCK)
        if number != self._number:
            self._block = self._source.block(number)
            self._number = number
        data = self._block[offset : offset + size]
        self._position += len(data)
        return data


@contextmanager
def open_source(file: DatasetFile | DataSource) -> Generator[DataSource, None, None]:
    """Open data so that it can be checked and sent, and read several times.

    Records, and files that cannot seek, such as pipes, are first written to a temporary file, which is removed on
    exit. An open file stays open, and its position is restored. Without a name, its name is dataset with the extension
    of its format.

    :raises FileNotFoundError: The path does not exist.
    :raises TypeError: ``file`` is of a type that cannot be uploaded.
    :raises ValueError: A record has a value that JSON cannot express, such as NaN.
    """
    if isinstance(file, DataSource):
        yield file
        return
    with _opened(file) as binary_file:
        yield DataSource(binary_file, _name_of(file))


def _name_of(file: object) -> str:
    path: Any = file if is_path(file) else getattr(file, "name", None)
    base = Path(path).name if is_path(path) else ""
    return "dataset" if not base or base.startswith("<") or base == "stdin" else base  # such as <stdin>, /dev/stdin


def is_path(value: object) -> TypeGuard[str | os.PathLike[str]]:
    """Return whether a value is a path."""
    return isinstance(value, (str, os.PathLike))


@contextmanager
def _opened(file: Any) -> Generator[BinaryIO, None, None]:
    """Open data as a file that can seek, positioned at the start of the data."""
    if is_path(file):
        with Path(file).open("rb") as opened, _seekable(opened) as binary_file:
            yield binary_file
    elif isinstance(file, (bytes, bytearray, memoryview)):
        yield BytesIO(cast("bytes", file))
    elif (records := records_of(file)) is not None:
        with _temporary() as temporary:
            write_records(records, temporary)
            temporary.seek(0)
            yield temporary
    elif callable(getattr(file, "read", None)):
        with _seekable(file) as binary_file:
            yield binary_file
    else:
        raise TypeError(
            "file must be a path, bytes, an open binary file, an iterable of dicts, a pandas or polars DataFrame "
            f"or a Hugging Face Dataset, not {type(file).__name__}{_HINTS.get(type(file).__name__, '')}"
        )


_HINTS: Final = {
    "dict": "; put records into a list",
    "LazyFrame": "; call collect()",
    "DatasetDict": '; choose a split, such as file["train"]',
    "IterableDatasetDict": '; choose a split, such as file["train"]',
}


@contextmanager
def _seekable(file: Any) -> Generator[BinaryIO, None, None]:
    """Yield a file and restore its position on exit; yield a copy of a file that cannot seek."""
    if inspect.iscoroutinefunction(file.read):
        raise TypeError(
            f"file is asynchronous ({type(file).__name__}): pass the binary file that it wraps, such as upload.file"
        )
    if not isinstance(file.read(0), bytes):
        raise TypeError('file must be opened in binary mode: open(path, "rb")')
    if not (hasattr(file, "seekable") and file.seekable()):
        with _temporary() as temporary:
            shutil.copyfileobj(file, temporary, _BLOCK)
            temporary.seek(0)
            yield temporary
        return
    position = file.tell()
    try:
        yield file
    finally:
        if not getattr(file, "closed", False):
            file.seek(position)


@contextmanager
def _temporary() -> Generator[BinaryIO, None, None]:
    with tempfile.SpooledTemporaryFile(_SPOOLED) as temporary:
        yield cast("BinaryIO", temporary)
