"""Delimited text, such as CSV, as frames."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .changes import LINE
from .libraries import pl
from .parallel import parallel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import Changes
    from .encoding import TextReader
    from .libraries import DataFrame

_BLOCK: Final = 1 << 21
_BLOCKS: Final = 8
"""Blocks that are parsed together."""
_MAX_ROW: Final = 1 << 26
"""Bytes of a row above which a quote is not closed."""
_SAMPLED_ROWS: Final = 100
_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_REST: Final = "\0rest"
_EXCEL_HINT: Final = re.compile(rb"sep=(.)\r?\n")


class DelimitedReader:
    """Reads delimited text.

    :ivar names: Names of the columns.
    """

    def __init__(self, reader: TextReader, changes: Changes) -> None:
        self._reader = reader
        self._changes = changes
        self._line = 1
        self._block = self._reader.read(_BLOCK)
        hint = _EXCEL_HINT.match(self._block)
        if hint:
            self._block = self._block[hint.end() :]
            self._line = 2
        text = self._block.decode(errors="replace").lstrip("\r\n")
        self._delimiter = hint[1].decode() if hint else detect_delimiter(text)
        self._is_quoted = re.search(rf'(^|{re.escape(self._delimiter)})"', text, re.MULTILINE) is not None
        if self._delimiter != ",":
            name = _DELIMITERS.get(self._delimiter, repr(self._delimiter))
            changes.add("repaired", f"columns separated by {name} instead of comma")
        rows = _rows(text, self._delimiter, quoted=self._is_quoted)
        self.names: list[str] = _header(rows[0] if rows else [])

    def frames(self) -> Iterator[DataFrame]:
        """Yield the rows below the header as text; cells without text are null."""
        is_first = True
        for frame in parallel(self._parse, self._numbered(self._whole_rows())):
            rows = self._changes.drop_rows("more cells than columns", frame, frame[_REST].is_not_null()).drop(_REST)
            if is_first:
                blank = rows.select(pl.all_horizontal(pl.exclude(LINE).is_null())).to_series()
                start = next((index for index, is_blank in enumerate(blank) if not is_blank), 0)
                rows = rows.slice(start + 1)
                is_first = False
            yield rows

    def _numbered(self, blocks: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
        """Yield blocks with their first line and the number of their lines."""
        for block in blocks:
            first, self._line = self._line, self._reader.line - self._block.count(b"\n")
            yield block, first, self._line - first + (not block.endswith(b"\n"))

    def _whole_rows(self) -> Iterator[bytes]:
        """Yield blocks of whole rows: every quote in them is closed."""
        while pieces := list(islice(iter(lambda: self._reader.read(_BLOCK), b""), _BLOCKS)):
            block = b"".join([self._block, *pieces])
            end = block.rfind(b"\n") + 1
            if self._is_quoted and block.count(b'"', 0, end) % 2:
                end = _last_balanced(block, end)
            self._block = block[end:]
            if end:
                yield block[:end]
            elif len(block) > _MAX_ROW:
                break
        last, self._block = self._block, b""
        if self._is_quoted and last.count(b'"') % 2:
            raise ValueError(f"file: a quote in line {self._line} or behind it is not closed")
        if last:
            yield last

    def _parse(self, numbered: tuple[bytes, int, int]) -> DataFrame:
        """Return the rows of a block with their lines.

        The header that is put before them has one name more, so that a cell too many is found.
        """
        block, first, line_count = numbered
        names = [*self.names, _REST]
        header = self._delimiter.join(f"c{number}" for number in range(len(names)))
        try:
            frame = pl.read_csv(
                b"".join([header.encode(), b"\n", block]),
                separator=self._delimiter,
                quote_char='"' if self._is_quoted else None,
                infer_schema=False,
                truncate_ragged_lines=True,
            )
        except pl.exceptions.PolarsError:  # quotes that are no valid CSV
            return self._parse_slowly(block, names, first)
        frame.columns = names
        breaks = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
        if frame.height + breaks.sum() != line_count:
            return self._parse_slowly(block, names, first)
        lines = pl.int_range(frame.height, dtype=pl.UInt32, eager=True) + breaks.cum_sum() - breaks + first
        return frame.with_columns(lines.alias(LINE))

    def _parse_slowly(self, block: bytes, names: list[str], first: int) -> DataFrame:
        reader = csv.reader(io.StringIO(block.decode(), newline=""), delimiter=self._delimiter)
        rows: list[list[str | int | None]] = []
        line = first
        try:
            for cells in reader:
                padded = [cell or None for cell in cells[: len(names)]]
                rows.append([*padded, *[None] * (len(names) - len(padded)), line])
                line = first + reader.line_num
        except csv.Error as error:
            raise ValueError(f"file: line {line} or one behind it cannot be read: {error}") from None
        schema = dict.fromkeys(names, pl.String) | {LINE: pl.UInt32}
        return pl.DataFrame(rows, schema=schema, orient="row")


def detect_delimiter(text: str) -> str:
    """Return the delimiter that divides the first rows into the same number of cells, at least two."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in _rows(text, delimiter)]
        width = widths[0] if widths else 1
        return (widths.count(width) / len(widths), width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=score)


def _rows(text: str, delimiter: str, *, quoted: bool = True) -> list[list[str]]:
    """Return the first rows; a row that the end of the text cuts off is left out."""
    style: Any = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text[:1_000_000], newline=""), delimiter=delimiter, quoting=style)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _SAMPLED_ROWS:
                break
    except csv.Error:  # a cell that is longer than the limit of the module csv
        pass
    return rows


def _header(cells: list[str]) -> list[str]:
    """Return the names of the columns.

    :raises ValueError: Two columns have the same name.
    """
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise ValueError(f"file: {names.count(repeated)} columns are named {repeated!r}; rename them")
    return names


def _last_balanced(block: bytes, end: int) -> int:
    """Return the position behind the last line feed before which every quote is closed; 0 without one."""
    is_open = True
    while is_open:
        start = block.rfind(b"\n", 0, end - 1) + 1
        is_open ^= block.count(b'"', start, end) % 2 == 1
        end = start
    return end
