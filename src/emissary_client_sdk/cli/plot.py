"""Loss curves drawn with characters."""

from __future__ import annotations

import math
import shutil
import sys
from typing import TYPE_CHECKING

from .._plaintext import can_print
from .output import write_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .. import models

_ROWS = 12
_MAX_COLUMNS = 72
_MARGIN = 14  # columns left of a curve
_BRAILLE = 0x2800
# The bit of each of the eight dots of a character: two columns, four rows.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_LABEL = 10  # characters


def show_loss(job: models.TrainingJobDetail) -> None:
    """Draw the loss of a job."""
    points = [point.loss for point in job.training_loss or []]
    columns = min(shutil.get_terminal_size().columns - _MARGIN, _MAX_COLUMNS)
    lines = curve(points, max(columns, 8), _ROWS, ascii_only=not can_print("│⠿"))
    if not lines:
        write_line("There is no loss yet.")
        return
    losses = [loss for loss in points if loss is not None]
    write_line(f"Loss of {job.name or job.id}, {job.status}: {len(points)} points, the last is {losses[-1]:.4f}")
    sys.stdout.write("\n".join(lines) + "\n")


def curve(values: Sequence[float | None], columns: int, rows: int, *, ascii_only: bool = False) -> list[str]:
    """Draw values in order, labelled with the highest and the lowest; without finite values, return no lines.

    A value that is None, NaN or infinite leaves a gap.

    :param columns: Width of the curve in characters, without its labels.
    :param rows: Height in lines.
    :param ascii_only: Draw with asterisks.
    """
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    grid = [[0] * columns for _ in range(rows)]
    for x, y in _path(values, low, high, 2 * columns - 1, 4 * rows - 1):
        grid[y // 4][x // 2] |= _DOTS[x % 2][y % 4]
    axis = "|" if ascii_only else "│"
    labels = {0: f"{high:.4g}", rows - 1: f"{low:.4g}"}
    return [
        f"{labels.get(row, ''):>{_LABEL}} {axis}{''.join(_character(dots, ascii_only) for dots in line)}".rstrip()
        for row, line in enumerate(grid)
    ]


def _character(dots: int, ascii_only: bool) -> str:
    if not dots:
        return " "
    return "*" if ascii_only else chr(_BRAILLE + dots)


def _path(
    values: Sequence[float | None], low: float, high: float, right: int, bottom: int
) -> Iterator[tuple[int, int]]:
    """Yield the dots from each value to the next."""
    # Halved first, because the span from the lowest to the highest float exceeds the highest float.
    span = high / 2 - low / 2
    before: tuple[int, int] | None = None
    for place, value in enumerate(values):
        if value is None or not math.isfinite(value):
            before = None
            continue
        x = round(place * right / max(len(values) - 1, 1))
        y = round((high / 2 - value / 2) / span * bottom) if span else bottom // 2
        steps = 1 if before is None else max(abs(x - before[0]), abs(y - before[1]), 1)
        from_x, from_y = before or (x, y)
        for step in range(1, steps + 1):
            yield from_x + round((x - from_x) * step / steps), from_y + round((y - from_y) * step / steps)
        before = x, y
