"""Loss curves on matplotlib's Axes (extra ``plot``)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from .._extras import missing_extra
from .text import finite, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes


def plot_loss(
    losses: Iterable[float | None], label: str, ax: Axes | None, smoothing: float | None, options: dict[str, Any]
) -> Axes:
    """Draw a loss curve; a smoothed curve stands in front of the measured one.

    :raises ImportError: matplotlib is not installed.
    :raises ValueError: ``smoothing`` is not in [0, 1).
    """
    if smoothing is not None and not 0 <= smoothing < 1:
        raise ValueError(f"smoothing must be at least 0 and below 1, not {smoothing!r}")
    if ax is None:
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError(missing_extra("plot_loss", "matplotlib", "plot")) from None
        ax = cast("Axes", cast("Any", pyplot).figure().add_subplot())
    drawing: Any = ax  # matplotlib's annotations are incomplete
    measured = [math.nan if (number := finite(loss)) is None else number for loss in losses]
    steps = range(len(measured))
    (line,) = drawing.plot(steps, smoothed(measured, smoothing or 0), **{"label": _label(label), **options})
    if smoothing:
        faint = {"linewidth": line.get_linewidth(), "alpha": 0.25, "zorder": line.get_zorder() - 0.1}
        drawing.plot(steps, measured, color=line.get_color(), **faint)
    if not drawing.get_xlabel():
        drawing.set_xlabel("step")
    if not drawing.get_ylabel():
        drawing.set_ylabel("training loss")
    if drawing.get_legend_handles_labels()[1]:
        drawing.legend()
    return ax


def smoothed(losses: Iterable[float], factor: float) -> list[float]:
    """Return the exponential moving average of the losses; NaN stays NaN and does not change the average.

    The average is corrected for the missing past, so that it starts at the first loss and not near zero.
    """
    average, weight = 0.0, 0.0
    found: list[float] = []
    for loss in losses:
        if math.isnan(loss):
            found.append(loss)
            continue
        average = factor * average + (1 - factor) * loss
        weight = factor * weight + (1 - factor)
        found.append(average / weight)
    return found


def _label(name: str) -> str:
    # Matplotlib reads text between two dollars as a formula, and omits a label that starts with an underscore.
    label = text(name, 60).replace("$", r"\$")
    return f" {label}" if label.startswith("_") else label
