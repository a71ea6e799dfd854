"""A curve of characters."""

from __future__ import annotations

import math

import pytest

from emissary_client_sdk.cli.plot import curve


def test_a_falling_line() -> None:
    """It goes from the upper left to the lower right, with the highest and the lowest at its side."""
    assert curve([3.0, 1.0], 4, 2) == ["         3 │⠑⢄", "         1 │  ⠑⢄"]


def test_ascii() -> None:
    """Without Braille there are asterisks."""
    assert curve([2.0, 1.0], 2, 2, ascii_only=True) == ["         2 |*", "         1 | *"]


def test_gaps() -> None:
    """A value that is none breaks the line, and is neither the highest nor the lowest."""
    whole = curve([1.0, 1.0, 1.0, 1.0, 1.0], 5, 1)[0]
    broken = curve([1.0, 1.0, None, math.nan, 1.0], 5, 1)[0]
    assert (whole, broken) == ("         1 │⠒⠒⠒⠒⠒", "         1 │⠒⠂  ⠐")
    assert curve([2.0, math.inf, 1.0], 3, 2)[0].startswith("         2 │")


@pytest.mark.parametrize("values", [[], [None], [math.nan, math.inf, -math.inf]])
def test_nothing_to_draw(values: list[float | None]) -> None:
    """Then there are no lines."""
    assert curve(values, 10, 3) == []


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [1e308, -1e308], [5e-324, 0.0], [1.0] * 5000])
def test_extremes(values: list[float]) -> None:
    """One point, a flat line, the largest and the smallest numbers and thousands of points fit the frame."""
    lines = curve(values, 10, 3)
    assert len(lines) == 3
    assert all(len(line) <= 22 for line in lines)
    assert any(ord(line[-1]) > 0x2800 for line in lines)
