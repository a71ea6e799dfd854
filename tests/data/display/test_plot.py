"""Training loss on matplotlib's Axes and as rows for a data frame."""

from __future__ import annotations

import math
import sys
import warnings
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from emissary_client_sdk import models
from emissary_client_sdk._display.plot import smoothed

from . import hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

NAN = math.nan


@pytest.fixture(autouse=True, scope="module")
def _no_window() -> Iterator[None]:
    """Draw without a display, and close all figures afterwards."""
    import matplotlib as mpl  # here, because it takes half a second in each process
    from matplotlib import pyplot

    before = mpl.get_backend()
    mpl.use("Agg")
    yield
    pyplot.close("all")
    mpl.use(before)


def job(*losses: float | None, **values: Any) -> models.TrainingJobDetail:
    """Return a job with these losses."""
    points = [{"loss": loss} for loss in losses]
    return models.TrainingJobDetail.model_validate({"id": "t-0", "training_loss": points, **values})


def axes() -> Any:
    """Return Axes that no window shows, without types because matplotlib's are incomplete."""
    from matplotlib.figure import Figure

    return Figure().add_subplot()


def legend(ax: Any) -> list[str]:
    """Return the labels in the legend."""
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_one_job() -> None:
    """A line in a new figure runs through the points, broken where a loss is not a finite number."""
    ax: Any = job(3.0, None, 2.0, NAN, math.inf, 1.0, name="support").plot_loss()
    (line,) = ax.lines
    assert list(line.get_xdata()) == [0, 1, 2, 3, 4, 5]
    assert str(list(map(float, line.get_ydata()))) == "[3.0, nan, 2.0, nan, nan, 1.0]"
    assert (ax.get_xlabel(), ax.get_ylabel(), legend(ax)) == ("step", "training loss", ["support"])
    other: Any = job(1.0).plot_loss(label="_nolegend_")
    assert other is not ax
    assert other.get_legend() is None


def test_several_jobs_on_the_same_axes() -> None:
    """Each job has its color and its name, or else its id; the caller's labels stay."""
    ax = axes()
    ax.set_xlabel("points")
    ax.set_ylabel("cross entropy")
    assert job(2.0, 1.0, name="support", id="t-1").plot_loss(ax=ax) is ax
    job(3.0, 1.0, id="t-2").plot_loss(ax)
    job(name="empty").plot_loss(ax, color="green")
    assert ax.lines[2].get_color() == "green"
    assert len({line.get_color() for line in ax.lines}) == 3
    assert legend(ax) == ["support", "t-2", "empty"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("points", "cross entropy")


def test_smoothing() -> None:
    """The smoothed curve has the caller's options; the measured one is behind it, faint and not in the legend."""
    ax = axes()
    job(4.0, 0.0, 4.0, name="support").plot_loss(ax, smoothing=0.5, linewidth=3)
    smooth, raw = ax.lines
    assert list(raw.get_ydata()) == [4.0, 0.0, 4.0]
    assert list(smooth.get_ydata()) == pytest.approx([4.0, 4 / 3, 20 / 7])
    assert (raw.get_color(), raw.get_linewidth(), raw.get_alpha()) == (smooth.get_color(), 3, 0.25)
    assert raw.get_zorder() < smooth.get_zorder()
    assert legend(ax) == ["support"]
    assert str(smoothed([NAN, 2.0, NAN, 2.0], 0.9)) == str([NAN, 2.0, NAN, 2.0])


@pytest.mark.parametrize("smoothing", [1, -0.1, 2.0, NAN])
def test_smoothing_out_of_range(smoothing: float) -> None:
    """A value out of range raises ``ValueError`` before anything is drawn."""
    ax = axes()
    with pytest.raises(ValueError, match="smoothing must be at least 0 and below 1"):
        job(1.0).plot_loss(ax, smoothing=smoothing)
    assert not ax.lines


@pytest.mark.parametrize(
    ("name", "label"), [("costs $5 or $x_{", r"costs \$5 or \$x_{"), ("_private", " _private"), ("a\nb", "a b")]
)
def test_name_with_a_meaning_to_matplotlib(name: str, label: str) -> None:
    """A name is not read as a formula and not left out of the legend."""
    ax = axes()
    job(1.0, name=name).plot_loss(ax)
    assert legend(ax) == [label]
    ax.figure.canvas.draw()


@given(hostile.built(models.TrainingJobDetail))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_values(made: models.TrainingJobDetail) -> None:
    """A job with unusual values can be plotted and returned as rows."""
    ax = axes()
    made.plot_loss(ax, smoothing=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a font lacks some characters, and an axis has no room for 1e308
        ax.figure.canvas.draw()
    assert len(made.loss_records()) == len(made.training_loss or [])


def test_missing_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error shows what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'^plot_loss needs matplotlib; .* pip install "\.\[plot\]" in a copy'):
        job(1.0).plot_loss()


def test_records() -> None:
    """Each point is a row of plain values."""
    points = [{"timestamp": 0.5, "loss": 2.5}, {"timestamp": 1e18}]
    moment = datetime(1970, 1, 1, microsecond=500_000, tzinfo=timezone.utc)
    assert job(training_loss=points).loss_records() == [
        {"job_id": "t-0", "step": 0, "timestamp": 0.5, "time": moment, "loss": 2.5},
        {"job_id": "t-0", "step": 1, "timestamp": 1e18, "time": None, "loss": None},
    ]
    assert models.TrainingJobDetail(id="t-1").loss_records() == []
