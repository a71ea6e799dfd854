"""Numbers of a classification report. Each equals scikit-learn's on the same records."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissary_client_sdk.evaluation import ClassificationReport, Failure, Mistake, evaluate_predictions
from emissary_client_sdk.evaluation._numeric.libraries import metrics, stats

from .answering import LABELS, mappings, multiclass, multilabel

FAILED = "(failed)"
AVERAGES = ("macro", "micro", "weighted")
FEW = settings(max_examples=20, deadline=None)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Any, Any]:
    """Return an array of small integer weights, and which records are answered."""
    records = draw(st.integers(1, 30))
    row = st.lists(st.integers(0, 9), min_size=3, max_size=3)
    weights = np.array(draw(st.lists(row, min_size=records, max_size=records)), float)
    answered = np.array(draw(st.lists(st.booleans(), min_size=records, max_size=records)))
    answered[draw(st.integers(0, records - 1))] = True
    return weights, answered


def approximately(value: Any) -> Any:
    """Return a number for a comparison; None stands for NaN."""
    return None if np.isnan(value) else pytest.approx(float(value), rel=1e-9, abs=1e-12)


def approximate_interval(successes: int, trials: int) -> Any:
    """Return Wilson's interval for a comparison."""
    return pytest.approx(tuple(stats.binomtest(successes, int(trials)).proportion_ci(0.95, method="wilson")))


def check_labels(report: ClassificationReport, truth: Any, predicted: Any, scored: tuple[Any, Any, Any]) -> None:
    """Compare the numbers of each label with those of its binary task."""
    flags, chances, answered = scored
    for position, label in enumerate(LABELS):
        found = report.labels[label]
        expected = metrics.precision_recall_fscore_support(
            truth[:, position], predicted[:, position], pos_label=True, average="binary", zero_division=np.nan
        )
        assert (found.precision, found.recall, found.f1) == tuple(map(approximately, expected[:3]))
        assert found.support == truth[:, position].sum()
        hits = int((truth[:, position] & predicted[:, position]).sum())
        for value, interval, trials in (
            (found.precision, found.precision_interval, predicted[:, position].sum()),
            (found.recall, found.recall_interval, truth[:, position].sum()),
        ):
            assert (value is None) is (interval is None) is bool(trials == 0)
            if interval:
                assert interval == pytest.approx(
                    tuple(stats.binomtest(hits, int(trials)).proportion_ci(0.95, "wilson"))
                )
        each, chance = flags[answered, position], chances[answered, position]
        if 0 < each.sum() < len(each):
            assert found.roc_auc == approximately(metrics.roc_auc_score(each, chance))
        else:
            assert found.roc_auc is None
        expected = metrics.average_precision_score(each, chance) if each.any() else np.nan
        assert found.average_precision == approximately(expected)


def naive_calibration_error(chances: Any, hits: Any) -> float:
    """Return the expected calibration error from its definition."""
    order = sorted(range(len(chances)), key=lambda each: (chances[each], each))
    bins = [part for part in np.array_split(order, 15) if len(part)]
    gaps = [abs(sum(chances[each] for each in part) - sum(hits[each] for each in part)) for part in bins]
    return float(sum(gaps)) / len(order)


@FEW
@given(tables(), st.data())
def test_multiclass_report_equals_scikit_learn(table: tuple[Any, Any], data: st.DataObject) -> None:
    """Failed records are wrong in accuracy and F1, and left out of the numbers of probabilities."""
    weights, answered = table
    chances = (weights + 0.01) / (weights + 0.01).sum(axis=1, keepdims=True)
    codes = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(chances), max_size=len(chances))))
    names, flags = np.array(LABELS), codes[:, np.newaxis] == np.arange(3)
    truth, predicted = names[codes], np.where(answered, names[chances.argmax(axis=1)], FAILED)
    scores = [row if has_scores else None for row, has_scores in zip(mappings(chances), answered, strict=True)]
    report = evaluate_predictions(truth.tolist(), scores)
    assert (report.kind, report.records, report.failed) == ("multiclass", len(truth), (~answered).sum())
    assert report.accuracy == approximately(metrics.accuracy_score(truth, predicted))
    right = int((truth == predicted).sum())
    assert report.accuracy_interval == approximate_interval(right, len(truth))
    occurring = sorted({*truth, *predicted} - {FAILED})
    for average in AVERAGES:
        expected = metrics.f1_score(truth, predicted, labels=occurring, average=average, zero_division=0)
        assert getattr(report, f"{average}_f1") == approximately(expected)
    check_labels(report, flags, (predicted[:, np.newaxis] == names), (flags, chances, answered))
    expected = metrics.confusion_matrix(truth[answered], predicted[answered], labels=LABELS)
    assert [list(row.values()) for row in report.confusion.values()] == expected.tolist()
    assert report.baseline_accuracy == max(np.bincount(codes)) / len(codes)
    expected = metrics.log_loss(truth[answered], chances[answered], labels=LABELS)
    assert report.log_loss == approximately(expected)
    assert report.brier == approximately(
        metrics.brier_score_loss(truth[answered], chances[answered], labels=LABELS, scale_by_half=False)
    )
    assert report.ece == pytest.approx(
        naive_calibration_error(chances[answered].max(axis=1), (truth == predicted)[answered])
    )


@FEW
@given(tables(), st.data())
def test_multilabel_report_equals_scikit_learn(table: tuple[Any, Any], data: st.DataObject) -> None:
    """Accuracy is of whole records; log loss, Brier score and calibration error are of all label decisions."""
    weights, answered = table
    chances = weights / 9
    row = st.lists(st.booleans(), min_size=3, max_size=3)
    truth = np.array(data.draw(st.lists(row, min_size=len(chances), max_size=len(chances))))
    predicted = (chances >= 0.6) & answered[:, np.newaxis]
    scores = [row if has_scores else None for row, has_scores in zip(mappings(chances), answered, strict=True)]
    sets = [{label for label, flag in zip(LABELS, flags, strict=True) if flag} for flags in truth]
    report = evaluate_predictions(sets, scores, threshold=0.6)
    assert (report.kind, report.failed) == ("multilabel", (~answered).sum())
    assert report.accuracy == np.mean((truth == predicted).all(axis=1) & answered)
    occurring = np.flatnonzero(truth.any(axis=0) | predicted.any(axis=0))
    for average in AVERAGES:
        total = truth if average == "weighted" else truth | predicted
        expected = (
            metrics.f1_score(truth, predicted, labels=occurring, average=average, zero_division=0)
            if total.any()
            else np.nan
        )
        assert getattr(report, f"{average}_f1") == approximately(expected)
    check_labels(report, truth, predicted, (truth, chances, answered))
    confusion: Any = report.confusion
    expected = metrics.multilabel_confusion_matrix(truth, predicted, sample_weight=answered * 1).astype(int)
    assert [[list(cells.values()) for cells in confusion[label].values()] for label in LABELS] == expected.tolist()
    patterns = [tuple(flags) for flags in truth]
    assert report.baseline_accuracy == max(map(patterns.count, patterns)) / len(patterns)
    flat, chance = truth[answered].ravel(), chances[answered].ravel()
    assert report.log_loss == approximately(metrics.log_loss(flat, chance, labels=[False, True]))
    assert report.brier == approximately(metrics.brier_score_loss(flat, chance, pos_label=True))
    assert report.ece == pytest.approx(naive_calibration_error(chance, flat))


@pytest.mark.parametrize("answers", [multiclass, multilabel])
def test_logits_are_the_same_as_their_probabilities(answers: Any) -> None:
    """Softmax and sigmoid of logits are the probabilities; a label without a logit is impossible."""
    truth, chances, logits = answers(50)
    of_chances = evaluate_predictions(truth, chances)
    of_logits = evaluate_predictions(truth, logits, data_format="logits")
    assert of_logits.log_loss == pytest.approx(of_chances.log_loss)
    assert [each.line for each in of_logits.mistakes] == [each.line for each in of_chances.mistakes]
    assert of_logits.confusion == of_chances.confusion


def test_label_without_a_score_is_impossible() -> None:
    """Its probability is 0, whether scores are probabilities or logits."""
    formats: list[Literal["probs", "logits"]] = ["probs", "logits"]
    for data_format in formats:
        report = evaluate_predictions(["a", "b"], [{"a": 1}, {"b": 1}], data_format=data_format)
        assert report.accuracy == 1
        assert report.log_loss == pytest.approx(0)


def test_lengths_are_no_labels() -> None:
    """A score NAME:len is ignored if NAME is a label, whatever its value."""
    report = evaluate_predictions(
        ["a", "b:len"], [{"a": 0.9, "a:len": -7.5, "b:len": 0.1}, {"a": 0.2, "a:len": -3, "b:len": 0.8}]
    )
    assert list(report.labels) == ["a", "b:len"]
    assert report.accuracy == 1


def test_mistakes_begin_with_the_most_confident() -> None:
    """Each has line, text, truth, prediction and the probability of the prediction; failures stand apart."""
    report = evaluate_predictions(
        ["good", "bad", "good", "bad", "bad"],
        [{"good": 0.4, "bad": 0.6}, {"good": 0.9, "bad": 0.1}, {"good": 1, "bad": 0}, None, {"good": 0.9, "bad": 0.1}],
        lines=[1, 3, 5, 7, 9],
        texts=["one", "two", "three", "four", "five"],
        errors=[None, None, None, "timeout", None],
    )
    assert report.mistakes == [
        Mistake(3, "two", "bad", "good", 0.9),
        Mistake(9, "five", "bad", "good", 0.9),
        Mistake(1, "one", "good", "bad", 0.6),
    ]
    assert report.failures == [Failure(7, "four", "bad", "timeout")]


def test_multilabel_mistake_has_its_most_confident_wrong_label() -> None:
    """A missing label counts with the probability of its absence."""
    report = evaluate_predictions([["a"], ["b", "a"]], [{"a": 0.1, "b": 0.99}, {"a": 0.7, "b": 0.2}])
    assert report.mistakes == [
        Mistake(1, None, ["a"], ["b"], 0.99),
        Mistake(2, None, ["a", "b"], ["a"], 0.8),
    ]


DEGENERATE: list[Any] = [
    (["a", "a"], [{"a": 1}, {"a": 1}]),
    (["a", "b"], [None, None]),
    (["a"], [{"b": 1, "c": 0}]),
    ([[], []], [{"a": 0.1}, {"a": 0.2}]),
    ([["a"], ["a"]], [None, None]),
    ([["a"], []], [{"a": 1}, {"a": 0}]),
]


def test_largest_logits_are_certain() -> None:
    """Nothing overflows, also if a temperature divides them."""
    scores = [{"a": 1e308, "b": -1e308}, {"a": -1e308, "b": 1e308}] * 10
    report = evaluate_predictions(["a", "b"] * 10, scores, data_format="logits")
    assert (report.accuracy, report.brier) == (1, 0)
    policy = replace(report.fit_policy(maximize="f1"), temperature=0.01)
    assert policy.decide(scores[0], data_format="logits") == "a"


@pytest.mark.parametrize(
    ("truth", "scores"),
    DEGENERATE,
    ids=["one class", "all failed", "unknown label", "no label", "all failed multilabel", "one label"],
)
def test_degenerate_records_have_defined_numbers(truth: Any, scores: Any) -> None:
    """Each number is finite or None, and nothing warns."""
    report = evaluate_predictions(truth, scores)
    for value in (report.macro_f1, report.log_loss, report.ece, *vars(next(iter(report.labels.values()))).values()):
        assert value is None or np.isfinite(value).all()
    assert str(report)
    json.dumps(report.to_dict(), allow_nan=False)


INVALID: list[Any] = [
    ([], [], {}, "truth is empty"),
    (["a"], [], {}, "truth has 1 records, but scores has 0"),
    (["a", 1], [{"a": 1}] * 2, {}, "truth[1] must be a label as in truth[0], not int"),
    ([1], [{"a": 1}], {}, "truth[0] must be a label, or a list of labels, not int"),
    ([{"a": 1}], [{"a": 1}], {}, "truth[0] must be a label, or a list of labels, not dict"),
    ([["a"], "a"], [{"a": 1}] * 2, {}, "truth[1] must be a label, or a list of labels, not str"),
    ([[1]], [{"a": 1}], {}, "truth: a label must be a str, not 1"),
    ([[["a"]]], [{"a": 1}], {}, "truth: a label must be a str: "),
    (["a"], [{"a": 1}], {"seed": -1}, "seed must not be negative: -1"),
    (["a"], [{"a": 1}], {"seed": None}, "seed must be an int, not None"),
    (["a"], [{1: 1}], {}, "scores: a label must be a str, not 1"),
    (["a"], ["a"], {}, "scores[0] must map labels to numbers, or be None, not str"),
    (["a"], [{}], {}, "scores[0] is empty; the scores of a failed call are None"),
    (
        ["a", "b"],
        [{"a": 1, "b": 0}, {"a:len": 1}],
        {"data_format": "logits"},
        "scores[1] has no score of a label; the scores of a failed call",
    ),
    (["a"], [{"a": "1"}], {}, "scores[0]['a'] must be a number, not '1'"),
    (["a", "a"], [None, {"a": float("nan")}], {}, "scores[1]['a'] is nan, which is not a probability"),
    (["a"], [{"a": 2}], {}, "scores[0]['a'] is 2.0, which is not a probability; if these are logits, pass data_f"),
    (
        ["a"],
        [{"a": float("inf")}],
        {"data_format": "logits"},
        "scores[0]['a'] is inf, which is not a finite",
    ),
    (["a", "b"], [{"a": 1}] * 2, {}, "scores has the one label 'a', so truth must be lists of labels: ['a'] for a"),
    ([[]], [None], {}, "neither truth nor scores has a label"),
    (["a"], [{"a": 1}], {"threshold": 2}, "threshold must be between 0 and 1, not 2"),
    (["a"], [{"a": 1}], {"confidence": True}, "confidence must be between 0 and 1, not True"),
    (["a"], [{"a": 1}], {"data_format": "odds"}, 'data_format must be "probs" or "logits", not \'odds\''),
    (["a"], [{"a": 1}], {"modell": "m"}, "unexpected keyword argument 'modell'; expected are model, file"),
    (["a"], [{"a": 1}], {"model": 1}, "model must be a str, not int"),
    (["a"], [{"a": 1}], {"texts": []}, "texts has 0 entries for 1 records"),
    (["a"], [{"a": 1}], {"texts": [1]}, "texts[0] has the wrong type int"),
    (["a"], [{"a": 1}], {"parameters": {"a": {1}}}, "parameters must be JSON values"),
]


@pytest.mark.parametrize(("truth", "scores", "options", "message"), INVALID)
def test_invalid_arguments_are_named(truth: Any, scores: Any, options: Any, message: str) -> None:
    """The error names the argument and the record."""
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        evaluate_predictions(truth, scores, **options)
