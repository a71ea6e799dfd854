"""Checks of fields that hold labels, and the labels' counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from pydantic_core import from_json

from .._display.text import counted, quoted
from .fields import Field
from .values import JSON, describe, difference, json_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .builder import ReportBuilder

LabelKind: TypeAlias = Literal["binary", "multiclass", "multilabel"]

MIN_EXAMPLES: Final = 20
"""Examples of a label below which a warning is due."""
MAX_CLASSES: Final = 1000
"""Different classes of a CSV file that are counted."""
MAX_UNUSUAL: Final = 20
"""Records with an unusual number of labels that are reported."""
_UNUSUAL: Final = 0.05
"""Share of records with none or several labels up to which they look like mistakes in a multiclass file."""


class Labels(Field):
    """A field that holds labels, and their counts."""

    def __init__(self, builder: ReportBuilder) -> None:
        super().__init__(builder)
        self._first: int | None = None
        self.counts: dict[str, int] = {}
        self.kind: LabelKind | None = None

    def count(self, values: list[Any]) -> int | None:  # noqa: ARG002
        """Leave every value to `check`."""
        return None

    def finish(self) -> None:
        """Report labels with few examples, once all records are read."""
        for label, count in self.counts.items():
            self._warn_of_few(quoted(label), count)

    def _warn_of_few(self, label: str, count: int) -> None:
        if count < MIN_EXAMPLES:
            found = counted(count, "example")
            self._builder.note(f"label {label} has {found}; {MIN_EXAMPLES} or more are advised")

    def _same(self, what: str, labels: dict[str, Any]) -> bool:
        """Return whether labels are those of the first record, and report them otherwise."""
        if not self.counts:
            self.counts = dict.fromkeys(labels, 0)
            self._first = self._builder.line
        if labels.keys() == self.counts.keys():
            return True
        self._builder.error(f"{what} differ from line {self._first}: {difference(labels, self.counts)}")
        return False


class ClassName(Labels):
    """The name of a class in a cell of a CSV file."""

    def check(self, name: str, value: Any) -> int:
        """Report an empty cell, and count the class."""
        label: str = value.strip()
        if not label:
            self._builder.error(f"{name} is empty")
        elif label in self.counts or len(self.counts) < MAX_CLASSES:
            self.counts[label] = self.counts.get(label, 0) + 1
        return 0

    def finish(self) -> None:
        """Report classes with few examples, or that there are too many to be classes."""
        self.kind = "multiclass"
        if len(self.counts) < MAX_CLASSES:
            super().finish()
        else:
            self._builder.note(f"{MAX_CLASSES:,} or more classes: is this a classification file?")


class LabelMap(Labels):
    """A map of labels to 0 or 1, with the same labels in every record."""

    def __init__(self, builder: ReportBuilder) -> None:
        super().__init__(builder)
        self._records = 0
        self._unusual = 0
        self._unusual_lines: list[tuple[int | None, int]] = []

    def check(self, name: str, value: JSON) -> int:
        """Report a value that is not such a map."""
        if not isinstance(value, dict) or not value:
            found = "an empty one" if value == {} else json_type(value)
            self._builder.error(f"{name} must be an object of labels, not {found}")
        elif self._same("labels", value):
            for label, number in value.items():
                if isinstance(number, bool) or number not in (0, 1):
                    self._builder.error(f"label {quoted(label)} must be 0 or 1, not {describe(number)}")
                    return 0
            if sum(value.values()) != 1 and len(self._unusual_lines) < MAX_UNUSUAL:
                self._unusual_lines.append((self._builder.line, sum(value.values())))
            self._add(value, 1)
        return 0

    def _add(self, labels: Mapping[str, float], records: int) -> None:
        self._records += records
        if sum(labels.values()) != 1:
            self._unusual += records
        for label, number in labels.items():
            if number:
                self.counts[label] += records

    def count(self, values: list[Any]) -> int | None:
        """Count the labels of maps that are in order."""
        if set(map(type, values)) != {dict}:
            return None
        maps: list[dict[str, Any]] = values
        if {type(number) for labels in maps for number in labels.values()} != {int}:
            return None
        frequencies = Counter(tuple(labels.items()) for labels in maps)
        for items in frequencies:
            labels = dict(items)
            unusual = sum(labels.values()) != 1 and len(self._unusual_lines) < MAX_UNUSUAL
            if unusual or labels.keys() != self.counts.keys() or not {*labels.values()} <= {0, 1}:
                return None
        for items, records in frequencies.items():
            self._add(dict(items), records)
        return 0

    def finish(self) -> None:
        """Detect the kind of classification, and report records and labels that look wrong for it."""
        if len(self.counts) == 1:
            self.kind = "binary"
            [(label, ones)] = self.counts.items()
            self._warn_of_few(f"{quoted(label)} = 1", ones)
            self._warn_of_few(f"{quoted(label)} = 0", self._records - ones)
            return
        self.kind = "multilabel" if self._unusual else "multiclass"
        if self._unusual <= self._records * _UNUSUAL:
            for line, ones in self._unusual_lines:
                self._builder.line = line
                found = f"{ones} labels are 1" if ones else "no label is 1"
                self._builder.warning(f"{found}, but exactly one in most records")
        super().finish()


class EntityText(Labels):
    """A string of JSON that maps types of entities to their mentions, with the same types in every record."""

    def check(self, name: str, value: JSON) -> int:
        """Report a value that is not such a string."""
        if not isinstance(value, str):
            self._builder.error(f"{name} must be a string of JSON, not {json_type(value)}")
            return 0
        try:
            entities: JSON = from_json(value, allow_inf_nan=False)
        except ValueError:
            entities = None
        if not isinstance(entities, dict) or not entities or not all(map(_is_texts, entities.values())):
            self._builder.error(f"{name} must be JSON of entity types and arrays of texts, not {quoted(value)}")
        elif self._same("entity types", entities):
            for entity, mentions in entities.items():
                self.counts[entity] += bool(mentions)
        return len(value)


def _is_texts(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
