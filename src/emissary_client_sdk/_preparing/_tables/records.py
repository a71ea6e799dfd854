"""JSON records, and records in memory, as frames."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final, cast

from ..._datafiles.batch import BLANK_LINE, Unreadable
from ..._datafiles.jsonlines import read_jsonl
from ..._datafiles.naming import why_no_records
from .changes import LINE
from .libraries import pl

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from ..._datafiles.batch import Batch
    from .changes import Changes
    from .libraries import DataFrame, LazyFrame, Series

_RECORDS: Final = 20_000
_DTYPES: Final[dict[frozenset[type], Any]] = {
    frozenset({str}): pl.String,
    frozenset({bool}): pl.Boolean,
    frozenset({int}): pl.Int64,
    frozenset({float}): pl.Float64,
    frozenset({int, float}): pl.Float64,
}


def record_frames(batches: Iterable[Batch], changes: Changes) -> Iterator[DataFrame]:
    """Yield frames of JSON records. Anything else is dropped."""
    lines: list[int] = []
    records: list[dict[str, Any]] = []
    for batch in batches:
        for line, record in zip(batch.lines, batch.records, strict=True):
            if record is BLANK_LINE:
                changes.add("dropped", "empty rows", 1, (line,))
            elif isinstance(record, Unreadable):
                changes.add("dropped", record.message, 1, (line,))
            elif not isinstance(record, dict):
                changes.add("dropped", "the record is not an object", 1, (line,))
            else:
                lines.append(line)
                records.append(cast("dict[str, Any]", record))
        if len(records) >= _RECORDS:
            yield _frame(lines, records)
            lines, records = [], []
    if records:
        if lines == [1] and (reason := why_no_records(records[0])):
            raise ValueError("; ".join(reason))
        yield _frame(lines, records)


@contextmanager
def spooled_frames(records: Iterable[Any], changes: Changes) -> Generator[Iterator[DataFrame], None, None]:
    """Yield frames of records in memory or of an iterator, whose lines are their numbers."""
    with TemporaryFile() as file:
        file.writelines(json.dumps(_plain(record), default=_plain).encode() + b"\n" for record in records)
        file.seek(0)
        yield record_frames(read_jsonl(file), changes)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: None for a missing one, and a text for what JSON does not have, such as a date."""
    if hasattr(value, "keys"):
        return {str(key): _plain(value[key]) for key in value.keys()}  # noqa: SIM118  # any mapping
    if callable(getattr(value, "tolist", None)):  # of numpy
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return list(map(_plain, cast("Sequence[Any]", value)))
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def _frame(lines: Sequence[int], records: Sequence[dict[str, Any]]) -> DataFrame:
    names = dict.fromkeys(name for record in records for name in record)
    columns = [_series(name, [record.get(name) for record in records]) for name in names]
    return pl.DataFrame([pl.Series(LINE, lines, dtype=pl.UInt32), *columns])


def _series(name: str, values: list[Any]) -> Series:
    kinds = frozenset(map(type, values)) - {type(None)}
    try:
        return pl.Series(name, values, dtype=_DTYPES.get(kinds, pl.Object))
    except (OverflowError, TypeError):  # an integer of more than 64 bits
        return pl.Series(name, values, dtype=pl.Object)


def sliced(frame: DataFrame | LazyFrame, first: int) -> Iterator[DataFrame]:
    """Yield parts of a table, with the numbers of their rows.

    :param first: Number of the first row.
    """
    offset = 0
    while True:
        part = frame.slice(offset, _RECORDS).lazy().collect()
        if not part.height:
            return
        lines = pl.int_range(first + offset, first + offset + part.height, dtype=pl.UInt32, eager=True)
        yield part.with_columns(lines.alias(LINE))
        offset += part.height


def first_of(frames: Iterator[DataFrame]) -> list[DataFrame]:
    """Return the first frame with rows in a list; an empty list if no frame has rows."""
    return list(islice((frame for frame in frames if frame.height), 1))
