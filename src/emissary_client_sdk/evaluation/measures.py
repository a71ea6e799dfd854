"""Measures of one label, and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Interval: TypeAlias = tuple[float, float]
"""The lower and the upper limit of a number."""


@dataclass(frozen=True)
class LabelMetrics:
    """Numbers of one label. Failed records count as wrong, except in ``roc_auc`` and ``average_precision``.

    A number is None if it is undefined, such as the precision of a label that is never predicted.
    """

    precision: float | None
    """Share of the records with this prediction that are right: tp / (tp + fp)."""
    recall: float | None
    """Share of the records with this label that are found: tp / (tp + fn)."""
    f1: float | None
    """Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn)."""
    support: int
    """Number of records with this label."""
    precision_interval: Interval | None
    """Wilson interval of the precision."""
    recall_interval: Interval | None
    """Wilson interval of the recall."""
    roc_auc: float | None
    """Area under the ROC curve of this label against all others (scikit-learn's ``roc_auc_score``)."""
    average_precision: float | None
    """Area under the precision-recall curve (scikit-learn's ``average_precision_score``)."""


Confusion: TypeAlias = dict[str, dict[str, int]] | dict[str, dict[bool, dict[bool, int]]]
"""Number of records by truth and prediction. Multilabel: of each label, by whether it is true and predicted."""


def with_intervals(values: dict[str, Any]) -> dict[str, Any]:
    """Return numbers from JSON, with intervals as tuples."""
    return {name: value and tuple(value) if name.endswith("interval") else value for name, value in values.items()}
