"""The view of a model, in a notebook and on a terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .curve import curve_of
from .fields import FIELDS, HIDDEN, Fact, progress_bar, results_of, scores_of, status_of
from .table import bars, pairs, rest, table_of
from .text import figure, text, title_of
from .values import Program, Section, Table, Value, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel

_NESTED_ROWS = 10
_SOURCE_LINES = 60


def view_of(model: BaseModel) -> View:
    declared = type(model).model_fields
    # The number of a checkpoint, which has no name, is its title.
    hidden = HIDDEN if "name" in declared else HIDDEN | {"checkpoint"}
    facts: list[list[Value]] = []
    for name in [*(name for name in FIELDS if name in declared), *(name for name in declared if name not in FIELDS)]:
        field = FIELDS.get(name) or Fact(name.replace("_", " "))
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


def _source(content: object) -> Iterator[Program]:
    if isinstance(content, str) and (lines := content.expandtabs().splitlines()):
        yield Program("Source", [text(line) for line in lines[:_SOURCE_LINES]], rest(len(lines), _SOURCE_LINES))
