"""Truth and scores as arrays, and the predictions that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from ..answers import LARGEST_LOGIT, ROUNDING
from ..checks import require_records
from ..labels import without_lengths
from .libraries import special

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Array: TypeAlias = npt.NDArray[Any]
Format: TypeAlias = Literal["probs", "logits"]
Scores: TypeAlias = Mapping[str, float]

_LARGEST_FLOAT = np.finfo(np.float64).max


@dataclass(frozen=True)
class Predictions:
    """Scores of records whose true labels are known.

    A multiclass record has one true label, and its prediction is the label with the highest score. A multilabel record
    has any number of labels, and its prediction is each label whose probability reaches the threshold.
    """

    labels: list[str]
    """All labels in alphabetical order; the other fields use their positions."""
    truth: Array
    """Multiclass: the position of each record's label. Multilabel: a row of flags for each record."""
    scores: Array
    """A row for each record, in the format of ``data_format``; NaN if the record failed."""
    data_format: Format
    threshold: float

    @property
    def is_multilabel(self) -> bool:
        """Whether a record has any number of labels."""
        return self.truth.ndim == 2

    @cached_property
    def answered(self) -> Array:
        """Whether each record has scores."""
        return ~np.isnan(self.scores[:, 0])

    @cached_property
    def probabilities(self) -> Array:
        """The scores as probabilities: the softmax of logits, or their sigmoid if the task is multilabel."""
        if self.data_format == "probs":
            return self.scores
        return probabilities(self.scores, is_multilabel=self.is_multilabel)

    @cached_property
    def predicted(self) -> Array:
        """The predictions in the form of ``truth``.

        The prediction of a failed record is the position after the last label, or a row without a flag.
        """
        if self.is_multilabel:
            return self.probabilities >= self.threshold
        return np.where(self.answered, self.scores.argmax(axis=1), len(self.labels))

    @cached_property
    def correct(self) -> Array:
        """Whether each prediction is the whole truth; a failed record is not."""
        same: Array = self.predicted == self.truth
        correct: Array = self.answered & (same.all(axis=1) if self.is_multilabel else same)
        return correct

    def flags(self, position: int) -> Array:
        """Return whether a label is true, for each record."""
        flags: Array = self.truth[:, position] if self.is_multilabel else self.truth == position
        return flags

    def named(self, value: Any) -> str | list[str]:
        """Return one entry of ``truth`` or ``predicted`` by name."""
        if not self.is_multilabel:
            return self.labels[int(value)]
        positions: list[int] = np.flatnonzero(value).tolist()
        return [self.labels[each] for each in positions]

    def mistakes(self) -> Iterator[tuple[int, float]]:
        """Return the answered records with a wrong prediction, and their confidence; the most confident first.

        The confidence is the probability of the prediction. For a multilabel record, it is the highest among the
        wrong labels: the probability of a label that is predicted, 1 minus that of a label that is not.
        """
        wrong = np.flatnonzero(self.answered & ~self.correct)
        chances = self.probabilities[wrong]
        if self.is_multilabel:
            chances = np.where(self.predicted[wrong], chances, 1 - chances)
            chances = np.where(self.predicted[wrong] != self.truth[wrong], chances, 0)
        confidence = chances.max(axis=1, initial=0)
        order = np.argsort(-confidence, kind="stable")
        return zip(wrong[order].tolist(), confidence[order].tolist(), strict=True)

    def to_columns(self) -> dict[str, Any]:
        """Return the predictions as JSON values."""
        truth: list[Any] = self.truth.tolist()
        if self.is_multilabel:
            truth = [np.flatnonzero(flags).tolist() for flags in self.truth]
        scores = [
            row if has_scores else None for row, has_scores in zip(self.scores.tolist(), self.answered, strict=True)
        ]
        if self.data_format == "logits":  # JSON has no infinity
            scores = [row and [None if score == -np.inf else score for score in row] for row in scores]
        return {
            "labels": self.labels,
            "truth": truth,
            "scores": scores,
            "is_multilabel": self.is_multilabel,
            "data_format": self.data_format,
            "threshold": self.threshold,
        }


def taken_from(columns: dict[str, Any]) -> Predictions:
    """Remove the JSON values of predictions, and return the predictions."""
    labels: list[str] = columns.pop("labels")
    truth = columns.pop("truth")
    if columns.pop("is_multilabel"):
        positions, truth = truth, np.zeros((len(truth), len(labels)), np.bool_)
        for row, names in zip(truth, positions, strict=True):
            row[names] = True
    failed = [np.nan] * len(labels)
    rows = [
        failed if row is None else [-np.inf if score is None else score for score in row]
        for row in columns.pop("scores")
    ]
    scores = np.array(rows, np.float64, order="F")
    return Predictions(labels, np.asarray(truth), scores, columns.pop("data_format"), columns.pop("threshold"))


def probabilities(logits: Array, *, is_multilabel: bool) -> Array:
    """Return the softmax of each row, or the sigmoid of each number if the task is multilabel."""
    with np.errstate(under="ignore"):  # a very small probability is 0
        return cast("Array", special.expit(logits) if is_multilabel else special.softmax(logits, axis=1))


def read(truth: Iterable[Any], scores: Iterable[Any], data_format: Format, threshold: float) -> Predictions:
    """Return labels and scores as arrays.

    :raises TypeError: A label or a score has the wrong type; the message names the record.
    :raises ValueError: There are no records, the lengths differ, or a score is not finite or not a probability.
    """
    expected, found = list(truth), list(scores)
    require_records(truth=expected, scores=found)
    is_multilabel = _is_multilabel(expected)
    known: set[str] = _union("truth", expected) if is_multilabel else set(expected)
    _require_mappings(found)
    scored = without_lengths(_union("scores", (each for each in found if each is not None)))
    if not is_multilabel and len(scored) == 1 and known - scored:
        only = next(iter(scored))
        wanted = f"[{only!r}] for a record that has it, and [] for another"
        raise ValueError(f"scores has the one label {only!r}, so truth must be lists of labels: {wanted}")
    labels = sorted(without_lengths(scored, known))
    if not labels:
        raise ValueError("neither truth nor scores has a label")
    matrix = _matrix(found, labels, data_format)
    return Predictions(labels, _truth(expected, labels, is_multilabel=is_multilabel), matrix, data_format, threshold)


def _is_multilabel(truth: Sequence[Any]) -> bool:
    kinds = {kind: _is_collection(kind) for kind in set(map(type, truth))}
    if all(issubclass(kind, str) for kind in kinds):
        return False
    if all(kinds.values()):
        return True
    position, value = next(
        (position, value)
        for position, value in enumerate(truth)
        if not (isinstance(value, str) if isinstance(truth[0], str) else kinds[type(value)])
    )
    wanted = "a label as in truth[0]" if isinstance(truth[0], str) else "a label, or a list of labels"
    raise TypeError(f"truth[{position}] must be {wanted}, not {type(value).__name__}")


def _is_collection(kind: type) -> bool:
    return issubclass(kind, Collection) and not issubclass(kind, str | bytes | Mapping)


def _union(name: str, records: Iterable[Collection[Any]]) -> set[str]:
    """Return the labels of all records."""
    labels: set[Any] = set()
    try:
        labels.update(*records)
    except TypeError as error:  # a label that is a list
        raise TypeError(f"{name}: a label must be a str: {error}") from None
    for label in labels:
        if not isinstance(label, str):
            raise TypeError(f"{name}: a label must be a str, not {label!r}")
    return labels


def _truth(truth: Sequence[Any], labels: list[str], *, is_multilabel: bool) -> Array:
    positions = {label: position for position, label in enumerate(labels)}
    if not is_multilabel:
        return np.fromiter(map(positions.__getitem__, truth), np.intp, len(truth))
    flags = np.zeros((len(truth), len(labels)), np.bool_)
    rows = np.repeat(np.arange(len(truth)), np.fromiter(map(len, truth), np.intp, len(truth)))
    flags[rows, [positions[label] for names in truth for label in names]] = True
    return flags


def _require_mappings(scores: Sequence[Any]) -> None:
    for position, each in enumerate(scores):
        if each is not None and not isinstance(each, Mapping):
            raise TypeError(f"scores[{position}] must map labels to numbers, or be None, not {type(each).__name__}")
        if each is not None and not each:
            raise ValueError(f"scores[{position}] is empty; the scores of a failed call are None")


def _matrix(scores: Sequence[Scores | None], labels: list[str], data_format: Format) -> Array:
    """Return a row of numbers for each record. A label that a record does not score is impossible."""
    is_of_logits = data_format == "logits"
    low, high, missing = (-np.inf, _LARGEST_FLOAT, -np.inf) if is_of_logits else (-ROUNDING, 1 + ROUNDING, 0.0)
    least, most = (-LARGEST_LOGIT, LARGEST_LOGIT) if is_of_logits else (0, 1)
    rows = np.flatnonzero(np.fromiter((each is not None for each in scores), np.bool_, len(scores)))
    matrix = np.full((len(scores), len(labels)), np.nan, order="F")
    for position, label in enumerate(labels):
        column = _column(scores, rows, label, missing)
        for wrong in np.flatnonzero(~((column >= low) & (column <= high))):
            advice = '; if these are logits, pass data_format="logits"' if np.isfinite(column[wrong]) else ""
            kind = "a finite number" if is_of_logits else "a probability"
            found = f"scores[{rows[wrong]}][{label!r}] is {column[wrong]}"
            raise ValueError(f"{found}, which is not {kind}{advice}")
        matrix[rows, position] = np.where(np.isneginf(column), column, np.minimum(np.maximum(column, least), most))
    for unscored in rows[np.isneginf(matrix[rows]).all(axis=1)]:
        raise ValueError(f"scores[{unscored}] has no score of a label; the scores of a failed call are None")
    return matrix


def _column(scores: Sequence[Any], rows: Array, label: str, missing: float) -> Array:
    """Return the scores of a label, of the records that have scores."""
    values = [each.get(label, missing) for each in scores if each]
    if all(issubclass(kind, Real) for kind in set(map(type, values))):
        return np.array(values, np.float64)
    position = next(position for position, value in enumerate(values) if not isinstance(value, Real))
    raise TypeError(f"scores[{rows[position]}][{label!r}] must be a number, not {values[position]!r}")
