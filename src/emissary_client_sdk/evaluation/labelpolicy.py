"""The part of a decision policy that concerns one label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from .measures import Interval

Goal: TypeAlias = Literal["precision", "recall", "f1"]


@dataclass(frozen=True)
class LabelPolicy:
    """The threshold of a label, and its measurement on the verifying half of the records."""

    threshold: float | None
    """Probability from which on the label is decided; None if it is never decided."""
    value: float | None
    """Precision, recall or F1 with this threshold in the verifying half. If the threshold is None, the best try."""
    interval: Interval
    """Interval of ``value`` of 90 %: each end is a one-sided 95 % bound. The lower end reaches a target."""
    records: int
    """Sample size: the decisions of the label for a precision, otherwise its records, in the verifying half."""
