"""Linear models of hashed n-grams, trained by stochastic gradient descent."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from . import features
from .libraries import Arrays, Floats, Matrix
from .records import CannotLearn

COLUMNS = 1 << 18
RATE = 5_000
"""Factor of the learning rate, whose default of 2e-4 is one for language models."""
_ROWS = 4_096


class LinearModel:
    """Scores of texts: a weight of each column for each score.

    :ivar weights: One row for each column of the features, and a column for each score.
    """

    def __init__(self, weights: Floats, intercepts: Floats) -> None:
        self.weights = weights
        self.intercepts = intercepts

    @classmethod
    def load(cls, arrays: Arrays) -> "LinearModel":
        """Return the model that ``arrays`` stored."""
        weights = np.zeros((int(arrays["size"]), len(arrays["intercepts"])), np.float32)
        weights[arrays["columns"]] = arrays["weights"]
        return cls(weights, arrays["intercepts"])

    def arrays(self) -> Arrays:
        """Return the model as arrays, without the columns that have no weight."""
        columns = np.flatnonzero(self.weights.any(axis=1)).astype(np.int32)
        size = np.array(len(self.weights))
        return {"size": size, "columns": columns, "weights": self.weights[columns], "intercepts": self.intercepts}

    def scores(self, text: str) -> Floats:
        """Return the scores of a text."""
        columns, values = features.vector(text, len(self.weights))
        scores: Floats = values @ self.weights[columns] + self.intercepts
        return scores.astype(np.float64)

    def batches(self, rows: Matrix) -> Iterator[tuple[slice, Floats]]:
        """Yield the scores of many rows in parts, each with its place."""
        for start in range(0, rows.shape[0], _ROWS):
            place = slice(start, start + _ROWS)
            yield place, (rows[place] @ self.weights + self.intercepts).astype(np.float64)


def train_epoch(estimators: Sequence[Any], rows: Matrix, targets: Sequence[Any], **options: Any) -> LinearModel:
    """Train each estimator for one epoch on its targets; return what they have learned so far.

    :raises CannotLearn: The weights grow without limit.
    """
    try:
        for estimator, target in zip(estimators, targets, strict=True):
            estimator.partial_fit(rows, target, **options)
    except ValueError as error:  # the weights overflow
        raise CannotLearn("the training diverges: parameters.learning_rate is too high") from error
    weights: Any = np.concatenate([np.atleast_2d(estimator.coef_) for estimator in estimators])
    intercepts = np.concatenate([estimator.intercept_ for estimator in estimators])
    return LinearModel(np.ascontiguousarray(weights.T), intercepts)
