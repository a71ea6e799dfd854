"""Evaluation of a classifier, from true labels and scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .._display.table import rest
from .._display.values import Table, Value, View
from .checks import require_seed, require_share
from .comparison import ComparableReport
from .extra import needs_extra
from .measures import Confusion, Interval, LabelMetrics, with_intervals
from .policy import Policy, goal_of
from .rendering import data, number
from .report import Details, Mistake, json_value, report_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from typing_extensions import Self, Unpack

    from ._numeric.predictions import Predictions

_WIDE = 20
_NARROW = 10
_CONFUSED = 5
"""Rows of a table: in a wide view, in a narrow one; and labels of a confusion table in a narrow one."""


@dataclass(frozen=True, kw_only=True, repr=False)
class ClassificationReport(ComparableReport):
    """Quality of a classifier. ``evaluate_predictions`` returns it.

    Failed records count as wrong in accuracy, precision, recall and F1; the other numbers leave them out. A number
    is None if it is undefined. Intervals have the confidence of ``parameters["confidence"]``.
    """

    task: ClassVar[str] = "classification"
    gates: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1", "micro_f1", "weighted_f1")

    kind: Literal["multiclass", "multilabel"]
    """Whether a record has one label, or any number of labels."""
    accuracy: float
    """Share of the records whose prediction is right; multilabel: whose labels are all right."""
    accuracy_interval: Interval
    """Wilson interval of the accuracy."""
    baseline_accuracy: float
    """Accuracy of always predicting the most frequent label, or set of labels."""
    macro_f1: float | None
    """Mean F1 of the labels that occur in truth or prediction."""
    macro_f1_interval: Interval | None
    """Percentile bootstrap interval of ``macro_f1``. It has no width if all predictions are right."""
    micro_f1: float | None
    """F1 of all label decisions together."""
    weighted_f1: float | None
    """Mean F1 of the labels, weighted by their support."""
    labels: dict[str, LabelMetrics]
    """Numbers of each label, in alphabetical order."""
    confusion: Confusion
    """Answered records: truth → prediction → count. Multilabel: label → is true → is predicted → count."""
    log_loss: float | None
    """Mean of -log(probability of the truth); multilabel: of all label decisions."""
    brier: float | None
    """Mean over records of the squared differences of probability and truth: their sum over labels, from 0 to 2.

    Multilabel: their mean over labels, from 0 to 1.
    """
    ece: float | None
    """Expected calibration error: distance of the predictions' probabilities from the share that is right, in 15 bins
    of equal size. Multilabel: of the probabilities of all labels from the share of records that have the label.
    """
    predictions: Predictions = field(compare=False)
    """Truth, scores and predictions as numpy arrays."""

    def fit_policy(
        self,
        *,
        target_precision: float | None = None,
        target_recall: float | None = None,
        maximize: Literal["f1"] | None = None,
        seed: int = 0,
    ) -> Policy:
        """Fit a decision policy: a temperature, and a threshold for each label.

        One half of the answered records fits them, the other half verifies them. Give exactly one goal.

        :param target_precision: Share of each label's decisions that has to be right, such as 0.95.
        :param target_recall: Share of each label's records that has to be decided so.
        :param maximize: ``"f1"`` for the threshold with the best F1 of each label.
        :param seed: Seed of the split into halves.
        :raises ValueError: No label reaches the target, or there are too few records; the message has the number of
            records that is needed.
        """
        goal, target = goal_of(target_precision, target_recall, maximize)
        require_seed(seed)
        with needs_extra("fit_policy"):
            from ._numeric.fitting import fit
        origin = ("model", "file", "sha256", "date", "sdk_version")
        source = {name: json_value(getattr(self, name)) for name in origin}
        return Policy(goal=goal, target=target, source=source, **fit(self.predictions, goal, target, seed))

    def _mistakes(self) -> list[Mistake]:
        source = self.source
        return [
            Mistake(source.lines[each], source.text(each), self._truth_of(each), self._prediction_of(each), confidence)
            for each, confidence in self.predictions.mistakes()
        ]

    def _truth_of(self, position: int) -> str | list[str]:
        return self.predictions.named(self.predictions.truth[position])

    def _prediction_of(self, position: int) -> str | list[str] | None:
        predictions = self.predictions
        return predictions.named(predictions.predicted[position]) if predictions.answered[position] else None

    def _failed_positions(self) -> Sequence[int]:
        positions: list[int] = (~self.predictions.answered).nonzero()[0].tolist()
        return positions

    def _is_correct(self) -> Any:
        return self.predictions.correct

    def _columns(self) -> dict[str, Any]:
        return self.predictions.to_columns()

    @classmethod
    def restored(cls, fields: dict[str, Any], columns: dict[str, Any]) -> Self:
        """Return a report from JSON values."""
        from ._numeric.predictions import taken_from

        labels = {label: LabelMetrics(**with_intervals(values)) for label, values in fields["labels"].items()}
        found = {**fields, "labels": labels}
        if fields["kind"] == "multilabel":
            flags = {"false": False, "true": True}
            found["confusion"] = {
                label: {
                    flags[truth]: {flags[each]: count for each, count in row.items()} for truth, row in rows.items()
                }
                for label, rows in fields["confusion"].items()
            }
        predictions = taken_from(columns)
        return super().restored(found, {**columns, "predictions": predictions})

    def _view(self, *, is_narrow: bool) -> View:
        facts: list[list[Value]] = [
            ["records", self._counts()],
            ["accuracy", f"{number(self.accuracy, self.accuracy_interval)}, baseline {self.baseline_accuracy:.3f}"],
            ["macro F1", number(self.macro_f1, self.macro_f1_interval)],
            ["micro F1", number(self.micro_f1)],
            ["weighted F1", number(self.weighted_f1)],
            ["log loss", number(self.log_loss)],
            ["Brier score", number(self.brier)],
            ["calibration error", number(self.ece)],
            *self._origin(is_narrow=is_narrow),
        ]
        rows = _NARROW if is_narrow else _WIDE
        tables = [self._label_table(rows, is_narrow=is_narrow)]
        if len(self.labels) <= (_CONFUSED if is_narrow else _WIDE):
            tables.append(self._confusion_table())
        return View(self._title(), None, None, facts, [*tables, *self._record_tables(rows)])

    def _label_table(self, limit: int, *, is_narrow: bool) -> Table:
        """Return the labels with the most records."""
        header = ["label", "precision", "recall", "F1", "records"]
        header += [] if is_narrow else ["ROC AUC", "average precision"]
        found = sorted(self.labels.items(), key=lambda item: -item[1].support)[:limit]
        rows: list[list[Value]] = [
            [
                data(label, 13 if is_narrow else 40),
                number(metrics.precision, metrics.precision_interval),
                number(metrics.recall, metrics.recall_interval),
                number(metrics.f1),
                f"{metrics.support:,}",
                *([] if is_narrow else [number(metrics.roc_auc), number(metrics.average_precision)]),
            ]
            for label, metrics in found
        ]
        return Table("Labels", header, rows, rest(len(self.labels), limit))

    def _confusion_table(self) -> Table:
        confusion: Any = self.confusion
        names = [data(label, 10) for label in self.labels]
        if self.kind == "multilabel":
            cells = ((True, True), (False, True), (True, False), (False, False))
            header = ["label", "true positive", "false positive", "false negative", "true negative"]
            rows = [[confusion[label][truth][each] for truth, each in cells] for label in self.labels]
        else:
            header = ["truth", *names]
            rows = [list(confusion[label].values()) for label in self.labels]
        table: list[list[Value]] = [
            [name, *(f"{count:,}" for count in row)] for name, row in zip(names, rows, strict=True)
        ]
        return Table("Predictions" if self.kind == "multilabel" else "Truth and predictions", header, table)


def evaluate_predictions(
    truth: Iterable[str] | Iterable[Collection[str]],
    scores: Iterable[Mapping[str, float] | None],
    *,
    data_format: Literal["probs", "logits"] = "probs",
    threshold: float = 0.5,
    confidence: float = 0.95,
    seed: int = 0,
    **details: Unpack[Details],
) -> ClassificationReport:
    """Evaluate the scores of a classifier against true labels. It needs the extra ``evaluation``.

    :param truth: The label of each record; or the collection of its labels, which makes the task multilabel.
    :param scores: Label → probability for each record, None if the call failed. A label without a score has
        probability 0. A score ``NAME:len`` is ignored if NAME is a label.
    :param data_format: ``"logits"`` if scores are logits: the probabilities are their softmax, or, multilabel, their
        sigmoid.
    :param threshold: Probability from which on a label is predicted, if the task is multilabel.
    :param confidence: Confidence of the intervals.
    :param seed: Seed of the bootstrap.
    :param details: What the report is about, see ``Details``: ``model``, ``file``, ``sha256``, ``parameters``;
        ``lines``, ``texts`` and ``errors`` of the records.
    :raises TypeError: A label, a score or a detail has a wrong type; the message names the record.
    :raises ValueError: There are no records, lengths differ, or a number is NaN, infinite or out of range.
    :raises ImportError: The extra is not installed.
    """
    with needs_extra("evaluate_predictions"):
        from ._numeric import intervals, metrics
        from ._numeric.outcomes import Outcomes
        from ._numeric.predictions import read
    require_share("threshold", threshold)
    require_share("confidence", confidence)
    require_seed(seed)
    if data_format not in ("probs", "logits"):
        raise ValueError(f'data_format must be "probs" or "logits", not {data_format!r}')
    predictions = read(truth, scores, data_format, threshold)
    outcomes = Outcomes(predictions)
    count, correct = len(predictions.truth), int(predictions.correct.sum())
    parameters = {"data_format": data_format, "threshold": threshold, "confidence": confidence, "seed": seed}
    return ClassificationReport(
        **report_fields(details, count, parameters),
        records=count,
        failed=count - int(predictions.answered.sum()),
        kind="multilabel" if predictions.is_multilabel else "multiclass",
        accuracy=correct / count,
        accuracy_interval=intervals.wilson(correct, count, confidence),
        baseline_accuracy=outcomes.largest_share(),
        macro_f1=outcomes.f1("macro"),
        macro_f1_interval=intervals.bootstrap(outcomes.sizes, outcomes.macro_f1, confidence, seed),
        micro_f1=outcomes.f1("micro"),
        weighted_f1=outcomes.f1("weighted"),
        labels=metrics.label_metrics(predictions, outcomes, confidence),
        confusion=metrics.confusion(predictions, outcomes),
        log_loss=metrics.log_loss(predictions),
        brier=metrics.brier(predictions),
        ece=metrics.calibration_error(predictions),
        predictions=predictions,
    )
