"""Loss curves as SVG and as block characters."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissary_client_sdk._display import curve

finite = st.floats(allow_nan=False, allow_infinity=False)


def coordinates(drawn: str) -> list[tuple[float, float]]:
    """Return the points of the blue paths of an SVG."""
    root = ET.fromstring(drawn)  # noqa: S314  # our own text
    paths = [path.get("d", "") for path in root.iter() if path.get("stroke") == curve.LINE]
    return [(float(x), float(y)) for d in paths for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", d)]


@given(st.lists(st.none() | finite, max_size=40))
@settings(deadline=None)
def test_every_number_is_inside_the_picture(losses: list[float | None]) -> None:
    """Every number is drawn once and inside the axes; without numbers there is no picture."""
    drawn = curve.svg(losses)
    count = sum(loss is not None for loss in losses)
    assert bool(drawn) is bool(curve.small_svg(losses)) is bool(count)
    if count:
        points = coordinates(drawn)
        assert len(points) == count
        assert all(60 <= x <= 472 and 10 <= y <= 138 for x, y in points)
        assert len(coordinates(curve.small_svg(losses))) == count
    assert set(curve.sparkline(losses)) <= set("▁▂▃▄▅▆▇█ ")


def test_gap() -> None:
    """The line breaks at a missing number; a number between two gaps is a dot."""
    drawn = curve.svg([3.0, 2.0, None, 1.0, None, 2.0, 3.0])
    lines = re.findall(rf'd="([^"]*)" fill="none" stroke="{curve.LINE}"', drawn)
    assert [re.sub(r"[\d. ]+", "", line) for line in lines] == ["MLML", "Mh"]


def test_thousands_of_points() -> None:
    """A long curve is reduced to few points, and keeps its peak, its gap and its order."""
    losses: list[float | None] = [1 + math.exp(-step / 1000) for step in range(20_000)]
    losses[7_777] = 50.0
    losses[12_000:13_000] = [None] * 1000
    points = curve.thinned(losses, 200)
    kept = [point for point in points if point is not None]
    assert len(points) <= 400
    assert None in points
    assert kept == sorted(kept)
    assert (7_777, 50.0) in kept
    assert len(curve.svg(losses)) < 12_000


@pytest.mark.parametrize(
    ("losses", "drawn"),
    [
        ([], ""),
        ([None, None], ""),
        ([1.0], "▅"),
        ([2.0, 2.0], "▅▅"),
        ([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], "█▇▆▅▄▃▂▁"),
        ([2.0, None, 1.0], "█ ▁"),
        ([1e308, -1e308], "█▁"),
        ([float(step) for step in range(400)], "▁▁▂▂▂▂▂▃▃▃▃▄▄▄▄▄▅▅▅▅▅▆▆▆▆▇▇▇▇▇██"),
    ],
)
def test_sparkline(losses: list[float | None], drawn: str) -> None:
    """A curve on one line is at most 32 blocks wide, and empty without numbers."""
    assert curve.sparkline(losses) == drawn


def test_axes_are_labelled() -> None:
    """The axes show the highest, the middle and the lowest loss, and the steps; a single point needs one label."""
    assert re.findall(r">([^<]+)</text>", curve.svg([3.0, 1.0])) == ["3", "2", "1", "step 0", "step 1"]
    assert re.findall(r">([^<]+)</text>", curve.svg([0.123456])) == ["0.1235"]
