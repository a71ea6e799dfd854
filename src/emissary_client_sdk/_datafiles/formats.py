"""Detection of a data file's format."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

Format: TypeAlias = Literal["csv", "jsonl", "json"]

BOM: Final = b"\xef\xbb\xbf"
HEAD: Final = 4096
"""Bytes of a file that detection looks at."""
BLOCK: Final = 1 << 18
MAX_RECORD: Final = 16 << 20
"""Bytes of the longest record that is checked."""

_OF_EXTENSION: Final[dict[str, Format]] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
CONTENT_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "jsonl": "application/json",  # what clients of the platform send for a .jsonl file
    "json": "application/json",
}


def format_of_name(file_name: str) -> Format | None:
    """Return the format that a file's extension stands for."""
    return next((kind for extension, kind in _OF_EXTENSION.items() if file_name.lower().endswith(extension)), None)


def detect_format(head: bytes, file_name: str | None = None) -> Format:
    """Return the format of a file.

    :param head: The first bytes of the file.
    :param file_name: Name of the file, if it has one; its extension decides if the content does not.
    """
    named = None if file_name is None else format_of_name(file_name)
    first = head.removeprefix(BOM).lstrip()[:1]
    if named != "csv":
        if first == b"[":
            return "json"
        if first == b"{":
            return "jsonl"
    return named or ("csv" if first else "jsonl")


def read_batches(file: BinaryIO) -> Iterator[list[bytes]]:
    """Yield lists of consecutive lines with their line feeds; a line above `MAX_RECORD` bytes is empty instead."""
    unended: list[bytes] = []
    while block := file.read(BLOCK):
        end = block.rfind(b"\n") + 1
        if end:
            yield _split_lines(unended, block[:end])
            unended = [block[end:]]
        elif sum(map(len, unended)) <= MAX_RECORD:
            unended.append(block)
    if any(unended):
        yield _split_lines(unended, b"\n")


def _split_lines(unended: list[bytes], rest: bytes) -> list[bytes]:
    if sum(map(len, unended)) <= MAX_RECORD:
        return io.BytesIO(b"".join([*unended, rest])).readlines()
    return [b"", *io.BytesIO(rest).readlines()[1:]]
