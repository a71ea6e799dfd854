"""Time and memory of an evaluation, compared with the calls of scikit-learn that it makes for a caller.

``python -m tests.benchmarks.evaluation [--records N]``
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn import metrics  # type: ignore[import-untyped]

from emissary_client_sdk.evaluation import evaluate_predictions

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS = ["angry", "happy", "neutral"]
AVERAGES = ("macro", "micro", "weighted")


def _megabytes() -> float:
    """Return the largest memory of the process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _by_hand(truth: Any, chances: Any) -> None:
    """Compute with scikit-learn what a report has: without intervals, on arrays that are ready."""
    calls: Any = metrics
    predicted, codes = chances.argmax(axis=1), range(len(LABELS))
    calls.accuracy_score(truth, predicted)
    for average in AVERAGES:
        calls.f1_score(truth, predicted, average=average)
    calls.precision_recall_fscore_support(truth, predicted, labels=codes)
    calls.confusion_matrix(truth, predicted, labels=codes)
    calls.log_loss(truth, chances, labels=codes)
    for code in codes:
        calls.brier_score_loss(truth == code, chances[:, code])
        calls.roc_auc_score(truth == code, chances[:, code])
        calls.average_precision_score(truth == code, chances[:, code])


def _multilabel_by_hand(truth: Any, chances: Any) -> None:
    calls: Any = metrics
    predicted = chances >= 0.5
    calls.accuracy_score(truth, predicted)
    for average in AVERAGES:
        calls.f1_score(truth, predicted, average=average, zero_division=0)
    calls.precision_recall_fscore_support(truth, predicted)
    calls.multilabel_confusion_matrix(truth, predicted)
    for position in range(len(LABELS)):
        calls.log_loss(truth[:, position], chances[:, position])
        calls.brier_score_loss(truth[:, position], chances[:, position])
        calls.roc_auc_score(truth[:, position], chances[:, position])
        calls.average_precision_score(truth[:, position], chances[:, position])


def main() -> None:
    """Measure both and print the ratio."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.evaluation")
    parser.add_argument("--records", type=int, default=1_000_000)
    count: int = parser.parse_args().records
    generator = np.random.default_rng(0)
    chances = generator.dirichlet(np.ones(len(LABELS)), count)
    scores = [dict(zip(LABELS, row, strict=True)) for row in chances.tolist()]
    flags = generator.random(chances.shape) < chances
    codes: Any = (generator.random(count)[:, np.newaxis] > chances.cumsum(axis=1)).sum(axis=1)
    truth: list[str] = [LABELS[code] for code in codes.tolist()]
    sets = [[label for label, flag in zip(LABELS, row, strict=True) if flag] for row in flags.tolist()]
    before = _megabytes()
    measured = {
        "multiclass": (
            _seconds(lambda: evaluate_predictions(truth, scores)),
            _seconds(lambda: _by_hand(codes, chances)),
        ),
        "multilabel": (
            _seconds(lambda: evaluate_predictions(sets, scores)),
            _seconds(lambda: _multilabel_by_hand(flags, chances)),
        ),
    }
    for kind, (ours, theirs) in measured.items():
        sys.stdout.write(
            f"{count:,} {kind} records: {ours:.2f} s, scikit-learn {theirs:.2f} s, ratio {ours / theirs:.2f}\n"
        )
    sys.stdout.write(f"memory: {_megabytes():.0f} MB at most, {before:.0f} MB before with the caller's lists\n")


if __name__ == "__main__":
    main()
