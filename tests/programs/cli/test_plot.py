"""Line plots drawn with characters."""

from __future__ import annotations

import math

import pytest

from emissary_client_sdk.cli.plot import curve

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("values", "columns", "rows", "ascii_only", "lines"),
    [
        ([3.0, 1.0], 4, 2, False, ["         3 │⠑⢄", "         1 │  ⠑⢄"]),
        ([2.0, 1.0], 2, 2, True, ["         2 |*", "         1 | *"]),
        ([1.0, 1.0, 1.0, 1.0, 1.0], 5, 1, False, ["         1 │⠒⠒⠒⠒⠒"]),
        ([1.0, 1.0, None, NAN, 1.0], 5, 1, False, ["         1 │⠒⠂  ⠐"]),
        ([], 10, 3, False, []),
        ([None, NAN, INF, -INF], 10, 3, False, []),
    ],
    ids=["falling", "ascii", "flat", "gaps", "empty", "not finite"],
)
def test_curve(values: list[float | None], columns: int, rows: int, ascii_only: bool, lines: list[str]) -> None:
    """A curve is labelled with its finite extremes; other values leave gaps."""
    assert curve(values, columns, rows, ascii_only=ascii_only) == lines


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [1e308, -1e308], [5e-324, 0.0], [1.0] * 5000])
def test_extreme_values_fit_the_frame(values: list[float]) -> None:
    """One point, a flat line, the largest and smallest numbers, and thousands of points."""
    lines = curve(values, 10, 3)
    assert (len(lines), max(map(len, lines)) <= 22) == (3, True)
    assert any(ord(line[-1]) > 0x2800 for line in lines)
