"""Comparison of two models by their answers to the same records."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._display.page import view_html
from .._display.table import rest
from .._display.text import text
from .._display.values import Table, View
from .extra import needs_extra
from .rendering import as_markdown, data
from .report import Report, json_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from .._display.values import Section, Value
    from .measures import Interval

SIGNIFICANT = 0.05
"""A p-value below it is evidence of a difference."""
_ROWS = 10


@dataclass(frozen=True)
class Change:
    """A record that became right or wrong."""

    line: int
    """Line of the record in the file of the new report."""
    text: str | None
    """Text of the record, if the reports know it."""
    truth: Any
    """The right answer."""
    old: Any
    """The old prediction, None if the call failed."""
    new: Any
    """The new prediction, None if the call failed."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The difference of two models. ``report.compare`` returns it.

    Differences are new minus old, so a positive one is an improvement.
    """

    new: str
    """Name of the new model."""
    old: str
    """Name of the old model."""
    records: int
    """Number of records."""
    difference: float
    """Difference of accuracy, or of ``exact_match``."""
    interval: Interval
    """Interval of the difference, by a paired bootstrap."""
    p_value: float
    """p-value of the exact test of McNemar: of as many changes, how probable is so uneven a split by chance?"""
    gained: int
    """Number of records that became right."""
    lost: int
    """Number of records that became wrong."""
    records_needed: int | None
    """Estimate of how many more records would show a difference of this size; None if p < 0.05 or the difference is 0.

    With them the test finds it (p < 0.05) in 80 of 100 cases, if it is real. See Connor, Sample Size for Testing
    Differences in Proportions for the Paired-Sample Design, Biometrics 43, 1987.
    """
    gained_records: list[Change] = field(repr=False)
    """The records that became right."""
    lost_records: list[Change] = field(repr=False)
    """The records that became wrong."""

    @property
    def verdict(self) -> str:
        """The result in words: better, worse, or no evidence of a difference."""
        if self.p_value < SIGNIFICANT:
            return "better" if self.difference > 0 else "worse"
        if self.records_needed is None:
            return "no evidence of a difference"
        needed = f"about {self.records_needed:,} more records would be needed to see one of this size"
        return f"no evidence of a difference; {needed}"

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a dict of JSON values."""
        values: dict[str, Any] = json_value(self)
        return {**values, "verdict": self.verdict}

    def to_markdown(self) -> str:
        """Return the comparison in Markdown, for a pull request."""
        return as_markdown(self._view())

    def __str__(self) -> str:
        return f"{self._difference()}, {self._changes()}, {self._p_value()}: {self.verdict}"

    def _repr_html_(self) -> str:
        return view_html(self._view())

    def _difference(self) -> str:
        low, high = (f"{100 * limit:.1f}" for limit in self.interval)
        return f"{100 * self.difference:+.1f} points ({low} to {high})"

    def _changes(self) -> str:
        changed = self.gained + self.lost
        return f"{changed:,} {'text' if changed == 1 else 'texts'} changed"

    def _p_value(self) -> str:
        return "McNemar p < 0.001" if self.p_value < 0.001 else f"McNemar p = {self.p_value:.2g}"

    def _view(self) -> View:
        header = ["line", "truth", "old", "new", "text"]
        facts: list[list[Value]] = [
            ["difference", self._difference()],
            ["changes", f"{self.gained:,} gained, {self.lost:,} lost of {self.records:,} records"],
            ["evidence", self._p_value()],
            ["verdict", self.verdict],
        ]
        changed = (("Became wrong", self.lost_records), ("Became right", self.gained_records))
        tables: list[Section] = [
            Table(heading, header, list(map(_row, changes[:_ROWS])), rest(len(changes), _ROWS))
            for heading, changes in changed
            if changes
        ]
        return View(f"{text(self.new)} against {text(self.old)}", None, None, facts, tables)


def _row(change: Change) -> list[Value]:
    old, new = ("(failed)" if each is None else data(each, 20) for each in (change.old, change.new))
    return [str(change.line), data(change.truth, 20), old, new, data(change.text)]


class ComparableReport(Report):
    """A report that knows which predictions are right."""

    @abstractmethod
    def _prediction_of(self, position: int) -> Any: ...

    @abstractmethod
    def _is_correct(self) -> Sequence[bool]:
        """Return whether each prediction is right."""

    def compare(self, old: Self) -> Comparison:
        """Compare with the report of another model on the same records.

        The records are the same if their texts and truths are; their order does not matter. Reports that do not know
        the texts are compared in the order of the records.

        :param old: Report of the other model, new or loaded.
        :raises TypeError: The other report is of another task.
        :raises ValueError: The reports are over different records.
        """
        if type(old) is not type(self):
            raise TypeError(f"old must be a {type(self).__name__}, not {type(old).__name__}")
        with needs_extra("compare"):
            from ._numeric.paired import paired
        pairs = self._paired_with(old)
        is_right, was_right = self._is_correct(), old._is_correct()
        gained = [pair for pair in pairs if is_right[pair[0]] and not was_right[pair[1]]]
        lost = [pair for pair in pairs if was_right[pair[1]] and not is_right[pair[0]]]
        confidence, seed = self.parameters["confidence"], self.parameters["seed"]
        numbers = paired(len(gained), len(lost), self.records, confidence, seed)
        return Comparison(
            new=self.model or "new",
            old=old.model or "old",
            records=self.records,
            gained=len(gained),
            lost=len(lost),
            gained_records=[self._change(old, *pair) for pair in gained],
            lost_records=[self._change(old, *pair) for pair in lost],
            **numbers._asdict(),
        )

    def _change(self, old: Self, position: int, old_position: int) -> Change:
        line, text = self.source.lines[position], self.source.text(position)
        predictions = old._prediction_of(old_position), self._prediction_of(position)
        return Change(line, text, self._truth_of(position), *predictions)

    def _paired_with(self, old: Self) -> list[tuple[int, int]]:
        """Return the positions of each record in both reports."""
        if self.records != old.records:
            raise ValueError(f"the reports are over different records: {self.records:,} and {old.records:,}")
        if (self.source.texts is None) != (old.source.texts is None):
            raise ValueError("only one of the reports knows the texts of its records, so they cannot be compared")
        keys, old_keys = self._keys(), old._keys()
        order = old_order = list(range(self.records))
        if keys != old_keys and self.source.texts is not None:
            order, old_order = sorted(order, key=keys.__getitem__), sorted(order, key=old_keys.__getitem__)
        pairs = list(zip(order, old_order, strict=True))
        for position, old_position in pairs:
            if keys[position] != old_keys[old_position]:
                line = self.source.lines[position]
                raise ValueError(f"the reports are over different records: line {line} is not in the old one")
        return sorted(pairs)

    def _keys(self) -> list[tuple[str | None, Any]]:
        return [(self.source.text(each), self._truth_of(each)) for each in range(self.records)]
