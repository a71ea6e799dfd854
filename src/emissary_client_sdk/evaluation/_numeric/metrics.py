"""The numbers of a classification report that need more than the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..measures import Confusion, LabelMetrics
from .intervals import wilson
from .libraries import metrics

if TYPE_CHECKING:
    from .outcomes import Outcomes
    from .predictions import Predictions

_BINS = 15


def label_metrics(predictions: Predictions, outcomes: Outcomes, confidence: float) -> dict[str, LabelMetrics]:
    """Return the numbers of each label."""
    hits, true, predicted = outcomes.tally(outcomes.sizes)
    labels: dict[str, LabelMetrics] = {}
    for position, (precision, recall, f1) in enumerate(outcomes.by_label()):
        roc_auc, average_precision = _ranking(predictions, position)
        labels[predictions.labels[position]] = LabelMetrics(
            precision=precision,
            recall=recall,
            f1=f1,
            support=int(true[position]),
            precision_interval=None if precision is None else wilson(hits[position], predicted[position], confidence),
            recall_interval=None if recall is None else wilson(hits[position], true[position], confidence),
            roc_auc=roc_auc,
            average_precision=average_precision,
        )
    return labels


def _ranking(predictions: Predictions, position: int) -> tuple[float | None, float | None]:
    """Return ROC AUC and average precision of a label among the answered records."""
    flags = predictions.flags(position)[predictions.answered]
    if not flags.any():
        return None, None
    chances = predictions.probabilities[predictions.answered, position]
    roc_auc = None if flags.all() else float(metrics.roc_auc_score(flags, chances))
    return roc_auc, float(metrics.average_precision_score(flags, chances))


def confusion(predictions: Predictions, outcomes: Outcomes) -> Confusion:
    """Return the number of answered records by truth and prediction; of each label if the task is multilabel."""
    labels = predictions.labels
    if predictions.is_multilabel:
        return {label: _confusion_of(predictions, position) for position, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels) + 1), np.intp)
    table[outcomes.truth, outcomes.predicted] = outcomes.sizes
    return {label: dict(zip(labels, row, strict=False)) for label, row in zip(labels, table.tolist(), strict=True)}


def _confusion_of(predictions: Predictions, position: int) -> dict[bool, dict[bool, int]]:
    cells = 2 * predictions.truth[:, position] + predictions.predicted[:, position]
    counts: list[int] = np.bincount(cells[predictions.answered], minlength=4).tolist()
    return {False: {False: counts[0], True: counts[1]}, True: {False: counts[2], True: counts[3]}}


def log_loss(predictions: Predictions) -> float | None:
    """Return the mean of -log(probability of the truth): of records, or of all label decisions if multilabel.

    It is scikit-learn's ``log_loss``. None if no record has scores.
    """
    answered, chances = predictions.answered, predictions.probabilities
    if not answered.any():
        return None
    if predictions.is_multilabel:
        losses = [
            metrics.log_loss(predictions.flags(position)[answered], chances[answered, position], labels=[False, True])
            for position in range(len(predictions.labels))
        ]
        return float(np.mean(losses))
    # As a binary task: rounded probabilities do not add up to 1, and scikit-learn would warn.
    of_truth = chances[np.arange(len(chances)), predictions.truth][answered]
    return float(metrics.log_loss(np.ones(len(of_truth)), of_truth, labels=[0, 1]))


def brier(predictions: Predictions) -> float | None:
    """Return the mean squared difference of probability and truth: summed over labels, or their mean if multilabel.

    It is scikit-learn's ``brier_score_loss(scale_by_half=False)`` of several labels. None if no record has scores.
    """
    answered, chances = predictions.answered, predictions.probabilities
    if not answered.any():
        return None
    errors = [
        metrics.mean_squared_error(predictions.flags(position)[answered], chances[answered, position])
        for position in range(len(predictions.labels))
    ]
    return float(np.mean(errors) if predictions.is_multilabel else np.sum(errors))


def calibration_error(predictions: Predictions) -> float | None:
    """Return the expected calibration error: how far probabilities are from the share of right predictions.

    The records, sorted by the probability of their prediction, are split into 15 bins (``numpy.array_split``). The
    result is the mean of abs(mean probability - share that is right) of the bins, weighted by their sizes. If the
    task is multilabel, it runs over the probabilities of all labels of all records, each right if the label is true.

    See Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015;
    for bins of equal size Nixon et al., Measuring Calibration in Deep Learning, CVPR workshops 2019.
    """
    answered = predictions.answered
    if not answered.any():
        return None
    chances, hits = predictions.probabilities[answered], predictions.correct[answered]
    if predictions.is_multilabel:
        chances, hits = chances.ravel(), predictions.truth[answered].ravel()
    else:
        chances = chances.max(axis=1)
    order = np.argsort(chances, kind="stable")
    bins = zip(np.array_split(chances[order], _BINS), np.array_split(hits[order], _BINS), strict=True)
    return float(sum(abs(chance.sum() - hit.sum()) for chance, hit in bins) / len(chances))
