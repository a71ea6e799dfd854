"""Decision policies: from scores to a label, several labels, or no decision. They need no extra."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from .._display.page import view_html
from .._display.text import counted, text
from .._display.values import Table, View
from . import files
from .answers import LARGEST_LOGIT, ONE, ROUNDING, TINY, scores_of, sigmoid, softmax
from .checks import number_of, numbers_or_none, require_share
from .extra import needs_extra
from .labelpolicy import Goal, LabelPolicy
from .labels import without_lengths
from .rendering import as_text, data, number
from .report import json_value

if TYPE_CHECKING:
    from .._display.values import Value
    from ._numeric.predictions import Predictions
    from .files import PathLike

Decision: TypeAlias = "str | list[str] | None"


class HasPredictions(Protocol):
    """A report with truth and scores."""

    @property
    def predictions(self) -> Predictions:
        """Truth and scores."""
        ...


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Decides by calibrated probabilities. ``report.fit_policy`` returns it, ``load_policy`` reads it.

    A multiclass policy decides the most probable label if its probability reaches the label's threshold. A multilabel
    policy decides each label whose probability reaches its threshold.
    """

    kind: Literal["multiclass", "multilabel"]
    """Whether a record has one label, or any number of labels."""
    goal: Goal
    """The measure that has a target, or ``f1``, which is maximized."""
    target: float | None
    """The value that the measure reaches for each label; None for ``f1``."""
    temperature: float
    """Number by which logits are divided before they become probabilities. See Guo et al., On Calibration of Modern
    Neural Networks, ICML 2017.
    """
    labels: dict[str, LabelPolicy]
    """Threshold of each label, with its verification."""
    coverage: float
    """Share of the verifying records with a decision; multilabel: with at least one label."""
    fitted_on: int
    """Number of records that the temperature and the thresholds were fitted to."""
    verified_on: int
    """Number of other records, on which they were verified."""
    source: dict[str, Any] = field(default_factory=dict[str, Any])
    """Model, file, digest and date of the report, and the version of the SDK."""

    def __post_init__(self) -> None:
        """Check what decides: a policy file may be edited by hand.

        :raises TypeError: A number has another type.
        :raises ValueError: The kind is unknown, a number is not finite, or the temperature is not above 0.
        """
        if self.kind not in ("multiclass", "multilabel"):
            raise ValueError(f'kind must be "multiclass" or "multilabel", not {self.kind!r}')
        if number_of(self.temperature, "temperature") <= 0:
            raise ValueError(f"temperature must be above 0, not {self.temperature}")
        numbers_or_none("threshold", self.thresholds.values())

    @property
    def thresholds(self) -> dict[str, float | None]:
        """Threshold of each label; None for a label that is never decided."""
        return {label: each.threshold for label, each in self.labels.items()}

    def decide(self, answer: Any, *, data_format: Literal["probs", "logits"] = "probs") -> Decision:
        """Return the decision for a text.

        :param answer: Result of ``classification.create``, with logits or probabilities, or its JSON. Or a mapping of
            labels to scores.
        :param data_format: Whether the scores in a mapping of labels are probabilities or logits.
        :returns: Multiclass: the label, or None if the most probable one does not reach its threshold. Multilabel: the
            list of the labels that reach their thresholds. None if the answer has no scores.
        :raises TypeError: ``answer`` is something else, or a score is not a number.
        :raises ValueError: A probability is not from 0 to 1, or a score is NaN.
        """
        scores, found_format = scores_of(answer, data_format)
        if not scores:
            return None
        logits = {label: self._logit(label, scores[label], found_format) for label in sorted(without_lengths(scores))}
        chances = {label: sigmoid(logit) for label, logit in logits.items()} if self._decides_each else softmax(logits)
        reached = [label for label, chance in chances.items() if self._is_reached(label, chance)]
        if self._decides_each:
            return reached
        best = max(logits, key=logits.__getitem__)
        return best if best in reached else None

    @property
    def _decides_each(self) -> bool:
        return self.kind == "multilabel"

    def _is_reached(self, label: str, chance: float) -> bool:
        found = self.labels.get(label)
        return found is not None and found.threshold is not None and chance >= found.threshold

    def _logit(self, label: str, score: Any, data_format: str) -> float:
        value = number_of(score, f"the score of {label!r}")
        if data_format == "logits":
            return min(max(value, -LARGEST_LOGIT), LARGEST_LOGIT) / self.temperature
        if not -ROUNDING <= value <= 1 + ROUNDING:
            advice = 'if it is a logit, pass data_format="logits"'
            raise ValueError(f"the score of {label!r} is {value}, which is not a probability; {advice}")
        chance = min(max(value, TINY), ONE)
        logit = math.log(chance) - (math.log1p(-chance) if self._decides_each else 0)
        return logit / self.temperature

    def check(self, report: HasPredictions) -> PolicyCheck:
        """Check the policy against newer labelled data. It needs the extra ``evaluation``.

        A label is broken if the data contradict what the policy promises of it: if the one-sided 95 % bound is below
        the target; for ``f1``, below the interval that was verified.

        :param report: Report of ``evaluate_predictions`` on the newer data.
        :raises TypeError: The report is of another task.
        :raises ValueError: The report is not of the policy's kind, no record has scores, or it has none of the labels
            that the policy decides.
        :raises ImportError: The extra is not installed.
        """
        with needs_extra("Policy.check"):
            from ._numeric.fitting import measure
        if getattr(report, "task", None) != "classification":
            raise TypeError(f"report must be a ClassificationReport, not {type(report).__name__}")
        labels, coverage = measure(report.predictions, self.kind, self.goal, self.temperature, self.thresholds)
        return PolicyCheck(self, int(report.predictions.answered.sum()), labels, coverage)

    def to_dict(self) -> dict[str, Any]:
        """Return the policy as a dict of JSON values."""
        values: dict[str, Any] = json_value(self)
        return values

    def save(self, path: PathLike) -> None:
        """Write the policy to a file, for ``load_policy``.

        :param path: File to write. A saved policy is replaced, any other file is kept.
        :raises FileExistsError: The file exists and is not a saved policy.
        """
        files.write(path, "policy", self.to_dict())

    def __str__(self) -> str:
        return as_text(self._view())

    def _repr_html_(self) -> str:
        return view_html(self._view())

    def _view(self) -> View:
        goal = f"{self.goal} of {self.target:g}" if self.target else "best F1"
        facts: list[list[Value]] = [
            ["goal", f"{goal} for each label"],
            ["coverage", number(self.coverage)],
            ["temperature", number(self.temperature)],
            ["fitted on", counted(self.fitted_on, "record")],
            ["verified on", counted(self.verified_on, "record")],
        ]
        return View(
            text(f"policy of {self.source.get('model') or 'a model'}"),
            None,
            None,
            facts,
            [label_table(self.goal, self.labels)],
        )


@dataclass(frozen=True)
class PolicyCheck:
    """Whether a policy still holds on newer data. ``policy.check`` returns it."""

    policy: Policy
    """The policy."""
    records: int
    """Number of the newer records with scores."""
    labels: dict[str, LabelPolicy]
    """The labels that the policy decides, measured on the newer records."""
    coverage: float
    """Share of the newer records with a decision."""

    @property
    def broken(self) -> list[str]:
        """Labels for which the newer records contradict the policy's promise."""
        return [label for label, each in self.labels.items() if each.interval[1] < self._promised(label)]

    @property
    def holds(self) -> bool:
        """Whether no label is broken."""
        return not self.broken

    def _promised(self, label: str) -> float:
        return self.policy.target or self.policy.labels[label].interval[0]

    def to_dict(self) -> dict[str, Any]:
        """Return the check as a dict of JSON values."""
        values = {"holds": self.holds, "broken": self.broken, "records": self.records, "coverage": self.coverage}
        return {**values, "labels": json_value(self.labels)}

    def __str__(self) -> str:
        return as_text(self._view())

    def _repr_html_(self) -> str:
        return view_html(self._view())

    def _view(self) -> View:
        verdict = "holds" if self.holds else f"no longer holds for {', '.join(map(data, self.broken))}"
        facts: list[list[Value]] = [
            ["records", f"{self.records:,}"],
            ["coverage", f"{self.coverage:.3f}, {self.policy.coverage:.3f} when it was fitted"],
        ]
        return View(f"the policy {verdict}", None, None, facts, [label_table(self.policy.goal, self.labels)])


def load_policy(path: PathLike) -> Policy:
    """Read a policy that ``Policy.save`` wrote.

    :param path: File of the policy.
    :raises FileNotFoundError: There is no such file.
    :raises ValueError: The file is not a saved policy, or is damaged.
    """
    content = files.read(path, "policy")
    try:
        for values in content["labels"].values():
            values["interval"] = tuple(values["interval"])
        content["labels"] = {label: LabelPolicy(**values) for label, values in content["labels"].items()}
        return Policy(**content)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is a damaged policy: {error!r}") from None


def goal_of(
    target_precision: float | None, target_recall: float | None, maximize: Literal["f1"] | None
) -> tuple[Goal, float | None]:
    """Return the one goal that is set, and its target.

    :raises ValueError: None or several are set, or the goal is unknown, or the target is not between 0 and 1.
    """
    goals = {"target_precision": target_precision, "target_recall": target_recall, "maximize": maximize}
    chosen = [(name, value) for name, value in goals.items() if value is not None]
    if len(chosen) != 1:
        raise ValueError(f"set one of {', '.join(goals)}, not {len(chosen)} of them")
    if maximize is not None:
        if maximize != "f1":
            raise ValueError(f'maximize must be "f1", not {maximize!r}')
        return "f1", None
    [(name, target)] = chosen
    require_share(name, target)
    return ("recall" if target_precision is None else "precision"), target_recall or target_precision


def label_table(goal: Goal, labels: dict[str, LabelPolicy]) -> Table:
    """Return thresholds and measurements."""
    rows: list[list[Value]] = [
        [
            data(label, 24),
            "never decided" if each.threshold is None else f"{each.threshold:.4f}",
            number(each.value, each.interval),
            f"{each.records:,}",
        ]
        for label, each in labels.items()
    ]
    return Table("Labels", ["label", "threshold", "F1" if goal == "f1" else goal, "records"], rows)
