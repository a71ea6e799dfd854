"""Tables and iterables of records, written as a data file."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from .formats import PAIR_COLUMNS, TEXT_COLUMNS
from .values import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import BinaryIO

_TABLE_LAYOUTS: Final = ("arrow", "pandas", "polars")
_MISSING: Final = {"NAType", "NaTType"}
_NAN: Final = "NaN or infinity: fill or drop missing values"


def records_of(file: Any) -> Iterator[Any] | None:
    """Return the records of a table or an iterable; None for anything else.

    :raises ValueError: Two columns have the same name.
    """
    if callable(getattr(file, "itertuples", None)):
        columns: list[Any] = list(file.columns)
        repeated = next((name for name in columns if columns.count(name) > 1), None)
        if repeated is not None:
            raise ValueError(f"file: {columns.count(repeated)} columns are named {repeated!r}; rename or drop them")
        return (dict(zip(columns, row, strict=True)) for row in file.itertuples(index=False, name=None))
    if callable(getattr(file, "iter_rows", None)):
        rows: Iterator[Any] = file.iter_rows(named=True)
        return rows
    if is_mapping(file) or hasattr(file, "read") or not hasattr(file, "__iter__"):
        return None
    names = _class_names(file)
    records: Iterator[Any] = iter(_as_dicts(file))
    return records if not names else (_with_names(number, record, names) for number, record in enumerate(records, 1))


def _as_dicts(dataset: Any) -> Any:
    """Return a Hugging Face Dataset whose records are tables of a library with dicts as records; others as they are."""
    layout: Any = getattr(dataset, "format", None)
    return dataset.with_format(None) if is_mapping(layout) and layout.get("type") in _TABLE_LAYOUTS else dataset


def _class_names(dataset: Any) -> dict[str, Callable[[Any], Any]]:
    """Return how the columns of a Hugging Face Dataset that hold numbers of classes become names."""
    features: Any = getattr(dataset, "features", None)
    if not is_mapping(features):
        return {}
    namers: dict[str, Callable[[Any], Any]] = {}
    for column, feature in features.items():
        if callable(getattr(feature, "int2str", None)):
            namers[column] = _namer(feature)
        elif callable(getattr(getattr(feature, "feature", None), "int2str", None)):
            namers[column] = _list_namer(_namer(feature.feature))
    return namers


def _namer(feature: Any) -> Callable[[Any], Any]:
    names: list[str] = list(feature.names)

    def name_of(number: int | None) -> str | None:
        return names[number] if number is not None and 0 <= number < len(names) else None

    return name_of


def _list_namer(namer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda numbers: None if numbers is None else list(map(namer, numbers))


def _with_names(number: int, record: Any, namers: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    items = _mapping(number, record).items()
    return {column: namers[column](value) if column in namers else value for column, value in items}


def write_records(records: Iterator[Any], file: BinaryIO) -> None:
    """Write records as JSONL, or as CSV if they have the columns that the platform reads as CSV.

    :raises TypeError: A record is not a mapping.
    :raises ValueError: A record has a value that the format cannot express, such as NaN.
    """
    first = next(records, None)
    if first is None:
        return
    rows = chain([first], records)
    if is_mapping(first) and any(first.keys() >= set(columns) for columns in (TEXT_COLUMNS, PAIR_COLUMNS)):
        file.writelines(_csv_lines(list(first), rows))
    else:
        file.writelines(json_lines(rows))


def json_lines(records: Iterable[Any]) -> Iterator[bytes]:
    """Yield each record as a line of JSON.

    :raises TypeError: A record is not a mapping.
    :raises ValueError: A record has a value that JSON cannot express.
    """
    for number, record in enumerate(records, 1):
        try:
            yield _json(dict(_mapping(number, record))) + b"\n"
        except (TypeError, ValueError) as error:
            raise _explained(number, record, error) from None


def _csv_lines(columns: list[Any], records: Iterable[Any]) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(columns)
    cells: list[str] = []
    for number, record in enumerate(records, 1):
        if set(_mapping(number, record)) != set(columns):
            raise ValueError(f"file: record {number} has other columns than the first: {', '.join(map(str, record))}")
        for column in columns:
            try:
                cells.append(_cell(record[column]))
            except ValueError as error:
                raise ValueError(f"file: record {number}, column {column!r}: {error}") from None
        writer.writerow(cells)
        yield line.getvalue().encode()
        cells.clear()
        line.seek(0)
        line.truncate()


def _mapping(number: int, record: object) -> Mapping[Any, Any]:
    if is_mapping(record):
        return record
    raise TypeError(f"file: record {number} must be a dict, not {type(record).__name__}")


def _cell(value: Any) -> str:
    """Return a value as a cell of a CSV file: a text as it is, a number or boolean as JSON writes it."""
    if isinstance(value, str):
        value.encode()  # raises if it has half of a surrogate pair
        return value
    cell = json.loads(_json(value))
    if cell is None or isinstance(cell, (dict, list)):
        raise ValueError("missing value" if cell is None else "a cell must be a text or a number")
    return json.dumps(cell)


def _json(value: object) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError as error:
        raise ValueError(_NAN) if "Out of range" in str(error) else error from None
    return text.encode()


def _plain(value: Any) -> Any:
    """Return a mapping, or a scalar or array of numpy or torch, as a value that JSON has."""
    if is_mapping(value):
        return dict(value)
    if callable(getattr(value, "tolist", None)):
        return value.tolist()
    kind = type(value).__name__
    raise ValueError("missing value" if kind in _MISSING else f"{kind} is not a type that JSON has")


def _explained(number: int, record: object, error: Exception) -> Exception:
    """Return the error of a record with the name of the column, unless the record is not a mapping."""
    if not is_mapping(record):
        return error
    reasons = ((column, _problem_of(column, value)) for column, value in record.items())
    column, reason = next(((column, reason) for column, reason in reasons if reason), ("?", str(error)))
    return ValueError(f"file: record {number}, column {column!r}: {reason}")


def _problem_of(column: object, value: object) -> str | None:
    """Return why JSON cannot express a value."""
    try:
        _json({column: value})
    except (TypeError, ValueError) as error:
        return str(error)
    return None
