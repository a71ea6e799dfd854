"""The records of an input file, each with its place in the file."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .batch import BLANK_LINE, Unreadable
from .csvfile import read_csv
from .formats import detect_format, foreign_format
from .jsonarray import read_array
from .jsonlines import read_jsonl
from .parquet import MAGIC, read_parquet
from .values import json_type, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .datasetfile import DatasetFile
    from .source import DataSource


class InputRecord(NamedTuple):
    """A record, or a place at which there is an unreadable one.

    :ivar line: The line on which the record begins; in a JSON array or a Parquet file, the number of the record.
    :ivar fields: The fields; empty if the record is unreadable.
    :ivar problem: Why the record is unreadable, or None.
    """

    line: int
    fields: dict[str, Any]
    problem: str | None = None


class InputFile:
    """A file of records: JSON Lines, a JSON array, CSV, or Parquet.

    :param file: What the source was opened from.
    :raises ValueError: The file has another format.
    """

    def __init__(self, file: DatasetFile, source: DataSource) -> None:
        self._path = Path(file) if isinstance(file, (str, os.PathLike)) else None
        self._source = source
        self.name = source.file_name
        self._is_parquet = source.head.startswith(MAGIC)
        if not self._is_parquet and (foreign := foreign_format(source.head)):
            raise ValueError(f"input: {self.name} is {foreign[0]}; {foreign[1]}")

    def records(self, column: str | None = None) -> Iterator[InputRecord]:
        """Yield the records. Blank lines are skipped.

        :param column: The only column that is needed.
        :raises DatasetChangedError: The file has changed since it was read for the first time.
        """
        if self._is_parquet:
            file = BytesIO(self._source.open().read()) if self._path is None else self._path
            for number, row in enumerate(read_parquet(file, column), 1):
                yield InputRecord(number, row)
            return
        kind, reader = detect_format(self._source.head, self.name), self._source.open()
        header: list[str] | None = None
        batches = {"csv": read_csv, "json": read_array, "jsonl": read_jsonl}[kind](reader)
        number = 0
        for batch in batches:
            for line, record in zip(batch.lines, batch.records, strict=True):
                if record is BLANK_LINE:
                    continue
                if kind == "csv" and header is None and isinstance(record, list):
                    header = cast("list[str]", record)
                    continue
                number += 1
                yield _checked(number if kind == "json" else line, record, header)


def _checked(line: int, record: Any, header: list[str] | None) -> InputRecord:
    if isinstance(record, Unreadable):
        return InputRecord(line, {}, f"{record.message}{record.detail}" + (f"; {record.hint}" if record.hint else ""))
    if header is not None:
        if len(record) != len(header):
            return InputRecord(line, {}, f"the row has {len(record)} cells, but the header has {len(header)}")
        return InputRecord(line, dict(zip(header, record, strict=True)))
    if not isinstance(record, dict):
        return InputRecord(line, {}, f"the record must be an object, not {json_type(record)}")
    return InputRecord(line, cast("dict[str, Any]", record))


def text_column(input_file: InputFile, column: str | None, usual: tuple[str, ...]) -> str | None:
    """Return the column to read; None if the file has no readable record.

    :param column: The column that was asked for.
    :param usual: Names of which the first one in the file is the default. Otherwise it is the only column of text.
    :raises ValueError: The first readable record does not have the column, or the default is not clear.
    """
    first = next((record.fields for record in input_file.records() if record.problem is None), None)
    if first is None:
        return column
    if column is not None:
        if column not in first:
            raise ValueError(f"column: {input_file.name} has no column {column!r}, but {named(first)}")
        return column
    texts = [name for name, value in first.items() if isinstance(value, str)]
    chosen = next((name for name in usual if name in first), None)
    if chosen is None and len(texts) == 1:
        chosen = texts[0]
    if chosen is None:
        raise ValueError(f"column: pass the name of the column with the text; {input_file.name} has {named(first)}")
    return chosen
