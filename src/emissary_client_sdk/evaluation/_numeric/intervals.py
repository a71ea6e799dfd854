"""Confidence intervals: Wilson's of a proportion, and seeded bootstraps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .libraries import stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..measures import Interval
    from .predictions import Array

_DRAWS = 1000
_FEWEST_DRAWS = 200
_WORK = 20_000_000
"""Random numbers up to which a bootstrap has all its draws."""
_BATCH = 1_000_000
"""Random numbers in memory at a time."""


def wilson(successes: float, trials: float, confidence: float) -> Interval:
    """Return the Wilson interval of a proportion (``scipy.stats.binomtest``); from 0 to 1 if there are no trials."""
    if not trials:
        return 0.0, 1.0
    test = stats.binomtest(int(successes), int(trials), p=successes / trials)  # the fastest p-value, which is not used
    low, high = test.proportion_ci(confidence, method="wilson")
    return float(low), float(high)


def bootstrap(sizes: Array, statistic: Callable[[Array], Array], confidence: float, seed: int) -> Interval | None:
    """Return the percentile interval of a statistic of records that fall into groups.

    Drawing n of n records with replacement is drawing the sizes of their groups from a multinomial distribution, so
    the cost depends on the number of groups and not on that of the records. There are 1,000 draws; from 20,000 groups
    on fewer, but at least 200. See Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    :param sizes: Number of records in each group.
    :param statistic: Function of sizes, of which each row is a draw. Draws for which it is NaN are left out.
    :returns: The interval; None if the statistic is undefined.
    """
    generator = np.random.default_rng(seed)
    total = int(sizes.sum())
    if not total:
        return None
    draws = max(_FEWEST_DRAWS, min(_DRAWS, _WORK // len(sizes)))
    batch = max(1, _BATCH // len(sizes))
    shares = sizes / total
    parts = [
        statistic(generator.multinomial(total, shares, size=min(batch, draws - start)))
        for start in range(0, draws, batch)
    ]
    values = np.concatenate(parts)
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
