"""Errors of a regression, cosines and correlations. Undefined numbers are None."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .libraries import metrics, stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .predictions import Array

_EQUAL = 1e-10
"""Numbers that differ by a smaller share differ by rounding."""


def errors(truth: Sequence[float], found: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Return the mean absolute error, the root mean squared error and R²."""
    if not truth:
        return None, None, None
    with np.errstate(all="ignore"):  # squares of the largest numbers are infinite
        squared = float(metrics.mean_squared_error(truth, found))
        r2 = None if _spread(truth) == 0 else float(metrics.r2_score(truth, found))
        return _finite(metrics.mean_absolute_error(truth, found)), _finite(math.sqrt(squared)), _finite(r2)


def correlations(first: Sequence[float], second: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the correlations of Spearman and of Pearson."""
    spread = min(_spread(first), _spread(second))
    if spread == 0:
        return None, None
    spearman = float(stats.spearmanr(first, second).statistic)
    with np.errstate(all="ignore"):
        return spearman, None if spread < _EQUAL else _finite(stats.pearsonr(first, second).statistic)


def _spread(values: Sequence[float]) -> float:
    """Return the range of numbers as a share of the largest one; 0 without numbers."""
    if not values or min(values) == max(values):
        return 0.0
    return (max(values) - min(values)) / max(map(abs, values))


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def cosine(pair: Sequence[Sequence[float]], name: str) -> float:
    """Return the cosine of two vectors.

    :param name: Name of the pair in an error.
    :raises TypeError: It is not a pair of lists of numbers.
    :raises ValueError: The lengths differ, a number is NaN or infinite, or all numbers of a vector are 0.
    """
    try:
        first, second = (_array(vector) for vector in pair)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be two lists of numbers") from None
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"{name} must have two vectors of the same length")
    lengths = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    if not 0 < lengths < math.inf:
        raise ValueError(f"{name} has a vector that is 0, NaN or infinite, so it has no direction")
    return float(first @ second) / lengths


def _array(vector: Sequence[float]) -> Array:
    return np.asarray(vector, np.float64)
