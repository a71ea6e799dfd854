"""Views as fragments of HTML for notebooks.

A fragment has no script, no style sheet and nothing to load. It uses the page's own background and text color
(``currentColor``) and a few colors that stand out from white and from black, because a media query such as
``prefers-color-scheme`` does not know the theme of a notebook. Each fragment is well-formed XML as well, so that an
SVG picture can contain it.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from .curve import LINE, level, small_svg, svg
from .table import table_of
from .text import LIMIT, figure, finite, place, text
from .values import Bar, Curve, Link, Name, Program, Progress, Status, Table, Tone, Value, View
from .view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

COLORS: dict[Tone, str] = {"good": "#2e8b57", "bad": "#d64545", "doubtful": "#c0711a", "busy": LINE, "idle": "#7d7d7d"}

_CELL = "text-align:left;vertical-align:top;padding:0.1em 1em 0.1em 0;white-space:normal"
_FAINT = "opacity:0.7"
_BOLD = "font-weight:600"
_RULE = "border-bottom:1px solid rgba(127,127,127,0.35)"
_ANYWHERE = "overflow-wrap:anywhere"
_SHORT = 26


def model_html(model: BaseModel) -> str:
    return view_html(view_of(model))


def list_html(models: Sequence[Any]) -> str | None:
    """Return a list of models as HTML, or None for any other list."""
    table = table_of(models)
    return None if table is None else table_html(table)


def table_html(table: Table) -> str:
    return _fragment([_table(table)])


def view_html(view: View) -> str:
    status = "" if view.status is None else _status(view.status)
    parts = [f'<div><strong style="font-size:1.15em">{_safe(view.title)}</strong> {status}</div>']
    if view.progress is not None:
        parts.append(f'<div style="margin:0.3em 0 0.6em">{_progress(view.progress, 480)}</div>')
    blocks = [_block(28, 34, _table(Table("", [], view.facts)))] if view.facts else []
    for section in view.sections:
        if isinstance(section, Curve):
            blocks.append(_block(22, 34, _curve(section)))
        elif isinstance(section, Program):
            blocks.append(_block(40, 60, _program(section)))
        else:
            blocks.append(_block(*_widths(section), _table(section)))
    parts.append(f'<div style="display:flex;flex-wrap:wrap;gap:0.8em 2em">{"".join(blocks)}</div>')
    return _fragment(parts)


def _fragment(parts: Iterable[str]) -> str:
    style = "line-height:1.45;overflow-wrap:break-word;text-align:left"
    return f'<div style="{style}">{"".join(parts)}</div>'


def _block(width: int, most: int, content: str) -> str:
    """Return a block that shares a row with others if the page is wide enough; widths in em."""
    return f'<div style="flex:1 1 {width}em;min-width:0;max-width:{most}em">{content}</div>'


def _widths(table: Table) -> tuple[int, int]:
    if table.header:
        return 60, 90
    return (28, 40) if isinstance(table.rows[0][1], Bar) else (16, 34)


def _safe(value: object) -> str:
    return escape(text(value))


def _words(style: str, words: str) -> str:
    return f'<div style="{style}">{_safe(words)}</div>' if words else ""


def _table(table: Table) -> str:
    lines: list[str] = []
    if table.header:
        style = f"{_CELL};{_RULE};{_BOLD}"
        lines.append(_line("", (f'<th scope="col" style="{style}">{_safe(label)}</th>' for label in table.header)))
        lines += (_line(f";{_RULE}", (_data(_column(value)) for value in row)) for row in table.rows)
    else:
        style = f"{_CELL};font-weight:normal;{_FAINT};min-width:6em"
        lines += (
            _line("", (f'<th scope="row" style="{style}">{_column(label)}</th>', _data(_cell(value, 240))))
            for label, value in table.rows
        )
    style = "border-collapse:collapse;border:none;margin:0"
    rows = f'<div style="overflow-x:auto"><table style="{style}">{"".join(lines)}</table></div>'
    return f"{_words(_BOLD, table.heading)}{rows}{_words(_FAINT, table.note)}"


def _line(style: str, cells: Iterable[str]) -> str:
    return f'<tr style="background:none{style}">{"".join(cells)}</tr>'


def _data(shown: str) -> str:
    return f'<td style="{_CELL}">{shown}</td>'


def _column(value: Value) -> str:
    """Return a value for a column: short text stays on one line."""
    if isinstance(value, str) and len(value) <= _SHORT:
        return _unbroken(_safe(value))
    if isinstance(value, Link):
        return _link(value.url, _SHORT)
    cell = _cell(value, 96)
    return f'<div style="min-width:14em">{cell}</div>' if isinstance(value, str) else cell


def _cell(value: Value, width: int) -> str:
    if isinstance(value, str):
        return f'<div style="{_ANYWHERE}">{_safe(value)}</div>'
    if isinstance(value, Link):
        return _link(value.url)
    if isinstance(value, Name):
        return _name(value)
    if isinstance(value, Status):
        return _status(value)
    if isinstance(value, Progress):
        return _unbroken(_progress(value, width))
    if isinstance(value, Curve):
        return _unbroken(f"{small_svg(value.losses)} {'' if value.last is None else figure(value.last)}")
    return _unbroken(_bar(value, width))


def _unbroken(shown: str) -> str:
    return f'<div style="white-space:nowrap">{shown}</div>'


def _name(name: Name) -> str:
    title = f'<div style="min-width:9em;max-width:24em;{_ANYWHERE}">{_safe(name.title)}</div>'
    small = f"{_FAINT};font-size:0.85em;{_ANYWHERE}"
    return f'{title}<div style="{small}">{_safe(name.id)}</div>' if name.id else title


def _status(status: Status) -> str:
    color = COLORS[status.tone]
    style = f"border:1.5px solid {color};border-radius:1em;padding:0 0.6em;white-space:nowrap;display:inline-block"
    dot = f'<span style="color:{color}" aria-hidden="true">●</span>'
    return f'<span style="{style}">{dot} {_safe(status.label)}</span>'


def _progress(progress: Progress, width: int) -> str:
    color = COLORS[progress.tone]
    drawn = _rectangles(0, progress.percent, color, f"progress {progress.percent:.0f}%", width)
    return f"{drawn} {_safe(progress.label)}"


def _bar(bar: Bar, width: int) -> str:
    number = finite(bar.value)
    if number is None:
        return _safe(bar.value)
    zero, end = (100 * level(value, bar.low, bar.high) for value in (0, number))
    return f"{_rectangles(min(zero, end), abs(end - zero), LINE, '', width)} {_safe(figure(bar.value))}"


def _rectangles(start: float, length: float, color: str, label: str, width: int) -> str:
    """Return a bar in percent of its width, as SVG because browsers do not print backgrounds."""
    meaning = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 8" preserveAspectRatio="none" {meaning}'
        f' style="width:min({width}px,75vw);min-width:{min(width, 96)}px;height:8px;border-radius:4px;'
        'vertical-align:middle">'
        '<rect width="100" height="8" fill="currentColor" fill-opacity="0.15"/>'
        f'<rect x="{start:.1f}" width="{length:.1f}" height="8" fill="{color}"/></svg>'
    )


def _curve(curve: Curve) -> str:
    count, missing = len(curve.losses), curve.losses.count(None)
    said = f"{count} points" if count > 1 else "1 point"
    if curve.last is not None:
        said += f", last {figure(curve.last)}" + ("" if math.isfinite(curve.last) else " (diverged?)")
    if missing:
        said += f", {missing} without a finite number"
    return f"{_words(_BOLD, 'Training loss')}{svg(curve.losses)}{_words(_FAINT, said)}"


def _program(program: Program) -> str:
    style = f"font-family:monospace;font-size:0.9em;white-space:pre-wrap;{_ANYWHERE}"
    lines = escape("\n".join(program.lines))
    return f'{_words(_BOLD, program.heading)}<div style="{style}">{lines}</div>{_words(_FAINT, program.note)}'


def _link(url: str, limit: int = LIMIT) -> str:
    """Return a link; the text of one that can be opened is shortened to the end of its path."""
    shown, is_plain = place(url)
    if not is_plain:
        return f'<div style="{_ANYWHERE}">{escape(shown)}</div>'
    if len(shown) > limit:
        shown = f"…/{text(shown.rpartition('/')[2], limit)}"
    return (
        f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank" style="color:inherit;{_ANYWHERE}">'
        f"{escape(shown)}</a>"
    )
