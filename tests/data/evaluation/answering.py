"""Seeded answers of made-up classifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = ["angry", "good", "neutral"]


def multiclass(
    records: int, *, signal: float = 3, shares: Sequence[float] = (0.3, 0.5, 0.2), seed: int = 0
) -> tuple[list[str], list[dict[str, float]], list[dict[str, float]]]:
    """Return true labels, probabilities and the logits that they come from."""
    generator = np.random.default_rng(seed)
    codes = generator.choice(len(LABELS), records, p=shares)
    logits = generator.normal(size=(records, len(LABELS)))
    logits[np.arange(records), codes] += signal
    powers = np.exp(logits)
    chances = powers / powers.sum(axis=1, keepdims=True)
    return [LABELS[code] for code in codes], mappings(chances), mappings(logits)


def multilabel(
    records: int, *, seed: int = 0
) -> tuple[list[list[str]], list[dict[str, float]], list[dict[str, float]]]:
    """Return sets of labels, probabilities and the logits that they come from. The probabilities are calibrated."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(-0.5, 3, size=(records, len(LABELS)))
    chances = 1 / (1 + np.exp(-logits))
    flags = generator.random(chances.shape) < chances
    truth = [[label for label, flag in zip(LABELS, row, strict=True) if flag] for row in flags]
    return truth, mappings(chances), mappings(logits)


def mappings(table: Any) -> list[dict[str, float]]:
    """Return the rows of an array as mappings of labels."""
    return [dict(zip(LABELS, row, strict=True)) for row in table.tolist()]
