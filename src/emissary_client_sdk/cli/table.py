"""Tables for people. They do without rich, because its import would be a fifth of the start-up time."""

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

import click

from .._plaintext import one_line
from .output import write_line

T = TypeVar("T")

_IDS = frozenset({"ID", "PROJECT"})
_ELASTIC = _IDS | {"NAME", "BASE MODEL"}  # columns that a narrow terminal shortens or wraps
_MINIMUM = 10  # characters of an elastic column; the header BASE MODEL fits
_GAP = "  "


def write_table(items: Sequence[T], columns: Mapping[str, Callable[[T], object]], empty: str) -> None:
    """Write a row for each item. A narrow terminal shortens ids and wraps names; a pipe has whole lines.

    :param columns: Functions that return a cell, by the name of the column.
    :param empty: The line for no items at all.
    """
    if not items:
        write_line(empty)
        return
    values: list[list[object]] = [list(columns), *([cell(item) for cell in columns.values()] for item in items)]
    rows = [["" if value is None else one_line(str(value)) for value in row] for row in values]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(columns))]
    write: Callable[[str], None] = write_line
    if sys.stdout.isatty():
        write = click.echo  # colors work on Windows, too
        elastic = [place for place, name in enumerate(columns) if name in _ELASTIC]
        widths = _fit(widths, elastic, shutil.get_terminal_size().columns - len(_GAP) * (len(columns) - 1))
    for row, shown in zip(rows, values, strict=True):
        folded = [_fold(text, width, name) for text, width, name in zip(row, widths, columns, strict=True)]
        for parts in zip_longest(*folded, fillvalue=""):
            padded = [_pad(part, width, value) for part, width, value in zip(parts, widths, shown, strict=True)]
            write(_GAP.join(padded).rstrip())


def color_of(value: Any) -> str | None:
    """Return the color of a status on a terminal; None for anything else, and for a status that is not known."""
    if not getattr(value, "is_known", False) or not hasattr(value, "is_terminal"):
        return None
    if value.is_success:
        return "green"
    if value.is_terminal:
        return "red"
    return "magenta" if value.is_idle else "yellow"


def _fit(widths: list[int], elastic: Sequence[int], available: int) -> list[int]:
    """Return the widths of columns on a terminal: the widest elastic ones give way."""
    fitted = list(widths)
    while sum(fitted) > available:
        widest = max(elastic, key=fitted.__getitem__, default=0)
        if fitted[widest] <= _MINIMUM:
            break
        fitted[widest] -= 1
    return fitted


def _fold(text: str, width: int, column: str) -> list[str]:
    """Return the lines of a cell; an id is cut, because its beginning is enough for a command."""
    if _width(text) <= width:
        return [text]
    if column in _IDS:
        return [text[: width - 1] + "…"]
    from rich.cells import chop_cells

    return chop_cells(text, width)


def _pad(text: str, width: int, value: object) -> str:
    color = color_of(value) if sys.stdout.isatty() else None
    return (click.style(text, fg=color) if color else text) + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return the columns that a text needs on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
