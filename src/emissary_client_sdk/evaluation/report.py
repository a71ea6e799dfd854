"""The common part of all reports: origin, records, files and views."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from typing_extensions import Self, TypedDict

from .._datafiles.values import is_mapping
from .._display.page import view_html
from .._display.table import rest
from .._display.text import flat, text
from .._display.values import Table
from .._version import __version__
from . import files
from .checks import is_list, number_of
from .measures import with_intervals
from .rendering import as_markdown, as_text, data, number

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .._display.values import Section, Value, View
    from .files import PathLike


class Details(TypedDict, total=False):
    """Keyword arguments of all evaluations: the origin of the answers. A report contains them."""

    model: str | None
    """Name of the model."""
    file: str | None
    """Name of the file."""
    sha256: str | None
    """SHA-256 digest of the file."""
    parameters: Mapping[str, Any] | None
    """Parameters of the calls, as JSON values."""
    lines: Sequence[int] | None
    """Line of the file for each record; by default its number, counted from 1."""
    texts: Sequence[str] | None
    """Text of each record. They are part of a saved report, and identify the records in a comparison."""
    errors: Sequence[str | None] | None
    """Error message of each record, None if the call succeeded."""


@dataclass(frozen=True)
class Mistake:
    """A record whose prediction is wrong."""

    line: int
    """Line of the file where the record begins."""
    text: str | None
    """Text of the record, if the evaluation knows it."""
    truth: Any
    """The right answer: a label, a list of labels, a number or a text."""
    prediction: Any
    """The prediction, in the form of ``truth``."""
    probability: float | None = None
    """Probability of the prediction. Multilabel: that of the most confident wrong label decision. Else None."""


@dataclass(frozen=True)
class Failure:
    """A record whose call failed."""

    line: int
    """Line of the file where the record begins."""
    text: str | None
    """Text of the record, if the evaluation knows it."""
    truth: Any
    """The right answer."""
    error: str | None
    """Message of the error, if the evaluation knows it."""


@dataclass(frozen=True)
class Records:
    """Line, text and error of each record."""

    lines: list[int]
    texts: list[str] | None
    errors: list[str | None] | None

    def text(self, position: int) -> str | None:
        """Return the text of a record, None if it is unknown."""
        return None if self.texts is None else self.texts[position]

    def error(self, position: int) -> str | None:
        """Return the error of a record, None if it is unknown."""
        return None if self.errors is None else self.errors[position]


@dataclass(frozen=True, kw_only=True, repr=False)
class Report(ABC):
    """A report on a model's answers to records whose truth is known.

    It is readable text under ``print``, and a view in notebooks.
    """

    task: ClassVar[str]
    """Name of the task."""
    gates: ClassVar[tuple[str, ...]]
    """Names of the numbers that ``shortfalls`` takes; each is better if it is larger."""

    records: int
    """Number of records, the failed ones included."""
    failed: int
    """Number of records whose call failed."""
    model: str | None
    """Name of the model."""
    file: str | None
    """Name of the file."""
    sha256: str | None
    """SHA-256 digest of the file."""
    date: datetime
    """Time of the evaluation, in UTC."""
    sdk_version: str
    """Version of the SDK."""
    parameters: dict[str, Any]
    """Parameters of the calls and of the evaluation."""
    source: Records = field(compare=False)
    """Line, text and error of each record."""

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """Answered records whose prediction is wrong, the most confident or the largest mistake first."""
        return self._mistakes()

    @cached_property
    def failures(self) -> list[Failure]:
        """Records whose call failed, in the order of the file."""
        source = self.source
        return [
            Failure(source.lines[each], source.text(each), self._truth_of(each), source.error(each))
            for each in self._failed_positions()
        ]

    @abstractmethod
    def _mistakes(self) -> list[Mistake]: ...

    @abstractmethod
    def _truth_of(self, position: int) -> Any: ...

    @abstractmethod
    def _failed_positions(self) -> Sequence[int]: ...

    @abstractmethod
    def _view(self, *, is_narrow: bool) -> View:
        """Return the title, the numbers and the tables; a narrow view fits into 80 columns."""

    def _columns(self) -> dict[str, Any]:
        """Return the truth and the answers of the records as JSON values, for a file."""
        found = {each.name: getattr(self, each.name) for each in fields(self) if not each.compare}
        return {name: value for name, value in found.items() if name != "source"}

    @classmethod
    def restored(cls, fields: dict[str, Any], columns: dict[str, Any]) -> Self:
        """Return a report from the values of ``_numbers``, and from those of ``_columns`` and of ``Records``."""
        source = Records(*(columns.pop(name) for name in ("lines", "texts", "errors")))
        numbers = {**with_intervals(fields), "date": datetime.fromisoformat(fields["date"])}
        return cls(**numbers, **columns, source=source)

    def _numbers(self) -> dict[str, Any]:
        """Return the fields as JSON values, without the records."""
        return {each.name: json_value(getattr(self, each.name)) for each in fields(self) if each.compare}

    @classmethod
    def require_gates(cls, names: Collection[str]) -> None:
        """Raise an error if a name is not one of ``gates``.

        :raises ValueError: The message lists the known names.
        """
        unknown = [repr(name) for name in names if name not in cls.gates]
        if unknown:
            known = ", ".join(cls.gates)
            raise ValueError(f"{', '.join(unknown)} cannot be a minimum of a {cls.task} report; known are {known}")

    def shortfalls(self, **minimum: float) -> list[str]:
        """Return why the report does not reach minimums: a text for each; none if it reaches all of them.

        A number that is undefined does not reach any minimum.

        :param minimum: Minimums by the names of ``gates``, such as ``accuracy=0.9``.
        :raises TypeError: A minimum is not a number.
        :raises ValueError: A name is unknown, or a minimum is NaN or infinite.
        """
        self.require_gates(minimum)
        found: list[str] = []
        for name, given in minimum.items():
            limit, value = number_of(given, name), getattr(self, name)
            if value is None or value < limit:
                shown = "undefined" if value is None else f"{value:.4g}"
                found.append(f"{name} is {shown}, below the minimum {limit:g}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a dict of JSON values. Undefined numbers are None."""
        lists = {"mistakes": self.mistakes, "failures": self.failures}
        return {"task": self.task, **self._numbers(), **{name: json_value(value) for name, value in lists.items()}}

    def to_markdown(self) -> str:
        """Return the report in Markdown, for a pull request."""
        return as_markdown(self._view(is_narrow=False))

    def save(self, path: PathLike) -> None:
        """Write the report with its records to a file, for ``load_report``.

        :param path: File to write. A saved report is replaced, any other file is kept.
        :raises FileExistsError: The file exists and is not a saved report.
        """
        columns = {**vars(self.source), **self._columns()}
        files.write(path, "report", {"task": self.task, "report": self._numbers(), "columns": columns})

    def __str__(self) -> str:
        return as_text(self._view(is_narrow=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r}, records={self.records}, failed={self.failed})"

    def _repr_html_(self) -> str:
        return view_html(self._view(is_narrow=False))

    def _record_tables(self, limit: int = 10) -> list[Section]:
        """Return the first mistakes and failures as tables."""
        tables: list[Section] = []
        if self.mistakes:
            header = ["line", "truth", "prediction", "probability", "text"]
            rows: list[list[Value]] = [
                [
                    str(each.line),
                    data(each.truth, 20),
                    data(each.prediction, 20),
                    _share(each.probability),
                    data(each.text),
                ]
                for each in self.mistakes[:limit]
            ]
            if self.mistakes[0].probability is None:
                header, rows = _without(3, header), [_without(3, row) for row in rows]
            tables.append(Table("Mistakes", header, rows, rest(len(self.mistakes), limit)))
        if self.failures:
            rows = [[str(each.line), data(each.text, 30), data(each.error)] for each in self.failures[:limit]]
            tables.append(Table("Failures", ["line", "text", "error"], rows, rest(len(self.failures), limit)))
        return tables

    def _title(self) -> str:
        words = [text(self.model or f"{self.task} report", 60), f"on {text(self.file, 60)}" if self.file else ""]
        return " ".join(filter(None, words))

    def _counts(self) -> str:
        return f"{self.records:,}" + (f", {self.failed:,} failed" if self.failed else "")

    def _origin(self, *, is_narrow: bool) -> list[list[Value]]:
        """Return date, version, digest and parameters."""
        when, version = f"{self.date:%Y-%m-%d %H:%M} UTC", f"SDK {self.sdk_version}"
        digest = f"SHA-256 {text(self.sha256, 12 if is_narrow else 64)}" if self.sha256 else ""
        facts: list[list[Value]] = [["evaluated", ", ".join(filter(None, (when, version, digest)))]]
        return facts if is_narrow else [*facts, ["parameters", data(flat(self.parameters))]]


def _share(probability: float | None) -> str:
    return "" if probability is None else number(probability)


def _without(position: int, row: list[Any]) -> list[Any]:
    return [*row[:position], *row[position + 1 :]]


def report_fields(details: Details, count: int, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that describe an evaluation.

    :param count: Number of records.
    :param parameters: Parameters of the evaluation, beside those of the calls.
    :raises TypeError: A detail has an unknown name or a wrong type.
    :raises ValueError: A list does not have an entry for each record, or parameters are not JSON.
    """
    for name, value in details.items():
        if name not in Details.__annotations__:
            raise TypeError(f"unexpected keyword argument {name!r}; expected are {', '.join(Details.__annotations__)}")
        if name in ("model", "file", "sha256") and not (value is None or isinstance(value, str)):
            raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    lines, texts, errors = (_column(details, name, count) for name in ("lines", "texts", "errors"))
    merged = {**(details.get("parameters") or {}), **parameters}
    try:
        json.dumps(merged, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"parameters must be JSON values: {error}") from None
    return {
        "model": details.get("model"),
        "file": details.get("file"),
        "sha256": details.get("sha256"),
        "date": datetime.now(timezone.utc).replace(microsecond=0),
        "sdk_version": __version__,
        "parameters": merged,
        "source": Records(lines or list(range(1, count + 1)), texts, errors),
    }


def _column(details: Details, name: Literal["lines", "texts", "errors"], count: int) -> list[Any] | None:
    values: Sequence[Any] | None = details.get(name)
    if values is None:
        return None
    column = list(values)
    if len(column) != count:
        raise ValueError(f"{name} has {len(column):,} entries for {count:,} records")
    kinds: tuple[type, ...] = {"lines": (int,), "texts": (str,), "errors": (str, type(None))}[name]
    for position, value in enumerate(column):
        if not isinstance(value, kinds):
            raise TypeError(f"{name}[{position}] has the wrong type {type(value).__name__}")
    return column


def json_value(value: Any) -> Any:
    """Return dataclasses as objects, tuples as arrays, times in ISO 8601."""
    if is_dataclass(value):
        return {each.name: json_value(getattr(value, each.name)) for each in fields(value)}
    if is_mapping(value):
        return {str(key).lower() if isinstance(key, bool) else key: json_value(each) for key, each in value.items()}
    if is_list(value):
        return list(map(json_value, value))
    return value.isoformat() if isinstance(value, datetime) else value
