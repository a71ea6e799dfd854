"""Comparison of two models on the same records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from emissary_client_sdk.evaluation import (
    Change,
    ClassificationReport,
    evaluate_predictions,
    evaluate_regression,
    evaluate_texts,
    load_report,
)
from emissary_client_sdk.evaluation._numeric.libraries import stats
from emissary_client_sdk.evaluation._numeric.paired import paired

from ..display.markup import checked, html_of

if TYPE_CHECKING:
    from pathlib import Path


def report(right: list[bool], *, texts: list[str] | None = None, model: str = "m") -> ClassificationReport:
    """Return the report of a model that is right on some records."""
    scores = [{"a": 1.0, "b": 0.0} if each else {"a": 0.0, "b": 1.0} for each in right]
    return evaluate_predictions(["a"] * len(right), scores, texts=texts, model=model)


def pair(gained: int, lost: int, same: int) -> tuple[ClassificationReport, ClassificationReport]:
    """Return a new and an old report with these changes."""
    new = [True] * gained + [False] * lost + [True] * same
    old = [False] * gained + [True] * lost + [True] * same
    return report(new, model="reviews-2"), report(old, model="reviews-1")


@pytest.mark.parametrize(("gained", "lost", "verdict"), [(31, 10, "better"), (10, 31, "worse")])
def test_significant_difference_has_a_verdict(gained: int, lost: int, verdict: str) -> None:
    """The p-value is that of the exact test of McNemar, and the text has one line."""
    new, old = pair(gained, lost, 959)
    found = new.compare(old)
    assert (found.gained, found.lost, found.records, found.verdict) == (gained, lost, 1000, verdict)
    assert found.difference == pytest.approx((gained - lost) / 1000)
    assert found.p_value == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)
    low, high = found.interval
    assert low < found.difference < high
    assert found.records_needed is None
    sign = "+" if gained > lost else "-"
    words = f"{sign}2.1 points ({100 * low:.1f} to {100 * high:.1f}), 41 texts changed, McNemar p = 0.0015: {verdict}"
    assert str(found) == words


def test_interval_is_that_of_paired_records() -> None:
    """Resampling the records one by one has the same quantiles."""
    new, old = pair(30, 10, 160)
    changes = np.repeat([1, -1, 0], [30, 10, 160])
    generator = np.random.default_rng(0)
    means = [generator.choice(changes, len(changes)).mean() for _ in range(2000)]
    limits: Any = np.quantile(means, [0.025, 0.975])
    assert new.compare(old).interval == pytest.approx(tuple(limits), abs=0.012)


def test_interval_has_its_coverage() -> None:
    """Of 200 intervals of 95 %, about 190 contain the true difference, and as many tests of equal models are quiet."""
    generator = np.random.default_rng(0)
    contained = quiet = 0
    for seed in range(200):
        gained, lost, _ = generator.multinomial(300, [0.12, 0.06, 0.82]).tolist()
        low, high = paired(gained, lost, 300, 0.95, seed).interval
        contained += low <= 0.06 <= high
        gained, lost, _ = generator.multinomial(300, [0.08, 0.08, 0.84]).tolist()
        quiet += paired(gained, lost, 300, 0.95, seed).p_value >= 0.05
    assert contained >= 182
    assert quiet >= 182


def test_records_needed_find_the_difference() -> None:
    """With that many records, the test finds a difference of this size in about 80 of 100 cases."""
    new, old = pair(12, 6, 182)
    found = new.compare(old)
    needed = found.records_needed
    assert needed is not None
    more = f"about {needed} more records would be needed to see one of this size"
    assert found.verdict == f"no evidence of a difference; {more}"
    draws = np.random.default_rng(0).multinomial(200 + needed, [0.06, 0.03, 0.91], size=300)
    power = np.mean([stats.binomtest(int(gained), int(gained + lost)).pvalue < 0.05 for gained, lost, _ in draws])
    assert 0.74 < power < 0.88


def test_equal_models_need_no_records() -> None:
    """Equal models have no number of records that would show a difference."""
    new, old = pair(0, 0, 5)
    found = new.compare(old)
    assert (found.difference, found.interval, found.p_value) == (0, (0, 0), 1)
    assert str(found) == "+0.0 points (0.0 to 0.0), 0 texts changed, McNemar p = 1: no evidence of a difference"


def test_changed_records_are_listed() -> None:
    """Each has the truth and both predictions; a failed call has none."""
    texts = ["one", "two", "three"]
    old = evaluate_predictions(["a", "b", "b"], [{"a": 1, "b": 0}, {"a": 1}, {"b": 1}], texts=texts, lines=[2, 4, 6])
    new = evaluate_predictions(["a", "b", "b"], [None, {"a": 0, "b": 1}, {"b": 1}], texts=texts)
    found = new.compare(old)
    assert found.lost_records == [Change(1, "one", "a", "a", None)]
    assert found.gained_records == [Change(2, "two", "b", "a", "b")]
    markdown = found.to_markdown()
    assert "| 1 | `a` | `a` | (failed) | `one` |" in markdown
    assert "no evidence of a difference" in checked(html_of(found))
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()
    assert found.to_dict()["verdict"] == found.verdict


def test_order_of_the_records_does_not_matter() -> None:
    """Records are the same if text and truth are; line numbers are those of the new report."""
    new, old = report([True, False, True], texts=["x", "y", "z"]), report([True, True, False], texts=["z", "x", "y"])
    found = new.compare(old)
    assert (found.gained, found.lost) == (0, 0)
    assert report([False, False, True], texts=["x", "y", "z"]).compare(old).lost_records[0].line == 1


def test_comparison_of_saved_reports(tmp_path: Path) -> None:
    """Loaded reports compare as the originals do."""
    new, old = pair(3, 1, 20)
    new.save(tmp_path / "new.json")
    old.save(tmp_path / "old.json")
    assert load_report(tmp_path / "new.json").compare(load_report(tmp_path / "old.json")) == new.compare(old)


@pytest.mark.parametrize(
    ("old", "message"),
    [
        (report([True]), "different records: 2 and 1"),
        (report([True, True], texts=["x", "other"]), "different records: line 1 is not in the old one"),
        (report([True, True]), "only one of the reports knows the texts"),
        (evaluate_regression([1, 2], [1, 2]), "old must be a ClassificationReport, not RegressionReport"),
    ],
)
def test_other_records_are_refused(old: Any, message: str) -> None:
    """Reports over different records, or of another task, are not compared."""
    with pytest.raises((ValueError, TypeError), match=message):
        report([True, True], texts=["x", "y"]).compare(old)


def test_other_truth_is_refused() -> None:
    """The same texts with other labels are other records."""
    scores = [{"a": 1.0, "b": 0.0}] * 2
    with pytest.raises(ValueError, match="different records: line 1"):
        evaluate_predictions(["a", "b"], scores).compare(evaluate_predictions(["b", "a"], scores))


def test_texts_are_compared_by_exact_match() -> None:
    """Reports of generated texts compare like those of labels."""
    new, old = evaluate_texts(["yes"] * 8, ["yes"] * 8), evaluate_texts(["yes"] * 8, ["no"] * 8)
    assert new.compare(old).verdict == "better"
    assert new.compare(old).p_value == pytest.approx(2 / 2**8)
