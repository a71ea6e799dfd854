"""Records grouped by truth and prediction, and the numbers that follow from the sizes of the groups."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .libraries import metrics, sparse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .predictions import Array, Predictions


class Outcomes:
    """The different pairs of truth and prediction. There are few of them, however many records there are."""

    def __init__(self, predictions: Predictions) -> None:
        truth, predicted = predictions.truth, predictions.predicted
        self.label_count = len(predictions.labels)
        if predictions.is_multilabel:
            packed: Any = np.packbits(np.hstack([truth, predicted]), axis=1)
            keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
        else:
            keys = truth * (self.label_count + 1) + predicted
        _, first, self.sizes = np.unique(keys, return_index=True, return_counts=True)
        self.truth = truth[first]
        self.predicted = predicted[first]

    @cached_property
    def _flags(self) -> tuple[Any, Any, Any]:
        """Whether each group has a label in both truth and prediction, in the truth, in the prediction."""
        if self.truth.ndim == 2:
            true, predicted = sparse.csr_array(self.truth * 1.0), sparse.csr_array(self.predicted * 1.0)
        else:
            true, predicted = self._one_hot(self.truth), self._one_hot(self.predicted)
        return true.multiply(predicted).tocsr(), true, predicted

    def _one_hot(self, codes: Array) -> Any:
        rows, ones = np.arange(len(codes)), np.ones(len(codes))
        # The last column is that of the prediction of failed records.
        return sparse.csr_array((ones, (rows, codes)), (len(codes), self.label_count + 1))[:, :-1]

    def tally(self, sizes: Array) -> tuple[Array, Array, Array]:
        """Return how many records have each label in both truth and prediction, in the truth, in the prediction.

        :param sizes: Number of records in each group, here or in bootstrap samples, which are rows.
        """
        hits, true, predicted = (sizes @ flags for flags in self._flags)
        return hits, true, predicted

    def macro_f1(self, sizes: Array) -> Array:
        """Return the mean F1 of the labels that occur in truth or prediction; NaN if no label occurs.

        It is the same as ``f1("macro")``, and fast enough for a bootstrap.
        """
        hits, true, predicted = self.tally(sizes)
        total = true + predicted
        f1 = np.divide(2 * hits, total, out=np.zeros_like(total), where=total > 0)
        occurring = (total > 0).sum(axis=-1)
        undefined = np.full_like(occurring, np.nan, np.float64)
        mean: Array = np.divide(f1.sum(axis=-1), occurring, out=undefined, where=occurring > 0)
        return mean

    def f1(self, average: str) -> float | None:
        """Return scikit-learn's average F1 of the labels that occur in truth or prediction; None if undefined."""
        _, true, predicted = self.tally(self.sizes)
        if not (true if average == "weighted" else true + predicted).any():
            return None
        return float(self._scores(average, np.flatnonzero(true + predicted))[2])

    def by_label(self) -> list[tuple[float | None, ...]]:
        """Return scikit-learn's precision, recall and F1 of each label; None if undefined."""
        precisions, recalls, f1s, _ = self._scores(None, np.arange(self.label_count))
        rows: Iterable[Any] = zip(precisions, recalls, f1s, strict=True)
        return [tuple(map(defined, row)) for row in rows]

    def _scores(self, average: str | None, labels: Array) -> Any:
        truth, predicted = self.truth, self.predicted
        if truth.ndim == 2:  # scikit-learn takes a single column for a binary task
            truth, predicted = (np.pad(flags, ((0, 0), (0, 1))) for flags in (truth, predicted))
        return metrics.precision_recall_fscore_support(
            truth, predicted, labels=labels, average=average, sample_weight=self.sizes, zero_division=np.nan
        )

    def largest_share(self) -> float:
        """Return the share of the most frequent label, or set of labels, in the truth."""
        _, groups = np.unique(self.truth, axis=0, return_inverse=True)
        return float(np.bincount(groups.ravel(), self.sizes).max() / self.sizes.sum())


def defined(number: float) -> float | None:
    """Return a number as a float, None for NaN."""
    return None if np.isnan(number) else float(number)
