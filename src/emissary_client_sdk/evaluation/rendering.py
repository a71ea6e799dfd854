"""Views of reports as text for a terminal, Markdown for a pull request, and HTML for a notebook."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from .._display.text import text
from .._display.values import Table
from .checks import is_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._display.values import View

WIDTH = 80
_GAP = "  "
_PLAIN = re.compile(r"[A-Za-z0-9 .,:()-]+")
"""A text without markup."""


class Data(str):
    """A text from the data, which Markdown shows as it is."""

    __slots__ = ()


def data(value: object, limit: int = 200) -> Data:
    """Return a label, a list of labels, a number or a text as one safe line."""
    if is_list(value):
        return Data(text(", ".join(map(str, value)) or "(no label)", limit))
    return Data("" if value is None else text(value, limit))


def number(value: float | None, interval: tuple[float, float] | None = None) -> str:
    """Return a number with three decimals, and its interval; ``undefined`` for None."""
    if value is None:
        return "undefined"
    return f"{value:.3f}" + ("" if interval is None else f" ({interval[0]:.3f} to {interval[1]:.3f})")


def as_text(view: View) -> str:
    """Return a view as lines of at most 80 characters."""
    lines = textwrap.wrap(view.title, WIDTH)
    labels = [str(label) for label, _ in view.facts]
    indent = max(map(len, labels), default=0) + 2 * len(_GAP)
    for label, value in view.facts:
        start = f"{_GAP}{label}".ljust(indent)
        lines += textwrap.wrap(str(value), WIDTH, initial_indent=start, subsequent_indent=" " * indent)
    for table in _tables(view):
        lines += ["", *textwrap.wrap(table.heading, WIDTH), *_grid([table.header, *_texts(table)])]
        lines += [f"{_GAP}{table.note}"] if table.note else []
    return "\n".join(lines)


def _grid(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield aligned rows; the last column is shortened to fit."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = _GAP + _GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        yield line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def as_markdown(view: View) -> str:
    """Return a view as Markdown of GitHub."""
    title = view.title if _PLAIN.fullmatch(view.title) else _inline(Data(view.title))
    lines = [f"### {title}", ""]
    lines += [*_pipes([["", ""], *([str(label), str(value)] for label, value in view.facts)])] if view.facts else []
    for table in _tables(view):
        lines += ["", f"**{table.heading}**", "", *_pipes([table.header, *_texts(table)])]
        lines += ["", table.note] if table.note else []
    return "\n".join(lines) + "\n"


def _pipes(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for position, row in enumerate(rows):
        yield f"| {' | '.join(map(_inline, row))} |"
        if position == 0:
            yield f"|{' --- |' * len(row)}"


def _inline(cell: str) -> str:
    """Return a cell; one from the data is code, so that nothing in it is markup or the mention of a user."""
    escaped = cell.replace("|", "\\|")
    if not isinstance(cell, Data) or not cell.strip():
        return escaped
    fence = "`" * (max(map(len, re.findall("`+", cell)), default=0) + 1)
    space = " " if "`" in cell else ""
    return f"{fence}{space}{escaped}{space}{fence}"


def _tables(view: View) -> list[Table]:
    return [section for section in view.sections if isinstance(section, Table)]


def _texts(table: Table) -> list[list[str]]:
    return [[cell for cell in row if isinstance(cell, str)] for row in table.rows]
