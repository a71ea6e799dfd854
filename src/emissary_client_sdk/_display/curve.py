"""Loss curves without a plotting library: as SVG and as block characters.

A training job reports thousands of points, and some may not be finite numbers. A curve is reduced to the points that
its width can show, keeping the lowest and the highest of each column, and it breaks where numbers are missing.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from .text import figure, finite, last_loss
from .values import Curve

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = "#3b7dd8"
"""The color of curves and bars, visible on a light and on a dark page."""

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT = 480, 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 8, 10, 22


Point: TypeAlias = tuple[int, float]
"""An index in ``training_loss`` and its loss."""


def curve_of(job: Any) -> Curve | None:
    """Return the loss curve of a training job, or None for a model without points."""
    points: list[Any] = getattr(job, "training_loss", None) or []
    return Curve([finite(getattr(point, "loss", None)) for point in points], last_loss(job)) if points else None


def thinned(losses: Sequence[float | None], columns: int) -> list[Point | None]:
    """Return at most two points per column; None where the curve breaks."""
    count = len(losses)
    if count <= 2 * columns:
        return [None if loss is None else (step, loss) for step, loss in enumerate(losses)]
    kept: list[Point | None] = []
    for column in range(columns):
        steps = range(count * column // columns, count * (column + 1) // columns)
        points = [(step, loss) for step in steps if (loss := losses[step]) is not None]
        if points:
            kept += sorted({min(points, key=itemgetter(1)), max(points, key=itemgetter(1))})
        else:
            kept.append(None)
    return kept


def level(loss: float, low: float, high: float) -> float:
    """Return the height of a loss between the lowest and the highest, 0 to 1."""
    span = high / 2 - low / 2  # halved, because the span of two finite numbers may be infinite
    return (loss / 2 - low / 2) / span if span > 0 else 0.5


def sparkline(losses: Sequence[float | None]) -> str:
    """Return a curve as one line of text, empty without numbers."""
    numbers = [loss for loss in losses if loss is not None]
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    width = min(32, len(losses))
    drawn = ""
    for column in range(width):
        part = losses[len(losses) * column // width : len(losses) * (column + 1) // width]
        levels = [level(loss, low, high) for loss in part if loss is not None]
        drawn += _BLOCKS[round(sum(levels) / len(levels) * (len(_BLOCKS) - 1))] if levels else " "
    return drawn


def _drawn(losses: Sequence[float | None], columns: int, box: tuple[float, float, float, float], width: float) -> str:
    """Return the path of a curve within left, top, width and height, with a dot for each isolated point."""
    left, top, across, down = box
    numbers = [loss for loss in losses if loss is not None]
    low, high, last = min(numbers), max(numbers), len(losses) - 1
    points = thinned(losses, columns)
    line = dots = ""
    is_drawing = False
    for point, following in zip(points, [*points[1:], None], strict=True):
        if point is not None:
            step, loss = point
            x = left + across * (step / last if last else 0.5)
            y = top + down * (1 - level(loss, low, high))
            if is_drawing or following is not None:
                line += f"{'L' if is_drawing else 'M'}{x:.1f} {y:.1f}"
            else:
                dots += f"M{x:.1f} {y:.1f}h0"  # a line of length 0 with round ends
        is_drawing = point is not None
    style = f'fill="none" stroke="{LINE}" stroke-linecap="round" stroke-linejoin="round"'
    paths = [
        f'<path d="{d}" {style} stroke-width="{wide:g}"/>' for d, wide in ((line, width), (dots, 2.5 * width)) if d
    ]
    return "".join(paths)


def svg(losses: Sequence[float | None]) -> str:
    """Return the curve with axes as SVG, empty without numbers."""
    numbers = [loss for loss in losses if loss is not None]
    if not numbers:
        return ""
    low, high, last = min(numbers), max(numbers), numbers[-1]
    box = (_LEFT, _TOP, _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM)
    middle, bottom, right = _TOP + box[3] / 2, _TOP + box[3], _WIDTH - _RIGHT
    marks = [(_TOP, high), (middle, low / 2 + high / 2), (bottom, low)] if low < high else [(middle, low)]
    lines = "".join(f"M{_LEFT} {y:.1f}H{right}" for y, _ in marks)
    labels = [f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{figure(loss)}</text>' for y, loss in marks]
    if len(losses) > 1:
        labels.append(f'<text x="{_LEFT}" y="{_HEIGHT - 5}">step 0</text>')
        labels.append(f'<text x="{right}" y="{_HEIGHT - 5}" text-anchor="end">step {len(losses) - 1}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="training loss, {len(losses)} points, last {figure(last)}"'
        f' style="display:block;width:100%;max-width:{_WIDTH}px;height:auto">'
        f'<path d="{lines}" stroke="currentColor" stroke-opacity="0.2"/>'
        f"{_drawn(losses, box[2] // 2, box, 2)}"
        f'<g font-size="12" font-family="sans-serif" fill="currentColor" fill-opacity="0.75">{"".join(labels)}</g>'
        "</svg>"
    )


def small_svg(losses: Sequence[float | None]) -> str:
    """Return the curve alone as SVG for a row of a table, empty without numbers."""
    if not any(loss is not None for loss in losses):
        return ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 20" width="96" height="20" aria-hidden="true"'
        f' style="min-width:96px;vertical-align:middle">{_drawn(losses, 48, (3, 3, 90, 14), 1.5)}</svg>'
    )
