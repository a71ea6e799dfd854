"""The formats of data files: names, detection, and files that are recognized but cannot be used."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from .._wire import BYTE_ORDER_MARK

DataFormat: TypeAlias = Literal["csv", "jsonl", "json"]

HEAD: Final = 4096
"""Bytes of a file that detection looks at."""
MAX_RECORD: Final = 16 << 20
"""Bytes of the longest record that is checked."""
PREPARE: Final = "convert it with `emissary datasets prepare` or `prepare_dataset`"
TEXT_COLUMNS: Final = ("input", "expected_output")
PAIR_COLUMNS: Final = ("text1", "text2", "score")

_OF_EXTENSION: Final[dict[str, DataFormat]] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
CONTENT_TYPES: Final[dict[DataFormat, str]] = {
    "csv": "text/csv",
    "jsonl": "application/json",  # what clients of the platform send for a .jsonl file
    "json": "application/json",
}
COMPRESSED: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
COMPRESSED_SUFFIXES: Final = (".gz", ".bz2", ".xz", ".zst")
_CONTAINERS: Final = {
    b"PK\x03\x04": "a spreadsheet (.xlsx) or another ZIP archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of an old Excel (.xls)",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
}
_CONVERTED_BY_HAND: Final = {
    b"version https://git-lfs": ("a pointer of Git LFS, not the file itself", "run `git lfs pull`"),
    b"%PDF-": ("a PDF file", "export the records as CSV or JSONL"),
}
_HTML: Final = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)


def format_of_name(file_name: str) -> DataFormat | None:
    """Return the format that a file's extension stands for."""
    return next((kind for extension, kind in _OF_EXTENSION.items() if file_name.lower().endswith(extension)), None)


def detect_format(head: bytes, file_name: str) -> DataFormat:
    """Return the format of a file.

    :param head: The first bytes of the file.
    :param file_name: Name of the file; its extension decides if the content does not.
    """
    named = format_of_name(file_name)
    first = head.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    if named != "csv":
        if first == b"[":
            return "json"
        if first == b"{":
            return "jsonl"
    return named or ("csv" if first else "jsonl")


def compression_of(head: bytes) -> str | None:
    """Return the name of the compression of a file, or None."""
    return next((name for magic, name in COMPRESSED.items() if head.startswith(magic)), None)


def foreign_format(head: bytes) -> tuple[str, str] | None:
    """Return what a file is that the platform cannot read, and a hint; None for text in UTF-8 or a similar encoding."""
    if compression := compression_of(head):
        return f"compressed with {compression}", PREPARE
    for magic, name in _CONTAINERS.items():
        if head.startswith(magic):
            return name, PREPARE
    for magic, (name, hint) in _CONVERTED_BY_HAND.items():
        if head.startswith(magic):
            return name, hint
    if _HTML.match(head):
        return "an HTML page", "check the address from which it was downloaded"
    if encoding := wide_encoding(head):
        return f"encoded in {encoding}", PREPARE
    return ("a binary file", "export the records as CSV or JSONL") if b"\0" in head else None


def wide_encoding(head: bytes) -> str | None:
    """Return the name of an encoding with two or four bytes a character, with or without a byte-order mark."""
    marks = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
    for mark, name in marks.items():
        if head.startswith(mark):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8 and min(even, odd) <= len(head) // 64:  # ASCII characters among the text
        return "UTF-16-BE" if even > odd else "UTF-16-LE"
    return None
