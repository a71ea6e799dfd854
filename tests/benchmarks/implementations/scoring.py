"""Predictions of a made-up classifier, and the calls of scikit-learn that compute what a report has."""

from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

LABELS = ["angry", "happy", "neutral"]


class Predictions(NamedTuple):
    """Records as lists, as a program has them, and as arrays."""

    truth: list[Any]
    scores: list[dict[str, float]]
    truth_array: Any
    chances: Any


@lru_cache
def predictions(records: int, *, is_multilabel: bool) -> Predictions:
    """Return random records; each has one label, or any number of labels."""
    import numpy as np

    generator = np.random.default_rng(0)
    chances = generator.dirichlet(np.ones(len(LABELS)), records)
    scores = [dict(zip(LABELS, row, strict=True)) for row in chances.tolist()]
    if is_multilabel:
        flags = generator.random(chances.shape) < chances
        sets = [[label for label, flag in zip(LABELS, row, strict=True) if flag] for row in flags.tolist()]
        return Predictions(sets, scores, flags, chances)
    codes: Any = (generator.random(records)[:, np.newaxis] > chances.cumsum(axis=1)).sum(axis=1)
    return Predictions([LABELS[code] for code in codes.tolist()], scores, codes, chances)


class ScikitLearn:
    """The calls by hand: without intervals, on arrays that are ready."""

    def __init__(self, _server: str) -> None:
        self._metrics: Any = import_module("sklearn.metrics")

    def evaluate(self, records: int) -> None:
        """Evaluate records with one label."""
        _, _, truth, chances = predictions(records, is_multilabel=False)
        codes = range(len(LABELS))
        predicted = chances.argmax(axis=1)
        self._averages(truth, predicted)
        self._metrics.confusion_matrix(truth, predicted, labels=codes)
        self._metrics.log_loss(truth, chances, labels=codes)
        for code in codes:
            self._ranking(truth == code, chances[:, code])

    def evaluate_sets(self, records: int) -> None:
        """Evaluate records with any number of labels."""
        _, _, truth, chances = predictions(records, is_multilabel=True)
        predicted = chances >= 0.5
        self._averages(truth, predicted)
        self._metrics.multilabel_confusion_matrix(truth, predicted)
        for position in range(len(LABELS)):
            self._metrics.log_loss(truth[:, position], chances[:, position])
            self._ranking(truth[:, position], chances[:, position])

    def _averages(self, truth: Any, predicted: Any) -> None:
        self._metrics.accuracy_score(truth, predicted)
        for average in ("macro", "micro", "weighted"):
            self._metrics.f1_score(truth, predicted, average=average, zero_division=0)
        self._metrics.precision_recall_fscore_support(truth, predicted, zero_division=0)

    def _ranking(self, flags: Any, chances: Any) -> None:
        self._metrics.brier_score_loss(flags, chances)
        self._metrics.roc_auc_score(flags, chances)
        self._metrics.average_precision_score(flags, chances)
