"""Line plots drawn with characters."""

from __future__ import annotations

import math

import pytest

from emissary_client_sdk.cli.plot import curve


def test_curve_is_labelled_with_its_extremes() -> None:
    """A falling line goes from the upper left to the lower right."""
    assert curve([3.0, 1.0], 4, 2) == ["         3 │⠑⢄", "         1 │  ⠑⢄"]


def test_curve_in_ascii() -> None:
    """Without Braille characters, asterisks draw the line."""
    assert curve([2.0, 1.0], 2, 2, ascii_only=True) == ["         2 |*", "         1 | *"]


def test_missing_values_leave_gaps() -> None:
    """None, NaN and infinity break the line and are not extremes."""
    whole = curve([1.0, 1.0, 1.0, 1.0, 1.0], 5, 1)[0]
    broken = curve([1.0, 1.0, None, math.nan, 1.0], 5, 1)[0]
    assert (whole, broken) == ("         1 │⠒⠒⠒⠒⠒", "         1 │⠒⠂  ⠐")
    assert curve([2.0, math.inf, 1.0], 3, 2)[0].startswith("         2 │")


@pytest.mark.parametrize("values", [[], [None], [math.nan, math.inf, -math.inf]])
def test_no_finite_values_draw_nothing(values: list[float | None]) -> None:
    """There are no lines."""
    assert curve(values, 10, 3) == []


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [1e308, -1e308], [5e-324, 0.0], [1.0] * 5000])
def test_extreme_values_fit_the_frame(values: list[float]) -> None:
    """One point, a flat line, the largest and smallest numbers, and thousands of points."""
    lines = curve(values, 10, 3)
    assert len(lines) == 3
    assert all(len(line) <= 22 for line in lines)
    assert any(ord(line[-1]) > 0x2800 for line in lines)
