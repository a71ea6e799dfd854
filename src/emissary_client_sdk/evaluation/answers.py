"""Scores of one answer, and their probabilities."""

from __future__ import annotations

import math
from typing import Any

from .._datafiles.values import is_mapping
from .checks import is_list

TINY, ONE = 2.2250738585072014e-308, 1 - 2**-53
"""The smallest normal float, and the largest below 1: logits of probabilities from one to the other are finite."""
LARGEST_LOGIT = 1e300
"""Logits beyond it are cut, so that their differences are finite after a division by a temperature, too."""
ROUNDING = 1e-6
"""How far a probability may lie outside of 0 to 1."""


def scores_of(answer: Any, data_format: str) -> tuple[dict[str, Any], str]:
    """Return the scores in an answer, and their format.

    :param data_format: Format of scores that are given as a mapping of labels.
    :raises TypeError: It is neither an answer nor a mapping.
    """
    entry = _entry(answer)
    for name in ("logits", "probs"):
        scores = _field(entry, name)
        if is_mapping(scores):  # an odd value in a response is left out, as in its attribute scores
            return {label: each for label, each in scores.items() if isinstance(each, float) or type(each) is int}, name
    if is_mapping(entry):
        return dict(entry), data_format
    if hasattr(entry, "probs") or hasattr(entry, "data"):
        return {}, data_format
    raise TypeError(f"answer must be a result of classification.create or a mapping, not {type(answer).__name__}")


def _entry(answer: Any) -> Any:
    """Return the first entry of an answer, or else the argument."""
    entries = _field(answer, "data")
    if not is_list(entries):
        return answer
    nothing: dict[str, Any] = {}
    return entries[0] if entries else nothing


def _field(value: Any, name: str) -> Any:
    return value.get(name) if is_mapping(value) else getattr(value, name, None)


def sigmoid(logit: float) -> float:
    """Return the probability of one label."""
    small = math.exp(-abs(logit))
    return (1 if logit >= 0 else small) / (1 + small)


def softmax(logits: dict[str, float]) -> dict[str, float]:
    """Return the probabilities of labels of which one is true."""
    highest = max(logits.values())
    powers = {label: math.exp(logit - highest) for label, logit in logits.items()}
    total = math.fsum(powers.values())
    return {label: power / total for label, power in powers.items()}
