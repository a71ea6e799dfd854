"""Embeddings: hashed n-grams, and a linear map that pairs of texts tune."""

from typing import Any

import numpy as np

from . import features
from .libraries import Arrays, Floats, Matrix, stats
from .plan import Plan
from .records import Examples
from .vectorizers import DIMENSIONS

_RATE = 10_000
_BATCH = 32
_ROWS = 4_096


class Embedder:
    """A model that answers.

    :param weights: The linear map from the features of a text to its vector.
    """

    def __init__(self, weights: Floats) -> None:
        self.weights = weights

    @classmethod
    def load(cls, arrays: Arrays) -> "Embedder":
        """Return the model that ``arrays`` stored."""
        return cls(arrays["weights"])

    def arrays(self) -> Arrays:
        """Return the model as arrays."""
        return {"weights": self.weights}

    def embed(self, text: str, dimensions: int) -> list[float]:
        """Return the vector of a text, of length 1: its first dimensions if fewer are wanted."""
        columns, values = features.vector(text, DIMENSIONS)
        found: Floats = values @ self.weights[columns, :dimensions]
        return _unit(found)

    def similarities(self, rows: Matrix, partners: Matrix) -> Floats:
        """Return the cosines of pairs."""
        starts = range(0, rows.shape[0], _ROWS)
        parts = [(rows[start : start + _ROWS], partners[start : start + _ROWS]) for start in starts]
        return np.concatenate([_cosines(first @ self.weights, second @ self.weights) for first, second in parts])


def untuned(text: str, dimensions: int) -> list[float]:
    """Return the vector of a text, of length 1, of a model that was not trained: texts that share words are near."""
    columns, values = features.vector(text, dimensions)
    found = np.zeros(dimensions, np.float32)
    found[columns] = values
    return _unit(found)


def _unit(vector: Floats) -> list[float]:
    if not vector.any():  # the text is blank
        vector = np.eye(1, len(vector), dtype=np.float32)[0]
    numbers: list[float] = (vector / np.sqrt(vector @ vector)).tolist()
    return numbers


def _cosines(first: Floats, second: Floats) -> Floats:
    products = (first * second).sum(axis=1)
    cosines: Floats = products / np.maximum(_norms(first)[:, 0] * _norms(second)[:, 0], 1e-12)
    return cosines


def _norms(vectors: Floats) -> Floats:
    norms: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
    return norms


class EmbedderTraining:
    """The training of a linear map: gradient descent on the squared errors of cosines.

    :ivar model: What it has learned so far.
    """

    def __init__(self, train: Examples, test: Examples, plan: Plan) -> None:
        self._train = _pairs(train)
        self._test = _pairs(test)
        self._rate = plan.rate * _RATE
        self._random = np.random.RandomState(plan.seed)
        self.model = Embedder(np.eye(DIMENSIONS, dtype=np.float32))

    @np.errstate(all="ignore")  # a rate that is too high shows in the loss
    def epoch(self, _number: int) -> None:
        """Train for one epoch."""
        rows, partners, targets = self._train
        weights: Any = np.array(self.model.weights)
        order = self._random.permutation(len(targets))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            first, second = rows[batch], partners[batch]
            a, b = first @ weights, second @ weights
            norms = np.maximum(_norms(a), 1e-6), np.maximum(_norms(b), 1e-6)
            a, b = a / norms[0], b / norms[1]
            cosines = (a * b).sum(axis=1, keepdims=True)
            slopes = (cosines - targets[batch, np.newaxis]) * np.float32(self._rate / len(batch))
            weights -= first.T @ (slopes * (b - cosines * a) / norms[0])
            weights -= second.T @ (slopes * (a - cosines * b) / norms[1])
        self.model = Embedder(weights)

    @np.errstate(all="ignore")
    def loss(self) -> float:
        """Return the mean squared error of a pair's cosine."""
        rows, partners, targets = self._train
        return float(((self.model.similarities(rows, partners) - targets) ** 2).mean())

    def measure(self) -> dict[str, float]:
        """Return the test results; without different similarities there is no ``spearman``."""
        rows, partners, targets = self._test
        found = self.model.similarities(rows, partners)
        results = {"loss": float(((found - targets) ** 2).mean())}
        if np.ptp(targets) and np.ptp(found):
            results["spearman"] = float(stats.spearmanr(found, targets).statistic)
        return results


def _pairs(examples: Examples) -> tuple[Matrix, Matrix, Any]:
    rows = features.vectors(examples.texts, DIMENSIONS), features.vectors(examples.partners, DIMENSIONS)
    return *rows, np.array(examples.targets, np.float32)
