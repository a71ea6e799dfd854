"""What is shown of a model and of a dataset check, in a notebook and on a terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .curve import curve_of
from .fields import FIELDS, HIDDEN, Field, progress_bar, results_of, scores_of, status_of
from .table import ROWS, bars, pairs, rest, table_of
from .text import FORMAT_NAMES, counted, figure, size, text, title_of
from .values import Section, Source, Status, Table, Value, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel

    from .._datafiles.report import DatasetReport

_NESTED_ROWS = 10
_SOURCE_LINES = 60


def view_of(model: BaseModel) -> View:
    """Return the view of a model."""
    declared = type(model).model_fields
    # The number of a checkpoint, which has no name, is its title.
    hidden = HIDDEN if "name" in declared else HIDDEN | {"checkpoint"}
    facts: list[list[Value]] = []
    for name in [*(name for name in FIELDS if name in declared), *(name for name in declared if name not in FIELDS)]:
        field = FIELDS.get(name) or Field(name.replace("_", " "))
        if name not in hidden and (value := field.of(model, name)):
            facts.append([field.label, value])
    progress = progress_bar(model) if "progress" in declared else None
    return View(title_of(model), status_of(model), progress, facts, list(_sections(model)))


def _sections(model: Any) -> Iterator[Section]:
    if curve := curve_of(model):
        yield curve
    yield from pairs(
        "Parameters", getattr(model, "hyper_parameters", None) or getattr(model, "parameter_template", None)
    )
    yield from pairs("Tests", results_of(model))
    yield from _classification(getattr(model, "data", None) or [])
    yield from _source(getattr(model, "content", None))
    for name in ("datasets", "training_jobs", "deployments"):
        models = getattr(model, name, None)
        table = table_of(models, _NESTED_ROWS, name.capitalize().replace("_", " ")) if models else None
        if table:
            yield table


def _classification(entries: Sequence[Any]) -> Iterator[Table]:
    for index, entry in enumerate(entries[:_NESTED_ROWS], 1):
        heading = f"Text {index}" if len(entries) > 1 else ""
        scores = scores_of(entry)
        if isinstance(scores, dict):
            yield from bars(heading, scores)
        elif scores is not None:  # a regression has one number
            yield Table(heading, [], [["value", figure(scores)]])
        if reasoning := getattr(entry, "reasoning", None):
            yield from pairs("", {"reasoning": reasoning})


def _source(content: object) -> Iterator[Source]:
    if isinstance(content, str) and (lines := content.expandtabs().splitlines()):
        yield Source("Source", [text(line) for line in lines[:_SOURCE_LINES]], rest(len(lines), _SOURCE_LINES))


def report_view(report: DatasetReport) -> View:
    """Return the view of a dataset check."""
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
                Status(problem.severity, problem.severity),
                text(problem.message),
            ]
            for problem in report.problems[:ROWS]
        ]
        note = rest(report.error_count + report.warning_count, len(rows))
        sections.append(Table("Problems", ["line", "severity", "message"], rows, note))
    label = ", ".join(counted(count, kind) for count, kind in found if count)
    return View(text(report.file_name), Status(label or "ok", kind), None, facts, sections)
