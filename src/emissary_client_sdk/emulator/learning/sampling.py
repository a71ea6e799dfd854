"""Which records a job trains on, and which it is tested on."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .plan import Plan
from .records import CannotLearn, Examples

_ROUNDING = 1e-6  # of products of shares


def split(
    examples: Examples, test: Examples | None, plan: Plan, group: Callable[[Any], str]
) -> tuple[Examples, Examples]:
    """Return the examples for training and for tests, in an order that follows from the seed.

    The dataset is rebalanced first, then downsampled, then split. A dataset for tests stays whole.

    :param group: Returns the name that ``rebalance_data`` has for the records with a target.
    :raises CannotLearn: There are too few records.
    """
    places: list[int] = np.random.RandomState(plan.seed).permutation(len(examples)).tolist()
    if plan.rebalance:
        places = _rebalanced(places, [group(target) for target in examples.targets], plan.rebalance)
    places = places[: _part(len(places), plan.kept_share)]
    held_out = 0 if test is not None else _part(len(places), plan.test_share)
    if len(places) <= held_out:
        raise CannotLearn(f"the job has too few records to train on and to test with: {len(places)}")
    return examples.take(places[held_out:]), examples.take(places[:held_out]) if test is None else test


def _part(count: int, share: float) -> int:
    """Return a share of a number, rounded up; 7 % of 100 are 7, although 0.07 * 100 is greater."""
    return math.ceil(count * share - _ROUNDING)


def _rebalanced(places: list[int], groups: list[str], wanted: Mapping[str, float]) -> list[int]:
    """Return as many places of each group as wanted: counts, or shares of the largest possible set."""
    members: dict[str, list[int]] = {}
    for place in places:
        members.setdefault(groups[place], []).append(place)
    if members.keys() != wanted.keys():
        raise CannotLearn(f"rebalance_data: must have a number for each of {', '.join(sorted(members))}")
    counts = dict(wanted)
    if max(wanted.values()) <= 1:
        total = min(len(group) / wanted[name] for name, group in members.items())
        counts = {name: math.floor(share * total + _ROUNDING) for name, share in wanted.items()}
    if sum(count >= 1 for count in counts.values()) < 2:
        raise CannotLearn("rebalance_data: must keep records of two classes")
    for name, group in members.items():
        if counts[name] > len(group):
            raise CannotLearn(f"rebalance_data: {name!r} has {len(group):,} records, not {counts[name]:g}")
    chosen = {place for name, group in members.items() for place in group[: int(counts[name])]}
    return [place for place in places if place in chosen]
