"""Fitting of decision policies: one half of the records chooses, the other half verifies."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..answers import ONE, TINY
from ..labelpolicy import Goal, LabelPolicy
from .intervals import bootstrap, wilson
from .libraries import optimize, special, stats
from .paired import two_digits
from .predictions import probabilities

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..measures import Interval
    from .predictions import Array, Predictions

_CONFIDENCE = 0.95
_TWO_SIDED = 0.9
_TRIES = 50
_FEWEST = 20
"""Answered records below which thresholds are not fitted."""
_TEMPERATURES = (0.01, 100.0)
_BELOW = 1 - 1e-12
"""A threshold is a little below the probability that it includes, so that another way of rounding changes nothing."""


@dataclass(frozen=True)
class Half:
    """Records with their truth, calibrated probabilities, and the labels that may be decided."""

    truth: Array
    chances: Array
    is_open: Array
    """Multiclass: whether a label is the most probable one. Multilabel: always true."""

    def counts(self, label: int, threshold: float) -> tuple[int, int, int]:
        """Return how many records are decided rightly as a label, decided so, and have the label."""
        decided = self.is_open[:, label] & (self.chances[:, label] >= threshold)
        true = self.truth[:, label]
        return int((decided & true).sum()), int(decided.sum()), int(true.sum())


def fit(predictions: Predictions, goal: Goal, target: float | None, seed: int) -> dict[str, Any]:
    """Return the fields of a policy that are fitted; see ``ClassificationReport.fit_policy``."""
    answered = np.flatnonzero(predictions.answered)
    needed = max(_FEWEST, 0 if target is None else 2 * _needed(1, target))
    if len(answered) < needed:
        raise ValueError(f"too few records: {len(answered):,} have scores, but at least {needed:,} are needed")
    shuffled = np.random.default_rng(seed).permutation(answered)
    fitting, verifying = np.sort(shuffled[::2]), np.sort(shuffled[1::2])
    temperature = fit_temperature(predictions, fitting)
    fitted, verified = (_half(predictions, rows, temperature) for rows in (fitting, verifying))
    labels = {
        name: _label_policy(fitted, verified, position, goal, target)
        for position, name in enumerate(predictions.labels)
    }
    if all(each.threshold is None for each in labels.values()):
        raise ValueError(_refusal(labels, goal, target, len(answered)))
    return {
        "kind": _kind(predictions),
        "temperature": temperature,
        "labels": labels,
        "coverage": _coverage(verified, [each.threshold for each in labels.values()]),
        "fitted_on": len(fitting),
        "verified_on": len(verifying),
    }


def measure(
    predictions: Predictions, kind: str, goal: Goal, temperature: float, thresholds: Mapping[str, float | None]
) -> tuple[dict[str, LabelPolicy], float]:
    """Return the labels that a policy decides as they are on other records, and the coverage."""
    if kind != _kind(predictions):
        raise ValueError(f"the policy is {kind}, but the report is {_kind(predictions)}")
    rows = np.flatnonzero(predictions.answered)
    if not len(rows):
        raise ValueError("no record of the report has scores")
    half = _half(predictions, rows, temperature)
    positions = {name: position for position, name in enumerate(predictions.labels)}
    labels = {
        name: _measured(half, positions[name], threshold, goal)
        for name, threshold in thresholds.items()
        if threshold is not None and name in positions
    }
    if not labels:
        raise ValueError("the report has none of the labels that the policy decides")
    return labels, _coverage(half, [thresholds.get(name) for name in predictions.labels])


def _kind(predictions: Predictions) -> Literal["multilabel", "multiclass"]:
    return "multilabel" if predictions.is_multilabel else "multiclass"


def fit_temperature(predictions: Predictions, rows: Array) -> float:
    """Return the temperature with the least log loss (``scipy.optimize.minimize_scalar``).

    The truth is smoothed by 1 / (n + 2), as by Platt, Probabilistic Outputs for Support Vector Machines, 1999: else
    records without a mistake have no best temperature.
    """
    logits, truth = _logits(predictions)[rows], _flags(predictions, rows)
    rest = 1 / (len(rows) + 2)
    shares = truth.astype(np.float64) * (1 - rest)
    shares += rest / 2 if predictions.is_multilabel else rest / truth.shape[1]

    def loss(log_temperature: float) -> float:
        scaled: Array = logits / math.exp(log_temperature)
        if predictions.is_multilabel:
            true, false = _log(special.log_expit(scaled)), _log(special.log_expit(-scaled))
            losses: Array = shares * true + (1 - shares) * false
        else:
            losses = shares * _log(special.log_softmax(scaled, axis=1))
        return -float(losses.sum())

    bounds = [math.log(limit) for limit in _TEMPERATURES]
    with np.errstate(under="ignore"):
        return math.exp(optimize.minimize_scalar(loss, bounds=bounds, method="bounded").x)


def _log(values: Array) -> Array:
    """Return logarithms that are finite."""
    return np.maximum(values, math.log(TINY))


def _logits(predictions: Predictions) -> Array:
    """Return the logits as they are, or the logarithms of probabilities (multilabel: of their odds)."""
    if predictions.data_format == "logits":
        return predictions.scores
    chances: Array = np.minimum(np.maximum(predictions.scores, TINY), ONE)
    logits: Array = np.log(chances)
    return logits - np.log1p(-chances) if predictions.is_multilabel else logits


def _flags(predictions: Predictions, rows: Array) -> Array:
    truth = predictions.truth[rows]
    return truth if predictions.is_multilabel else _one_hot(truth, len(predictions.labels))


def _one_hot(positions: Array, count: int) -> Array:
    flags: Array = positions[:, np.newaxis] == np.arange(count)
    return flags


def _half(predictions: Predictions, rows: Array, temperature: float) -> Half:
    logits = _logits(predictions)[rows]
    best = _one_hot(logits.argmax(axis=1), len(predictions.labels))
    is_open = np.ones_like(best) if predictions.is_multilabel else best
    chances = probabilities(logits / temperature, is_multilabel=predictions.is_multilabel)
    return Half(_flags(predictions, rows), chances, is_open)


def _label_policy(fitted: Half, verified: Half, label: int, goal: Goal, target: float | None) -> LabelPolicy:
    """Return the threshold of a label, chosen by one half and measured on the other.

    For a target, the first half puts thresholds into an order, from the safest to the one that decides the most (or,
    for a recall, the least). The second half tests them in this order, and the last one before a failure is chosen.
    Such a sequence keeps the confidence of one test; see Bauer, Multiple Testing in Clinical Trials, 1991, and
    Angelopoulos et al., Learn then Test, 2021.
    """
    tries = _tries(fitted, label)
    if not tries:  # it is never the most probable label
        return LabelPolicy(None, None, (0.0, 1.0), 0)
    values = [_value(fitted.counts(label, each), goal) or 0.0 for each in tries]
    if target is None:
        best = int(np.argmax(values))
        measured = _measured(verified, label, tries[best], goal)
        return measured if values[best] else replace(measured, threshold=None)
    if goal == "precision":
        counts = [fitted.counts(label, each) for each in tries]
        # With fewer decisions, the other half would refuse a threshold even without a mistake.
        enough = sum(decided >= _needed(1, target) for _, decided, _ in counts)
        bounds = [_bounds(each, goal)[0] for each in counts[: max(1, enough)]]
        safest = int(np.argmax(bounds))
        tries, values = tries[safest::-1], values[safest::-1]
    chosen = None
    first = _measured(verified, label, tries[0], goal)
    for threshold, value in zip(tries, values, strict=True):
        measured = _measured(verified, label, threshold, goal)
        # The fitting half can stop it, too: in simulations, three times fewer thresholds miss their target.
        if measured.interval[0] < target or (chosen and value < target):
            break
        chosen = measured
    return chosen or replace(first, threshold=None)


def _tries(fitted: Half, label: int) -> list[float]:
    """Return at most 50 thresholds in ascending order; the first one decides all that may be decided."""
    chances = np.sort(fitted.chances[fitted.is_open[:, label], label])
    places = np.linspace(0, len(chances) - 1, min(_TRIES, len(chances))).astype(np.intp)
    found: list[float] = np.unique(chances[places] * _BELOW).tolist()
    return found


def _value(counts: tuple[int, int, int], goal: Goal) -> float | None:
    hits, decided, true = counts
    whole = {"precision": decided, "recall": true, "f1": (decided + true) / 2}[goal]
    return hits / whole if whole else None


def _bounds(counts: tuple[int, int, int], goal: Goal) -> Interval:
    """Return the limits of 90 %: each of them alone has a confidence of 95 %."""
    hits, decided, true = counts
    if goal != "f1":
        return wilson(hits, decided if goal == "precision" else true, _TWO_SIDED)

    def f1(sizes: Array) -> Array:
        values: Array = 2 * sizes[..., 0] / (2 * sizes[..., 0] + sizes[..., 1] + sizes[..., 2])
        return values

    sizes = np.array([hits, decided - hits, true - hits])
    return bootstrap(sizes, f1, _TWO_SIDED, seed=0) or (0.0, 1.0)


def _measured(half: Half, label: int, threshold: float, goal: Goal) -> LabelPolicy:
    counts = half.counts(label, threshold)
    records = counts[1] if goal == "precision" else counts[2]
    return LabelPolicy(threshold, _value(counts, goal), _bounds(counts, goal), records)


def _coverage(half: Half, thresholds: Iterable[float | None]) -> float:
    """Return the share of records with a decision.

    :param thresholds: Threshold of each label in the order of the labels; None for a label that is not decided.
    """
    limits = np.array([np.inf if each is None else each for each in thresholds])
    return float((half.is_open & (half.chances >= limits)).any(axis=1).mean())


def _needed(value: float, target: float) -> int:
    """Return how many records put Wilson's lower bound of an observed share at the target."""
    z: float = stats.norm.ppf(_CONFIDENCE)
    return math.ceil(z**2 * target * (1 - target) / (value - target) ** 2)


def _refusal(labels: dict[str, LabelPolicy], goal: Goal, target: float | None, records: int) -> str:
    """Return why no label is decided, and the number of records that is needed."""
    if target is None:
        return "no label has an F1 above 0 in the fitting half"
    name, best = max(labels.items(), key=lambda item: item[1].interval[0])
    fewest = _needed(1, target)
    words = f"no label reaches {goal} {target:g} with a confidence of 95 %"
    unit = "decisions" if goal == "precision" else "records"
    if best.value is None or best.records < fewest:
        total = two_digits(records * fewest / max(best.records, 1))
        needed = (
            f"at least {fewest:,} {unit} of a label are needed in the verifying half, and {name!r} has {best.records:,}"
        )
        return f"{words}: {needed}; that takes about {total:,} records instead of {records:,}"
    found = f"the best is {name!r} with {best.value:.3f} in {best.records:,} {unit}"
    if best.value <= target:
        return f"{words}: {found}; it takes at least {fewest:,}, all of them right"
    total = two_digits(records * _needed(best.value, target) / best.records)
    return f"{words}: {found}; about {total:,} records are needed instead of {records:,}"
