"""The data that an upload accepts, as a file that can be read several times."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeGuard, cast

from .formats import BLOCK, CONTENT_TYPES, HEAD, detect_format, format_of_name

if TYPE_CHECKING:
    from collections.abc import Generator

    from .datasetfile import DatasetFile

_MISSING: Final = {"NAType", "NaTType"}


@dataclass(frozen=True)
class Source:
    """A data file, open for reading."""

    file_name: str
    content_type: str
    size: int
    """Bytes from `start` to the end."""
    binary_file: BinaryIO
    """Seekable; the data begins at `start`."""
    start: int

    def rewind(self) -> BinaryIO:
        """Return the file, positioned at the start of the data."""
        self.binary_file.seek(self.start)
        return self.binary_file


@contextmanager
def open_source(file: DatasetFile, name: str | None = None) -> Generator[Source, None, None]:
    """Open data so that it can be read several times.

    Records and files that cannot seek are first written to a temporary file, which is removed on exit. An open file
    stays open, and its position is restored.

    :param name: Name of the file; by default that of the file itself, or dataset with the extension of its format.
    :raises FileNotFoundError: The path does not exist.
    :raises TypeError: `file` is of a type that cannot be uploaded.
    :raises ValueError: A record has a value that JSON cannot express, such as NaN.
    """
    with _opened(file) as binary_file:
        start = binary_file.tell()
        head = binary_file.read(HEAD)
        size = binary_file.seek(0, os.SEEK_END) - start
        binary_file.seek(start)
        file_name = name or _name_of(file)
        kind = detect_format(head, file_name)
        if not Path(file_name).suffix:
            file_name = f"{file_name}.{kind}"
        content_type = CONTENT_TYPES[format_of_name(file_name) or kind]
        yield Source(file_name, content_type, size, binary_file, start)


def _name_of(file: DatasetFile) -> str:
    path: object = file if isinstance(file, os.PathLike) else getattr(file, "name", file)
    base = Path(path).name if _is_path(path) else ""
    return base if base and not base.startswith("<") else "dataset"  # such as <stdin>


def _is_path(value: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(value, (str, os.PathLike))


def _is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


@contextmanager
def _opened(file: DatasetFile) -> Generator[BinaryIO, None, None]:
    """Open data as a file that can seek, positioned at the start of the data."""
    if _is_path(file):
        with Path(file).open("rb") as opened, _seekable(opened) as binary_file:
            yield binary_file
    elif isinstance(file, (bytes, bytearray, memoryview)):
        yield BytesIO(file)
    elif (records := _records_of(file)) is not None:
        with tempfile.TemporaryFile() as temporary:
            temporary.writelines(_json_lines(records))
            temporary.seek(0)
            yield cast("BinaryIO", temporary)
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
}


@contextmanager
def _seekable(file: Any) -> Generator[BinaryIO, None, None]:
    """Yield a file and restore its position on exit; yield a copy of a file that cannot seek."""
    if not isinstance(file.read(0), bytes):
        raise TypeError('file must be opened in binary mode: open(path, "rb")')
    if not (hasattr(file, "seekable") and file.seekable()):
        with tempfile.TemporaryFile() as temporary:
            shutil.copyfileobj(file, temporary, BLOCK)
            temporary.seek(0)
            yield cast("BinaryIO", temporary)
        return
    position = file.tell()
    try:
        yield file
    finally:
        if not getattr(file, "closed", False):
            file.seek(position)


def _records_of(file: Any) -> Iterator[Any] | None:
    """Return the records of a table or an iterable; None for anything else."""
    if callable(getattr(file, "itertuples", None)):
        columns = list(file.columns)
        return (dict(zip(columns, row, strict=True)) for row in file.itertuples(index=False, name=None))
    if callable(getattr(file, "iter_rows", None)):
        rows: Iterator[Any] = file.iter_rows(named=True)
        return rows
    if _is_mapping(file) or hasattr(file, "read") or not hasattr(file, "__iter__"):
        return None
    records: Iterator[Any] = iter(file)
    return records


def _json_lines(records: Iterator[Any]) -> Iterator[bytes]:
    for number, record in enumerate(records, 1):
        if not _is_mapping(record):
            raise TypeError(f"file: record {number} must be a dict, not {type(record).__name__}")
        try:
            yield _json(dict(record)) + b"\n"
        except (TypeError, ValueError):
            reasons = ((column, _problem_of(column, value)) for column, value in record.items())
            column, reason = next((column, reason) for column, reason in reasons if reason)
            raise ValueError(f"file: record {number}, column {column!r}: {reason}") from None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    """Return a mapping, or a scalar or array of numpy or torch, as a value that JSON has."""
    if _is_mapping(value):
        return dict(value)
    if callable(getattr(value, "tolist", None)):
        return value.tolist()
    kind = type(value).__name__
    raise ValueError("missing value" if kind in _MISSING else f"{kind} is not a type that JSON has")


def _problem_of(column: object, value: object) -> str | None:
    """Return why JSON cannot express a value."""
    try:
        _json({column: value})
    except (TypeError, ValueError) as error:
        reason = str(error)
        return "NaN or infinity: fill or drop missing values" if "Out of range" in reason else reason
    return None
