"""Confidence intervals contain the true value as often as they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from emissary_client_sdk.evaluation import evaluate_predictions
from emissary_client_sdk.evaluation._numeric.libraries import metrics

from .answering import LABELS

CONFUSION = np.array([[0.30, 0.03, 0.03], [0.04, 0.25, 0.03], [0.02, 0.03, 0.27]])


def macro_f1(shares: Any) -> float:
    """Return the macro F1 of a confusion matrix."""
    hits: Any = shares.diagonal()
    return float((2 * hits / (shares.sum(axis=0) + shares.sum(axis=1))).mean())


def predictions(cells: Any) -> tuple[list[str], list[dict[str, float]]]:
    """Return truth and scores of records by their cell of the confusion matrix."""
    truth, predicted = np.divmod(cells, len(LABELS))
    return [LABELS[each] for each in truth], [{LABELS[each]: 1.0, LABELS[each - 1]: 0.0} for each in predicted]


def test_intervals_have_their_coverage() -> None:
    """Of 50 intervals of 80 %, about 40 contain the true accuracy, macro F1 and recall."""
    generator = np.random.default_rng(4)
    contained = np.zeros(3)
    for seed in range(50):
        cells = generator.choice(9, 200, p=CONFUSION.ravel())
        report = evaluate_predictions(*predictions(cells), confidence=0.8, seed=seed)
        recall = report.labels["good"].recall_interval
        assert report.macro_f1_interval is not None
        assert recall is not None
        true = (np.trace(CONFUSION), macro_f1(CONFUSION), CONFUSION[1, 1] / CONFUSION[1].sum())
        found = (report.accuracy_interval, report.macro_f1_interval, recall)
        contained += [low <= value <= high for value, (low, high) in zip(true, found, strict=True)]
    # 40 ± 2.5 standard deviations of a binomial distribution
    assert contained == pytest.approx(40, abs=7)


def test_bootstrap_of_groups_is_that_of_records() -> None:
    """Resampling records one by one, with scikit-learn's F1, has the same quantiles."""
    generator = np.random.default_rng(0)
    cells = generator.choice(9, 150, p=CONFUSION.ravel())
    report = evaluate_predictions(*predictions(cells))
    samples = [np.divmod(generator.choice(cells, len(cells)), 3) for _ in range(200)]
    values = [metrics.f1_score(truth, predicted, average="macro") for truth, predicted in samples]
    limits: Any = np.quantile(values, [0.025, 0.975])
    assert report.macro_f1_interval == pytest.approx(tuple(limits), abs=0.015)


def test_interval_of_a_single_label() -> None:
    """It has no width if all predictions are right, and none exists if no label occurs."""
    assert evaluate_predictions(["a"] * 3, [{"a": 1, "b": 0}] * 3).macro_f1_interval == (1, 1)
    assert evaluate_predictions([[]], [{"a": 0}]).macro_f1_interval is None


def test_seed_makes_intervals_repeatable() -> None:
    """The same seed has the same interval, another seed another one."""
    answers = predictions(np.random.default_rng(0).choice(9, 50, p=CONFUSION.ravel()))
    first, again, other = (evaluate_predictions(*answers, seed=seed).macro_f1_interval for seed in (1, 1, 2))
    assert first == again != other
