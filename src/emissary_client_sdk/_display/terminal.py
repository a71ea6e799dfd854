"""Views as aligned lines of text for ``print``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._plaintext import can_print
from .curve import level, sparkline
from .table import table_of
from .text import figure, finite, place
from .values import Bar, Curve, Link, Name, Program, Table, Value
from .view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

_BAR_WIDTH = 24
_COLUMN_WIDTH = 60  # longer cells are not aligned


def view_text(model: BaseModel) -> str:
    view = view_of(model)
    state = " ".join(_cell(value) for value in (view.status, view.progress) if value is not None).rstrip()
    facts: list[list[Value]] = [["status", state], *view.facts]
    facts.extend(["loss", _curve(section)] for section in view.sections if isinstance(section, Curve))
    lines = [view.title, *_indented(_grid([_cell(label), _cell(value)] for label, value in facts if value))]
    for section in view.sections:
        if not isinstance(section, Curve):
            body = [*section.lines, *_note(section.note)] if isinstance(section, Program) else _table(section)
            lines += _indented([section.heading.lower(), *_indented(body)] if section.heading else body)
    return "\n".join(lines)


def list_text(models: Sequence[Any]) -> str | None:
    """Return a list of models as text, or None for any other list."""
    table = table_of(models)
    return None if table is None else table_text(table)


def table_text(table: Table) -> str:
    return "\n".join(_table(table))


def _table(table: Table) -> list[str]:
    lines = [table.header, *([_cell(value) for value in row] for row in table.rows)]
    ids = ["id", *(row[0].id if isinstance(row[0], Name) else "" for row in table.rows)]
    if any(ids[1:]):  # the names are in the first column
        lines = [[line[0], id_, *line[1:]] for line, id_ in zip(lines, ids, strict=True)]
    return [*_grid(lines if table.header else lines[1:]), *_note(table.note)]


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Link):
        return place(value.url)[0]
    if isinstance(value, Curve):
        return "" if value.last is None else figure(value.last)
    if isinstance(value, Bar):
        return f"{figure(value.value):<7}  {_drawable(_bar(value))}".rstrip()
    return value.title if isinstance(value, Name) else value.label


def _curve(curve: Curve) -> str:
    return f"{_cell(curve)}  {_drawable(sparkline(curve.losses))}".strip()


def _bar(bar: Bar) -> str:
    number = finite(bar.value)
    if number is None:
        return ""
    zero, end = sorted(round(_BAR_WIDTH * level(place, bar.low, bar.high)) for place in (0, number))
    return " " * zero + "█" * (end - zero)


def _drawable(blocks: str) -> str:
    """Return block characters, or nothing for an old console, because ``print`` would raise an error."""
    return blocks if can_print(blocks) else ""


def _grid(rows: Iterable[list[str]]) -> list[str]:
    """Return lines with aligned columns."""
    table = list(rows)
    widths = [min(max(map(len, column)), _COLUMN_WIDTH) for column in zip(*table, strict=True)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}".rstrip() for line in lines]


def _note(note: str) -> list[str]:
    return [note] if note else []
