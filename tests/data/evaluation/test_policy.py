"""Decision policies."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest

from emissary_client_sdk.evaluation import LabelPolicy, Policy, evaluate_predictions, evaluate_regression, load_policy
from emissary_client_sdk.evaluation._numeric.libraries import stats
from emissary_client_sdk.models import GetClassificationFromDeploymentResponseBody as Answer

from ..display.markup import checked, html_of
from .answering import LABELS, multiclass, multilabel

if TYPE_CHECKING:
    from pathlib import Path


def report(records: int = 4000, *, signal: float = 2, seed: int = 0, data_format: str = "probs") -> Any:
    """Return the report of a multiclass model."""
    truth, chances, logits = multiclass(records, signal=signal, seed=seed)
    options: dict[str, Any] = {"data_format": data_format}
    return evaluate_predictions(truth, logits if data_format == "logits" else chances, model="m", **options)


@pytest.fixture(scope="module")
def precise() -> Policy:
    """Return a policy with a target for the precision."""
    policy: Policy = report().fit_policy(target_precision=0.9)
    return policy


def test_target_holds_on_new_records(precise: Policy) -> None:
    """The decisions of each label are right as often as promised, and the thresholds are no higher than needed."""
    truth, chances, _ = multiclass(10000, signal=2, seed=99)
    decisions = [precise.decide(each) for each in chances]
    assert np.mean([each is not None for each in decisions]) == pytest.approx(precise.coverage, abs=0.02)
    for label in LABELS:
        right = [expected == label for expected, found in zip(truth, decisions, strict=True) if found == label]
        assert 0.89 < np.mean(right) < 0.96


def test_promise_is_kept_in_a_simulation() -> None:
    """Thresholds keep their target on the whole population in at least about 95 of 100 fits of each label."""
    population = report(50000, seed=99)
    kept: list[bool] = []
    for seed in range(15):
        policy: Policy = report(600, seed=seed).fit_policy(target_precision=0.85)
        labels = policy.check(population).labels.values()
        kept += [each.value is not None and each.value >= 0.85 for each in labels]
    assert len(kept) > 30
    assert np.mean(kept) >= 0.92


def test_half_that_fits_does_not_verify() -> None:
    """Of 60 labels whose scores say nothing, about 3 have a bound of 95 % above the truth: not the best of 50 tries."""
    generator = np.random.default_rng(0)
    promised = 0
    for _ in range(30):
        chances, flags = generator.random(200).tolist(), generator.random(200) < 0.5
        truth = ["a" if flag else "b" for flag in flags]
        found = evaluate_predictions(truth, [{"a": chance, "b": 1 - chance} for chance in chances])
        with suppress(ValueError):  # no label reaches it
            promised += sum(each is not None for each in found.fit_policy(target_precision=0.5).thresholds.values())
    assert promised <= 8


@pytest.mark.parametrize("data_format", ["probs", "logits"])
@pytest.mark.parametrize("answers", [multiclass, multilabel])
def test_decisions_are_those_that_were_measured(answers: Any, data_format: Literal["probs", "logits"]) -> None:
    """A threshold is a probability in the data: rounding it does not change the decision for its record."""
    truth, *scores = answers(300, seed=6)
    found = evaluate_predictions(truth, scores[data_format == "logits"], data_format=data_format)
    policy = found.fit_policy(maximize="f1")
    decisions = [policy.decide(each, data_format=data_format) for each in scores[data_format == "logits"]]
    assert np.mean([bool(each) for each in decisions]) == pytest.approx(policy.check(found).coverage, abs=1e-9)


def test_perfect_records_have_a_temperature() -> None:
    """It is not the smallest one, which would make every new answer certain."""
    found = evaluate_predictions(["a", "b"] * 50, [{"a": 0.9, "b": 0.1}, {"a": 0.1, "b": 0.9}] * 50)
    assert 0.3 < found.fit_policy(maximize="f1").temperature < 1


def test_what_is_promised_is_measured_on_the_other_half(precise: Policy) -> None:
    """The lower end of the interval is Wilson's one-sided bound, and reaches the target."""
    assert (precise.fitted_on, precise.verified_on) == (2000, 2000)
    for each in precise.labels.values():
        assert each.value is not None
        test = stats.binomtest(round(each.value * each.records), each.records, alternative="greater")
        assert each.interval[0] == pytest.approx(test.proportion_ci(0.95, method="wilson").low)
        assert each.interval[0] >= 0.9


def test_temperature_undoes_a_wrong_scale() -> None:
    """Logits that are 3 times too large are divided by about 3; those of probabilities are their logarithms."""
    truth, _, logits = multilabel(4000)
    large = [{label: 3 * logit for label, logit in each.items()} for each in logits]
    policy = evaluate_predictions(truth, large, data_format="logits").fit_policy(maximize="f1")
    assert policy.temperature == pytest.approx(3, rel=0.1)
    of_logits, of_chances = (report(data_format=each).fit_policy(maximize="f1") for each in ("logits", "probs"))
    assert of_logits.temperature == pytest.approx(of_chances.temperature, rel=1e-6)
    assert of_logits.thresholds == pytest.approx(of_chances.thresholds, rel=1e-6)


def test_logits_are_not_inverted_from_rounded_probabilities() -> None:
    """Logits in an answer decide, beside probabilities that are rounded to 1."""
    policy = policy_of({"a": 0.9999999, "b": 0.5})
    answer = {"data": [{"logits": {"a": 20.0, "b": 0.0}, "probs": {"a": 0.5, "b": 0.5}}]}
    assert policy.decide(answer) == "a"
    assert policy.decide({"a": 0.999999, "b": 0.000001}) is None


def policy_of(thresholds: dict[str, float | None], *, kind: Any = "multiclass", temperature: float = 1) -> Policy:
    """Return a policy with these thresholds."""
    labels = {label: LabelPolicy(each, 1.0, (0.9, 1.0), 10) for label, each in thresholds.items()}
    return Policy(
        kind=kind,
        goal="precision",
        target=0.9,
        temperature=temperature,
        labels=labels,
        coverage=1,
        fitted_on=9,
        verified_on=9,
    )


@pytest.mark.parametrize(
    ("answer", "decision"),
    [
        ({"good": 0.8, "bad": 0.2}, "good"),
        ({"good": 0.79, "bad": 0.21}, None),
        ({"good": 0.3, "bad": 0.7}, None),
        ({"new": 0.9, "good": 0.1}, None),
        ({"good": 0.8, "good:len": -9, "bad": 0.2}, "good"),
        ({"good": 1, "bad": 0}, "good"),
        ({"logits": {"good": 2.0, "bad": 0.0}}, "good"),
        ({"probs": {"good": 0.8, "bad": 0.2}}, "good"),
        (Answer.model_validate({"data": [{"logits": {"good": 2.0, "bad": 0.0}}]}), "good"),
        (Answer.model_validate({"data": [{"probs": {"good": 0.9, "bad": 0.1}}]}), "good"),
        (Answer.model_validate({"data": [{"probs": {"good": 0.9, "bad": 0.1}}]}).data[0], "good"),  # type: ignore[index]
        (Answer.model_validate({"data": [{"probs": {"good": 0.9, "bad": "odd"}}]}), "good"),
        (Answer.model_validate({"data": []}), None),
        (Answer.model_validate({}), None),
        (Answer.model_validate({"data": [{"logits": 0.5}]}), None),
    ],
)
def test_multiclass_decision(answer: Any, decision: str | None) -> None:
    """The most probable label is decided if it reaches its threshold; a label without one never is."""
    assert policy_of({"good": 0.8, "bad": None}).decide(answer) == decision


@pytest.mark.parametrize(
    ("answer", "decision"),
    [
        ({"a": 0.6, "b": 0.9}, ["a", "b"]),
        ({"a": 0.4, "b": 0.2, "c": 1}, []),
        ({"logits": {"a": 1.0, "b": -5.0}}, ["a"]),
        ({"a": 0, "b": 1}, ["b"]),
        ({"data": []}, None),
    ],
)
def test_multilabel_decision(answer: Any, decision: list[str] | None) -> None:
    """Each label that reaches its threshold is decided; there may be none."""
    assert policy_of({"a": 0.5, "b": 0.8, "c": None}, kind="multilabel").decide(answer) == decision


def test_temperature_calibrates_decisions() -> None:
    """Logits are divided by the temperature; probabilities become logits first."""
    policy = policy_of({"a": 0.75}, kind="multilabel", temperature=2)
    assert policy.decide({"a": 0.9}) == ["a"]  # log(9) / 2 is the logit of 0.75
    assert policy.decide({"a": 0.899}) == []
    assert policy.decide({"a": math.log(9)}, data_format="logits") == ["a"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"a": 1.5}, "the score of 'a' is 1.5, which is not a probability; if it is a logit, pass data_format"),
        ({"a": float("nan")}, "the score of 'a' is nan, which is not a finite number"),
        ({"a": "1"}, "the score of 'a' must be a number, not '1'"),
        ("a", "answer must be a result of classification.create or a mapping, not str"),
    ],
)
def test_invalid_answers_are_refused(answer: Any, message: str) -> None:
    """The error names the label."""
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        policy_of({"a": 0.5}).decide(answer)


def test_label_that_cannot_reach_the_target_is_never_decided() -> None:
    """The policy says so, with its best try."""
    truth, chances, _ = multiclass(2000, signal=3)
    generator = np.random.default_rng(1)
    truth = [("angry" if generator.random() < 0.5 else "neutral") if each != "good" else each for each in truth]
    policy = evaluate_predictions(truth, chances).fit_policy(target_precision=0.9)
    assert policy.thresholds["good"] is not None
    assert (policy.thresholds["angry"], policy.thresholds["neutral"]) == (None, None)
    angry = policy.labels["angry"]
    assert angry.value is not None
    assert angry.value < 0.9
    assert re.search(r"angry +never decided +0\.\d+ \(", str(policy))
    assert "never decided" in checked(html_of(policy))
    assert all(policy.decide(each) in ("good", None) for each in chances)


def test_recall_of_each_label() -> None:
    """The share of each label's records that is decided rightly reaches the target, with the highest threshold."""
    policy = report().fit_policy(target_recall=0.6)
    truth, chances, _ = multiclass(5000, signal=2, seed=7)
    for label in LABELS:
        found = [policy.decide(each) == label for each, true in zip(chances, truth, strict=True) if true == label]
        assert 0.58 < np.mean(found) < 0.7


def test_best_f1_of_a_multilabel_model() -> None:
    """It has no target, and its thresholds are near those that are best for calibrated probabilities."""
    truth, chances, _ = multilabel(4000)
    policy = evaluate_predictions(truth, chances).fit_policy(maximize="f1")
    assert policy.target is None
    assert all(0.2 < threshold < 0.6 for threshold in policy.thresholds.values() if threshold is not None)
    for label in LABELS:
        assert policy.labels[label].interval[0] < (policy.labels[label].value or 0) < policy.labels[label].interval[1]
    decided = [policy.decide(each) for each in chances]
    assert np.mean([bool(each) for each in decided]) == pytest.approx(policy.coverage, abs=0.03)
    assert "best F1 for each label" in str(policy)


def test_precision_of_a_multilabel_model() -> None:
    """Each label is decided with its own threshold; for calibrated probabilities it is below the target."""
    policy = evaluate_predictions(*multilabel(4000)[:2]).fit_policy(target_precision=0.9)
    checked_again = policy.check(evaluate_predictions(*multilabel(20000, seed=1)[:2]))
    assert checked_again.holds
    for label in LABELS:
        assert 0.4 < (policy.thresholds[label] or 0) < 0.9
        assert 0.89 < (checked_again.labels[label].value or 0) < 0.95


def test_label_that_is_never_predicted_has_no_threshold() -> None:
    """Also if there is no target."""
    truth, chances, _ = multiclass(200)
    truth[0] = "rare"
    policy = evaluate_predictions(truth, chances).fit_policy(maximize="f1")
    assert policy.labels["rare"] == LabelPolicy(None, None, (0, 1), 0)


@pytest.mark.parametrize(
    ("records", "signal", "goal", "message"),
    [
        (19, 3, {"maximize": "f1"}, "too few records: 19 have scores, but at least 20 are needed"),
        (100, 3, {"target_precision": 0.95}, "too few records: 100 have scores, but at least 104 are needed"),
        (110, 9, {"target_precision": 0.95}, r"at least 52 decisions .*takes about \d+ records instead of 110"),
        (
            1000,
            0,
            {"target_recall": 0.9},
            r"the best is '\w+' with 0\.\d+ .*; it takes at least 25, all of them right",
        ),
        (150, 2, {"target_precision": 0.9}, r"the best is '\w+' with 0\.\d+ .*; about [\d,]+ records are needed inst"),
        (200, 3, {}, "set one of target_precision, target_recall, maximize, not 0 of them"),
        (200, 3, {"target_recall": 0.5, "maximize": "f1"}, "not 2 of them"),
        (200, 3, {"maximize": "recall"}, "maximize must be \"f1\", not 'recall'"),
        (200, 3, {"target_recall": 1}, "target_recall must be between 0 and 1, not 1"),
        (200, 3, {"maximize": "f1", "seed": -1}, "seed must not be negative: -1"),
    ],
)
def test_refusal_has_the_number_that_is_needed(records: int, signal: float, goal: Any, message: str) -> None:
    """A policy that cannot promise anything is not fitted."""
    with pytest.raises(ValueError, match=message):
        report(records, signal=signal).fit_policy(**goal)


def test_no_f1_is_refused() -> None:
    """A model that is always wrong has no policy."""
    wrong = evaluate_predictions(["a"] * 30, [{"a": 0, "b": 1}] * 30)
    with pytest.raises(ValueError, match="no label has an F1 above 0"):
        wrong.fit_policy(maximize="f1")


def test_policy_file(tmp_path: Path, precise: Policy) -> None:
    """A loaded policy is equal; it names the model and the version of the SDK; another file is kept."""
    path = tmp_path / "reviews.policy.json"
    precise.save(path)
    precise.save(path)
    assert load_policy(path) == precise
    assert json.loads(path.read_text())["source"]["model"] == "m"
    path.write_text("{}")
    with pytest.raises(FileExistsError, match="is not a policy; it is not overwritten"):
        precise.save(path)
    with pytest.raises(ValueError, match="is not a policy that this version"):
        load_policy(path)
    path.write_text('{"emissary":"policy","version":1,"labels":{}}')
    with pytest.raises(ValueError, match="is a damaged policy"):
        load_policy(path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("old", "new"),
    [('"temperature":1', '"temperature":0'), ('"threshold":0.5', '"threshold":"0.5"'), ("multiclass", "binary")],
)
def test_policy_file_that_was_edited(tmp_path: Path, old: str, new: str) -> None:
    """A value that cannot decide is refused, and not a failure of each decision."""
    path = tmp_path / "reviews.policy.json"
    policy_of({"a": 0.5}).save(path)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ValueError, match="is a damaged policy"):
        load_policy(path)


def test_check_on_newer_data(precise: Policy) -> None:
    """It holds on data of the same kind, and names the labels that are broken on other data."""
    same = precise.check(report(seed=3))
    assert same.holds
    assert "the policy holds" in str(same)
    truth, chances, _ = multiclass(2000, signal=2, seed=4)
    changed = ["good" if each == "angry" else each for each in truth]
    found = precise.check(evaluate_predictions(changed, chances))
    assert (found.holds, found.broken) == (False, ["angry"])
    assert "no longer holds for angry" in str(found)
    assert "no longer holds" in checked(html_of(found))
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["broken"] == ["angry"]
    nothing = precise.check(evaluate_predictions(["neutral", "angry"], [{"neutral": 1, "angry": 0}] * 2))
    assert nothing.labels["angry"] == LabelPolicy(precise.thresholds["angry"], None, (0, 1), 0)


def test_check_of_the_best_f1() -> None:
    """It holds unless the F1 is below the interval that was verified."""
    truth, chances, _ = multilabel(1000)
    policy = evaluate_predictions(truth, chances).fit_policy(maximize="f1")
    newer = multilabel(1000, seed=1)
    assert policy.check(evaluate_predictions(newer[0], newer[1])).holds
    assert policy.check(evaluate_predictions(newer[0], chances)).broken == LABELS
    unseen = policy.check(evaluate_predictions([["good"], []], [{"good": 1, "angry": 0}] * 2)).labels["angry"]
    assert (unseen.value, unseen.interval) == (None, (0, 1))


def test_check_needs_answers_of_its_kind(precise: Policy) -> None:
    """A report of another kind, or without an answer, is refused."""
    with pytest.raises(ValueError, match="the policy is multiclass, but the report is multilabel"):
        precise.check(evaluate_predictions([["a"]], [{"a": 1}]))
    with pytest.raises(ValueError, match="no record of the report has scores"):
        precise.check(evaluate_predictions(["a"], [None]))
    with pytest.raises(ValueError, match="the report has none of the labels that the policy decides"):
        precise.check(evaluate_predictions(["a"], [{"a": 1}]))
    regression: Any = evaluate_regression([1], [1])
    with pytest.raises(TypeError, match="report must be a ClassificationReport, not RegressionReport"):
        precise.check(regression)
