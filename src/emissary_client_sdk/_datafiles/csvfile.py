"""Reading of CSV files."""

from __future__ import annotations

import csv
import io
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from .batch import BLANK_LINE, REST, Batch, Unreadable, read_blocks
from .formats import MAX_RECORD, PREPARE
from .values import is_array

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .batch import Readable

_CELL: Final = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|(?!")([^,\r\n]*))(,|\r?\n|\r|$)')
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_INVALID: Final = Unreadable("invalid UTF-8", "", PREPARE)
_TOO_LONG: Final = Unreadable(f"a line is longer than {MAX_RECORD >> 20} MiB{REST}")
_UNCLOSED: Final = Unreadable(f"a quote is not closed before the end, or within {MAX_RECORD >> 20} MiB{REST}")


def read_csv(file: Readable) -> Iterator[Batch]:
    """Yield the rows of a CSV file, the header included."""
    first = 1
    for block in _read_rows(file):
        if block is None:
            yield Batch([first], [_TOO_LONG])
            continue
        rows = _parse_many(block)
        if rows is None:
            yield _read_singly(block.decode("utf-8", "surrogateescape"), first)
        else:
            yield Batch(_lines_of(rows, first, block), rows if all(rows) else [row or BLANK_LINE for row in rows])
        first += block.count(b"\n")


def _read_rows(file: Readable) -> Iterator[bytes | None]:
    """Yield blocks of whole lines in which every quote is closed; None for a line that is too long, which ends them."""
    rest: list[bytes] = []
    quotes = length = 0
    for block in read_blocks(file, MAX_RECORD):
        if block is None:
            yield b"".join(rest)
            yield None
            return
        length += len(block)
        rest.append(block)
        quotes += block.count(b'"')
        if quotes % 2 == 0:
            yield b"".join(rest)
            rest, quotes, length = [], 0, 0
        elif length > MAX_RECORD:
            break
    if rest:
        yield b"".join(rest)


def _parse_many(block: bytes) -> list[Any] | None:
    """Return the rows of a block; None if one cannot be read."""
    try:
        return list(csv.reader(io.StringIO(block.decode(), newline="\n"), strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None


def _lines_of(rows: list[list[str]], first: int, block: bytes) -> Sequence[int]:
    """Return the lines on which rows begin."""
    if len(rows) == block.count(b"\n") + (not block.endswith(b"\n")):
        return range(first, first + len(rows))
    return list(accumulate(("".join(row).count("\n") + 1 for row in rows[:-1]), initial=first))


def _read_singly(text: str, first: int) -> Batch:
    lines: list[int] = []
    records: list[Any] = []
    source = _Lines(text)
    reader = csv.reader(source, strict=True)
    while True:
        lines.append(first + source.number)
        source.pending.clear()
        try:
            row: Any = next(reader, None)
        except csv.Error as error:
            row = source.long_row() if "field limit" in str(error) else _explain(str(error))
        if row is None:
            lines.pop()
            return Batch(lines, records)
        is_undecoded = is_array(row) and _UNDECODED.search("".join(row)) is not None
        records.append(_INVALID if is_undecoded else row or BLANK_LINE)


class _Lines:
    """An iterator over the lines of a text that remembers those of the row being read."""

    def __init__(self, text: str) -> None:
        self._lines = iter(io.StringIO(text, newline="\n"))
        self.number = 0
        self.pending: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.pending.append(line)
        return line

    def long_row(self) -> list[str] | Unreadable:
        """Return the cells of the row being read, one of which is longer than the limit of the module csv.

        The limit is global to the process, so it is not changed.
        """
        quotes = sum(line.count('"') for line in self.pending)
        while quotes % 2:
            line = next(self, None)
            if line is None:
                return _UNCLOSED
            quotes += line.count('"')
        text, cells, position = "".join(self.pending), list[str](), 0
        while match := _CELL.match(text, position):
            quoted, plain, end = match.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            position = match.end()
            if end != ",":
                return cells
        return _explain("',' expected after '\"'")


def _explain(reason: str) -> Unreadable:
    if "unexpected end" in reason:
        return _UNCLOSED
    if "new-line character" in reason:
        return Unreadable("the lines end with a carriage return only", "", PREPARE)
    return Unreadable(f"invalid CSV: {reason}")
