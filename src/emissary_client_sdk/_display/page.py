"""Models as fragments of HTML, for a notebook.

A fragment has no script, no style sheet and nothing to load. It is written on the page's own background in the
page's own colour (``currentColor``), with a few colours beside it that stand out from white and from black alike:
a notebook's theme is its own affair, which a media query such as ``prefers-color-scheme`` knows nothing of. Each
fragment is well-formed XML too, so that it can stand in an SVG picture.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from .curve import losses_of, small_svg, svg
from .text import last_loss, moment, number, percent, place, progress_of, rows_of, text, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..models._trainingjob import TrainingJob
    from ..models.trainingjobcheckpoint import TrainingJobCheckpoint

ROWS = 100
"""How many rows a table has at the most."""

GREY = "#7d7d7d"
COLOURS = {
    "Pending": GREY,
    "Running": "#3b7dd8",
    "Testing": "#8b66d6",
    "Success": "#2e8b57",
    "Failed": "#d64545",
    "TimedOut": "#c0711a",
    "Cancelled": GREY,
}

_WHOLE = "line-height:1.45;overflow-wrap:break-word;text-align:left"
_CELL = "text-align:left;vertical-align:top;padding:0.1em 1em 0.1em 0;white-space:normal"
_FAINT = "opacity:0.7"
_RULE = "border-bottom:1px solid rgba(127,127,127,0.35)"


def job_html(job: TrainingJob) -> str:
    """Show one job: its status, its progress, its facts, its parameters and its loss."""
    parts = [
        f'<div><strong style="font-size:1.15em">{_safe(title_of(job))}</strong> {_status(job)}</div>',
        f'<div style="margin:0.3em 0 0.6em">{_bar(job, 480)} {_safe(progress_of(job))}</div>',
    ]
    columns: list[tuple[int, str]] = []  # and how wide each would like to be, in em
    if rows := list(rows_of(job)):
        columns.append((28, _facts(rows)))
    if loss := _loss(job):
        columns.append((22, loss))
    parameters: dict[str, Any] | None = getattr(job, "hyper_parameters", None)
    if parameters:
        few = list(parameters.items())[:ROWS]
        columns.append((16, _heading("Parameters") + _facts(few) + _rest(len(parameters))))
    blocks = "".join(
        f'<div style="flex:1 1 {width}em;min-width:0;max-width:34em">{column}</div>' for width, column in columns
    )
    parts.append(f'<div style="display:flex;flex-wrap:wrap;gap:0.8em 2em">{blocks}</div>')
    return _fragment(parts)


def checkpoint_html(checkpoint: TrainingJobCheckpoint) -> str:
    """Show one checkpoint: when it was written, where the model is and what its tests gave."""
    facts = [
        ("created", _safe(moment(checkpoint, "created_at")[0])),
        ("updated", _safe(moment(checkpoint, "updated_at")[0])),
        ("model", _link(checkpoint.model_download_url)),
        ("test results", _link(getattr(checkpoint.test_results, "general_test_result", None))),
    ]
    parts = [
        f'<div><strong style="font-size:1.15em">{_safe(checkpoint_title(checkpoint))}</strong></div>',
        _table((_row(label, shown) for label, shown in facts if shown)),
    ]
    figures = results_of(checkpoint)
    if figures:
        parts.append(_heading("Tests") + _facts(list(figures.items())[:ROWS]) + _rest(len(figures)))
    return _fragment(parts)


def jobs_html(jobs: Sequence[TrainingJob]) -> str:
    """Show jobs as a table, one a row."""
    few = jobs[:ROWS]
    curves = [small_svg(losses_of(job)) for job in few]
    names = ["name", "status", "progress", "base model", "created"]
    if any(curves):
        names.append("loss")
    lines = [_head(names)]
    for job, curve in zip(few, curves, strict=True):
        cells = [
            _name(job),
            _status(job),
            _unbroken(f"{_bar(job, 96)} {_safe(progress_of(job))}"),
            f'<div style="min-width:7em">{_safe("" if job.base_model is None else text(job.base_model, 80))}</div>',
            _unbroken(_safe(moment(job, "created_at")[0])),
        ]
        if any(curves):
            loss = last_loss(job)
            cells.append(_unbroken(f"{curve} {'' if loss is None else number(loss)}"))
        lines.append(_line(cells))
    return _fragment([_table(lines), _rest(len(jobs))])


def checkpoints_html(checkpoints: Sequence[TrainingJobCheckpoint]) -> str:
    """Show checkpoints as a table, one a row, with a column for each figure of their tests."""
    few = checkpoints[:ROWS]
    figures = list(dict.fromkeys(name for checkpoint in few for name in list(results_of(checkpoint))[:8]))[:8]
    lines = [_head(["checkpoint", "created", *figures, "model"])]
    for checkpoint in few:
        results = results_of(checkpoint)
        cells = [
            _safe("" if checkpoint.checkpoint is None else checkpoint.checkpoint),
            _unbroken(_safe(moment(checkpoint, "created_at")[0])),
            *(_safe(results.get(name, "")) for name in figures),
            _link(checkpoint.model_download_url),
        ]
        lines.append(_line(cells))
    return _fragment([_table(lines), _rest(len(checkpoints))])


def checkpoint_title(checkpoint: TrainingJobCheckpoint) -> str:
    """Name a checkpoint."""
    return "Checkpoint" if checkpoint.checkpoint is None else f"Checkpoint {text(checkpoint.checkpoint)}"


def results_of(checkpoint: TrainingJobCheckpoint) -> dict[str, Any]:
    """Give the figures of a checkpoint's tests by their names."""
    return getattr(checkpoint.test_results, "aggregated_test_result", None) or {}


def _safe(value: object) -> str:
    return escape(text(value))


def _fragment(parts: Iterable[str]) -> str:
    return f'<div style="{_WHOLE}">{"".join(parts)}</div>'


def _status(job: TrainingJob) -> str:
    if job.status is None:
        return ""
    colour = COLOURS.get(str(job.status), GREY)
    style = f"border:1.5px solid {colour};border-radius:1em;padding:0 0.6em;white-space:nowrap;display:inline-block"
    dot = f'<span style="color:{colour}" aria-hidden="true">●</span>'
    return f'<span style="{style}">{dot} {escape(text(job.status, 40))}</span>'


def _name(job: TrainingJob) -> str:
    name = f'<div style="min-width:9em;max-width:24em;overflow-wrap:anywhere">{escape(title_of(job, 80))}</div>'
    if not (job.name and job.id):  # the title is the id, or neither is known
        return name
    return f'{name}<div style="{_FAINT};font-size:0.85em;white-space:nowrap">{escape(text(job.id, 40))}</div>'


def _unbroken(shown: str) -> str:
    return f'<div style="white-space:nowrap">{shown}</div>'


def _bar(job: TrainingJob, width: int) -> str:
    """Draw a job's progress. An SVG rather than a background: it is there on paper too."""
    done = percent(job)
    colour = COLOURS.get(str(job.status), GREY)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"'
        f' aria-label="progress {done:.0f}%" style="width:min({width}px,75vw);height:8px;border-radius:4px;'
        'vertical-align:middle"><rect width="100" height="8" fill="currentColor" fill-opacity="0.15"/>'
        f'<rect width="{done:.1f}" height="8" fill="{colour}"/></svg>'
    )


def _loss(job: TrainingJob) -> str:
    losses = losses_of(job)
    if not losses:
        return ""
    last = last_loss(job)
    missing = sum(loss is None for loss in losses)
    said = f"{len(losses)} points" if len(losses) > 1 else "1 point"
    if last is not None:
        said += f", last {number(last)}"
        if not math.isfinite(last):
            said += " (diverged?)"
    if missing:
        said += f", {missing} without a finite number"
    return f'{_heading("Training loss")}{svg(losses)}<div style="{_FAINT}">{said}</div>'


def _heading(words: str) -> str:
    return f'<div style="font-weight:600">{words}</div>'


def _facts(rows: Iterable[tuple[object, object]]) -> str:
    return _table(_row(label, f'<div style="overflow-wrap:anywhere">{_safe(value)}</div>') for label, value in rows)


def _row(label: object, shown: str) -> str:
    head = f"{_CELL};font-weight:normal;{_FAINT};min-width:6em"
    return f'<tr style="background:none"><th scope="row" style="{head}">{_safe(label)}</th>{_cell(shown)}</tr>'


def _head(names: Iterable[str]) -> str:
    style = f"{_CELL};{_RULE};font-weight:600"
    cells = "".join(f'<th scope="col" style="{style}">{_safe(name)}</th>' for name in names)
    return f'<tr style="background:none">{cells}</tr>'


def _line(cells: Iterable[str]) -> str:
    return f'<tr style="background:none;{_RULE}">{"".join(map(_cell, cells))}</tr>'


def _cell(shown: str) -> str:
    return f'<td style="{_CELL}">{shown}</td>'


def _table(rows: Iterable[str]) -> str:
    style = "border-collapse:collapse;border:none;margin:0"
    return f'<div style="overflow-x:auto"><table style="{style}">{"".join(rows)}</table></div>'


def _rest(count: int) -> str:
    return f'<div style="{_FAINT}">and {count - ROWS} more</div>' if count > ROWS else ""


def _link(url: str | None) -> str:
    if url is None:
        return ""
    shown, is_plain = place(url)
    if not is_plain:
        return escape(shown)
    return (
        f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank" style="color:inherit">{escape(shown)}</a>'
    )
