"""Reading of CSV files."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING

from .._display.text import counted
from .formats import MAX_RECORD, read_batches
from .shapes import shape_of_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from .builder import ReportBuilder
    from .shapes import Shape

_REST = "; the rest of the file is not checked"


def check_csv(builder: ReportBuilder, file: BinaryIO, task_type: str | None) -> Shape | None:
    """Check a CSV file, and return the shape of its rows."""
    rows = _rows(builder, file)
    columns = next(rows, None)
    shape = None if columns is None else shape_of_columns(builder, columns, task_type)
    if columns is None or shape is None:
        return None
    for row in rows:
        builder.count_record(tuple(row))
        if len(row) == len(columns):
            shape.check(dict(zip(columns, row, strict=True)))
        else:
            builder.error(f"{counted(len(row), 'cell')}, but {len(columns)} in the header")
    return shape


def _rows(builder: ReportBuilder, file: BinaryIO) -> Iterator[list[str]]:
    """Yield the rows that can be read; the builder's line is the one on which the row begins."""
    reader = csv.reader(_decoded_lines(builder, file), strict=True)
    while True:
        first = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            builder.line = first
            builder.records += 1
            reason = str(error)
            if "limit" in reason:
                limit = f"a field is longer than {csv.field_size_limit():,} characters"
                builder.error(f"{limit}: is a closing quote missing?{_REST}")
                return
            builder.error("a quote is not closed" if "unexpected end" in reason else f"invalid CSV: {reason}")
            continue
        if row is None:
            return
        builder.line = first
        if row:
            yield row
        else:
            builder.warning("blank line")


def _decoded_lines(builder: ReportBuilder, file: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(chain.from_iterable(read_batches(file)), 1):
        if not line:
            builder.line = number
            builder.error(f"the line is longer than {MAX_RECORD >> 20} MiB{_REST}")
            return
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            builder.line = number
            builder.error(f"invalid UTF-8 at byte {error.start + 1} of the line")
            text = line.decode(errors="replace")
        yield text
