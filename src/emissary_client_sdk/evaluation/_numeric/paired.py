"""The paired statistics of two models."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .intervals import bootstrap
from .libraries import stats

if TYPE_CHECKING:
    from ..measures import Interval
    from .predictions import Array

_LEVEL, _POWER = 0.05, 0.8


class Paired(NamedTuple):
    """Difference of two models on the same records; see ``Comparison``."""

    difference: float
    interval: Interval
    p_value: float
    records_needed: int | None


def paired(gained: int, lost: int, records: int, confidence: float, seed: int) -> Paired:
    """Compare two models by the numbers of records that became right and wrong."""
    sizes = np.array([gained, lost, records - gained - lost])

    def difference(sizes: Array) -> Array:
        return (sizes[..., 0] - sizes[..., 1]) / records

    p_value = float(stats.binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    interval = bootstrap(sizes, difference, confidence, seed)
    needed = _records_needed(gained, lost, records, p_value)
    return Paired((gained - lost) / records, interval or (0.0, 0.0), p_value, needed)


def _records_needed(gained: int, lost: int, records: int, p_value: float) -> int | None:
    """Return how many more records make the difference significant with a probability of 80 % (Connor 1987)."""
    if gained == lost or p_value < _LEVEL:
        return None
    changed, difference = (gained + lost) / records, abs(gained - lost) / records
    level, power = stats.norm.ppf(1 - _LEVEL / 2), stats.norm.ppf(_POWER)
    needed = ((level * math.sqrt(changed) + power * math.sqrt(changed - difference**2)) / difference) ** 2
    return two_digits(max(1, needed - records))


def two_digits(number: float) -> int:
    """Return a number, rounded up to two digits."""
    unit = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return int(math.ceil(number / unit) * unit)
