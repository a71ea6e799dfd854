"""The part of a data file that is read and checked at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    class Readable(Protocol):
        """A binary file that is read from its start."""

        def read(self, size: int = -1, /) -> bytes:
            """Return the next bytes, and none at the end."""
            ...


BLOCK: Final = 1 << 16
"""Bytes that are read and checked at a time: few enough for the processor's cache."""


class Unreadable(NamedTuple):
    """A record or line that cannot be read, in place of the record.

    :ivar is_record: Whether it counts as a record.
    """

    message: str
    detail: str = ""
    hint: str | None = None
    is_record: bool = True


BLANK_LINE: Final = Unreadable("blank line", is_record=False)
"""A line that is only worth a warning."""
REST: Final = "; the rest of the file is not checked"


@dataclass
class Batch:
    """Consecutive records of a file.

    :ivar lines: The line on which each record begins.
    :ivar records: Parsed JSON, or the cells of a row; ``Unreadable`` where there is no record.
    :ivar text: The text of all records, if they were JSON.
    :ivar contents: Function that returns the text of each record, if they were JSON.
    """

    lines: Sequence[int]
    records: list[Any]
    text: bytes = b""
    contents: Callable[[], Sequence[bytes]] | None = None


def read_blocks(file: Readable, limit: int) -> Iterator[bytes | None]:
    """Yield blocks of whole lines. A line of more than ``limit`` bytes is skipped, and None is yielded instead."""
    pieces: list[bytes] = []
    length = 0
    while block := file.read(BLOCK):
        end = block.rfind(b"\n") + 1
        if not end:
            length += len(block)
            if length <= limit:
                pieces.append(block)
            continue
        if length > limit:
            yield None
            start = block.find(b"\n") + 1
            if start < end:
                yield block[start:end]
        else:
            yield b"".join([*pieces, block[:end]])
        pieces, length = [block[end:]], len(block) - end
    if length > limit:
        yield None
    elif length:
        yield b"".join(pieces)
