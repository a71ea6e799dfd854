"""Reports on regressions, embeddings and generated texts."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissary_client_sdk.evaluation import Failure, Mistake, evaluate_embeddings, evaluate_regression, evaluate_texts
from emissary_client_sdk.evaluation._numeric.libraries import metrics, stats

FEW = settings(max_examples=30, deadline=None)
numbers = st.integers(-50, 50).map(lambda value: value / 10)


@FEW
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
def test_regression_equals_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    """Failed records are left out of the numbers; undefined ones are None."""
    truth, found = ([pair[side] for pair in pairs] for side in (0, 1))
    report = evaluate_regression([*truth, 7], [*found, None])
    assert (report.records, report.failed) == (len(pairs) + 1, 1)
    assert report.mae == pytest.approx(metrics.mean_absolute_error(truth, found))
    assert report.rmse == pytest.approx(metrics.root_mean_squared_error(truth, found))
    assert report.r2 == (pytest.approx(metrics.r2_score(truth, found)) if len(set(truth)) > 1 else None)
    is_defined = len(set(truth)) > 1 and len(set(found)) > 1
    assert report.spearman == (pytest.approx(stats.spearmanr(truth, found).statistic) if is_defined else None)


@pytest.mark.parametrize(
    ("truth", "found"), [([1], [1]), ([2, 2], [1, 3]), ([1e308, -1e308], [-1e308, 1e308]), ([1, 2], [None, None])]
)
def test_degenerate_regressions_have_defined_numbers(truth: Any, found: Any) -> None:
    """Each number is finite or None, and nothing warns."""
    report: Any = evaluate_regression(truth, found)
    for value in (report.mae, report.rmse, report.r2, report.spearman):
        assert value is None or np.isfinite(value)
    assert str(report)


def test_largest_errors_come_first() -> None:
    """Exact values are no mistakes."""
    report = evaluate_regression([1, 2, 3, 4], [1, 5, 2, None], texts=["a", "b", "c", "d"])
    assert report.mistakes == [Mistake(2, "b", 2, 5), Mistake(3, "c", 3, 2)]
    assert report.failures == [Failure(4, "d", 4, None)]
    assert "line  truth  prediction  text" in str(report)


@FEW
@given(st.lists(st.tuples(numbers, st.lists(numbers, min_size=4, max_size=4)), min_size=1, max_size=20))
def test_correlations_of_cosines_equal_scipy(pairs: list[tuple[float, list[float]]]) -> None:
    """The cosine of the two vectors is compared with the similarity."""
    similarities = [similarity for similarity, _ in pairs]
    vectors = [([1, *each[:2]], [2, *each[2:]]) for _, each in pairs]
    report = evaluate_embeddings([*similarities, 0.5], [*vectors, None])
    first, second = ([pair[side] for pair in vectors] for side in (0, 1))
    cosines: list[float] = (1 - metrics.pairwise.paired_cosine_distances(first, second)).tolist()
    assert [each for each in report.cosines if each is not None] == pytest.approx(cosines)
    if len(set(similarities)) > 1 and max(cosines) - min(cosines) > 1e-6:
        assert report.pearson == pytest.approx(stats.pearsonr(similarities, cosines).statistic)
        if len({round(each, 9) for each in cosines}) == len(cosines):
            assert report.spearman == pytest.approx(stats.spearmanr(similarities, cosines).statistic)
    elif len(set(similarities)) == 1:
        assert (report.spearman, report.pearson) == (None, None)
    assert report.mistakes == []


def test_cosines_that_differ_by_rounding_are_equal() -> None:
    """They have no correlation of Pearson, and nothing warns."""
    pairs = [([1.0], [1.0]), ([3.0, 0.1], [3.0, 0.1]), ([0.1, 0.7], [0.1, 0.7])]
    assert evaluate_embeddings([0.1, 0.2, 0.9], pairs).pearson is None


def test_exact_match_counts_failures_as_wrong() -> None:
    """The score is the mean of the answered records."""
    records = [{"weight": 1}, {"weight": 2}, {"weight": 3}]
    report = evaluate_texts(
        ["yes", "no", "no"],
        ["yes", "Yes", None],
        scorer=lambda record, answer: record["weight"] * len(answer),
        records=records,
    )
    assert (report.exact_match, report.failed, report.score) == (1 / 3, 1, 4.5)
    assert report.exact_match_interval == pytest.approx(tuple(stats.binomtest(1, 3).proportion_ci(method="wilson")))
    assert report.mistakes == [Mistake(2, None, "no", "Yes")]
    assert report.failures == [Failure(3, None, "no", None)]
    assert "score        4.500" in str(report)
    assert "score" not in str(evaluate_texts(["a"], ["a"]))
    assert evaluate_texts(["a"], [None], scorer=lambda _, __: 1).score is None


INVALID: list[Any] = [
    (evaluate_regression, ([], []), "truth is empty"),
    (evaluate_regression, ([1], []), "truth has 1 records, but predictions has 0"),
    (evaluate_regression, ([None], [1]), "truth[0] must be a number, not None"),
    (evaluate_regression, ([1], [True]), "predictions[0] must be a number, not True"),
    (evaluate_regression, ([1], [float("nan")]), "predictions[0] is nan, which is not a finite number"),
    (evaluate_embeddings, ([1], []), "similarities has 1 records, but embeddings has 0"),
    (evaluate_embeddings, ([1], [([1], [1, 2])]), "embeddings[0] must have two vectors of the same length"),
    (evaluate_embeddings, ([1], [([1], [0])]), "embeddings[0] has a vector that is 0, NaN or infinite"),
    (evaluate_embeddings, ([1], [("a", [0])]), "embeddings[0] must be two lists of numbers"),
    (evaluate_embeddings, ([1], [[[1]]]), "embeddings[0] must be two lists of numbers"),
    (evaluate_texts, (["a"], []), "truth has 1 records, but answers has 0"),
    (evaluate_texts, ([None], ["a"]), "truth[0] must be a str, not NoneType"),
    (evaluate_texts, (["a"], [1]), "answers[0] must be a str, not int"),
]


@pytest.mark.parametrize(("function", "arguments", "message"), INVALID)
def test_invalid_arguments_are_named(function: Any, arguments: Any, message: str) -> None:
    """The error names the argument and the record."""
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        function(*arguments)


@pytest.mark.parametrize("score", [None, float("nan"), "x"])
def test_scorer_must_return_a_number(score: Any) -> None:
    """The error names the record."""
    with pytest.raises(ValueError, match=re.escape(f"scorer must return a finite number, not {score!r}, for record 0")):
        evaluate_texts(["a"], ["a"], scorer=lambda _, __: score)
    with pytest.raises(ValueError, match="records has 2 records, but answers has 1"):
        evaluate_texts(["a"], ["a"], scorer=lambda _, __: 1, records=[1, 2])
