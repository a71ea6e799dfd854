"""The result of checking a data file."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from .._display.table import ROWS, bars, rest
from .._display.text import FORMAT_NAMES, counted, printable, size, text
from .._display.values import Section, Status, Table, Tone, Value, View
from ..errors import DatasetError

WIDTH = 80
MAX_LABELS = 10
"""Labels listed in the text of a report."""
MAX_QUOTED = 10
"""Errors listed in the message of a DatasetError."""
_TONES: dict[str, Tone] = {"error": "bad", "warning": "doubtful", "ok": "good"}


@dataclass(frozen=True)
class DatasetProblem:
    """One problem of a data file, with all records that have it."""

    line: int | None
    """Line of the first record that has the problem, counted from 1; None if it concerns the whole file."""
    severity: Literal["error", "warning"]
    """An error means that the platform cannot use the file; a warning is worth a look."""
    message: str
    """Description of the problem, on one line. Values that it quotes are those of the first record."""
    count: int = 1
    """Number of records that have the problem."""
    lines: tuple[int, ...] = ()
    """Lines of the first five of them."""
    record: int | None = None
    """Number of the first record in a JSON array, counted from 1; None in other formats."""
    hint: str | None = None
    """A way to solve the problem, if one is known."""

    def __str__(self) -> str:
        place = "file" if self.line is None else f"line {self.line}"
        if self.record is not None:
            place += f", record {self.record}"
        return f"{place}: {self.severity}: {self.description}"

    @property
    def description(self) -> str:
        """The message, the hint, and the other records that have the problem."""
        text = self.message if self.hint is None else f"{self.message}; {self.hint}"
        if self.count == 1:
            return text
        others = sorted(set(self.lines[1:]) - {self.line or 0})
        if not others:
            return f"{text} ({self.count:,} records)"
        more = ", …" if self.count > len(self.lines) else ""
        places = f"line{'s' if more or others[1:] else ''} {', '.join(map(str, others))}{more}"
        return f"{text} ({self.count:,} records; also {places})"


@dataclass(frozen=True)
class DatasetReport:
    """The problems and counts that ``check_dataset`` found in a data file."""

    file_name: str
    """Name of the file, without its directory."""
    format: Literal["csv", "jsonl", "json"]
    """Detected format: CSV, JSON Lines or one JSON array."""
    task_type: str | None
    """Task type of the records: the one asked for, else the detected one; None if the records fit several."""
    label_kind: Literal["binary", "multiclass", "multilabel"] | None
    """Kind of classification; None for other tasks."""
    size: int
    """Size of the file in bytes."""
    records: int
    """Number of records, those with errors included."""
    characters: int
    """Number of characters in the records' texts."""
    labels: dict[str, int] = field(default_factory=dict[str, int])
    """Number of records of each label."""
    problems: list[DatasetProblem] = field(default_factory=list[DatasetProblem])
    """Different errors and warnings in the order of their first lines, at most 100 of each."""
    error_count: int = 0
    """Number of records with errors; an error of the whole file counts as one."""
    warning_count: int = 0
    """Number of records with warnings; a warning of the whole file counts as one."""
    tokens: int = 0
    """Estimated number of tokens in the records' texts."""

    @property
    def ok(self) -> bool:
        """Whether the file has no errors; warnings are allowed."""
        return self.error_count == 0

    @property
    def errors(self) -> list[DatasetProblem]:
        """The errors among the problems."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[DatasetProblem]:
        """The warnings among the problems."""
        return [problem for problem in self.problems if problem.severity == "warning"]

    def raise_for_errors(self) -> None:
        """Raise an error if the file has errors.

        :raises DatasetError: The file has errors; the message lists the first ten.
        """
        if self.ok:
            return
        lines = [f"{printable(self.file_name)} has {counted(self.error_count, 'error')}"]
        lines += map(str, self.errors[:MAX_QUOTED])
        hidden = len(self.errors) - MAX_QUOTED
        if hidden > 0:
            lines.append(f"and {hidden} more")
        raise DatasetError("\n".join(lines), self)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a dict of JSON values."""
        return {**asdict(self), "ok": self.ok}

    def __str__(self) -> str:
        task = self.task_type or "any task type"
        kind = f" ({self.label_kind})" if self.label_kind else ""
        facts = [FORMAT_NAMES[self.format], printable(task) + kind, counted(self.records, "record")]
        facts += [counted(self.characters, "character"), f"about {counted(self.tokens, 'token')}"]
        facts.append(counted(self.size, "byte"))
        labels = [f"{printable(label)} {count:,}" for label, count in self.labels.items()]
        lines = [*wrapped(f"{printable(self.file_name)}: {', '.join(facts)}"), *label_lines(labels)]
        lines.append(f"{counted(self.error_count, 'error')}, {counted(self.warning_count, 'warning')}")
        return "\n".join([*lines, *map(str, self.problems)])

    def _repr_html_(self) -> str:
        from .._display.page import view_html

        return view_html(_view(self))


def wrapped(text: str) -> list[str]:
    """Return a text as lines of a report."""
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def label_lines(labels: list[str]) -> list[str]:
    """Return lines with the first labels; none without labels."""
    hidden = len(labels) - MAX_LABELS
    more = f" and {hidden:,} more" if hidden > 0 else ""
    return wrapped(f"labels: {', '.join(labels[:MAX_LABELS])}{more}") if labels else []


def _view(report: DatasetReport) -> View:
    """Return what a notebook shows."""
    found = ((report.error_count, "error"), (report.warning_count, "warning"))
    kind = next((kind for count, kind in found if count), "ok")
    task = " ".join(filter(None, [report.task_type or "any", report.label_kind and f"({report.label_kind})"]))
    facts: list[list[Value]] = [
        ["format", FORMAT_NAMES[report.format]],
        ["task", text(task)],
        ["records", f"{report.records:,}"],
        ["characters", f"{report.characters:,}"],
        ["size", size(report.size)],
    ]
    sections: list[Section] = [*bars("Labels", report.labels)]
    if report.problems:
        rows: list[list[Value]] = [
            [
                "" if problem.line is None else text(problem.line),
                Status(problem.severity, _TONES[problem.severity]),
                text(problem.description),
            ]
            for problem in report.problems[:ROWS]
        ]
        note = rest(len(report.problems))
        sections.append(Table("Problems", ["line", "severity", "message"], rows, note))
    label = ", ".join(counted(count, kind) for count, kind in found if count)
    return View(text(report.file_name), Status(label or "ok", _TONES[kind]), None, facts, sections)
