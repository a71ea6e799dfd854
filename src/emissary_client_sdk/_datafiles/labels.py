"""Checks of fields that hold labels, and the labels' counts."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from pydantic_core import from_json

from .._display.text import counted, quoted
from .fields import Completion, FieldCheck
from .formats import PREPARE
from .problems import MAX_LINES
from .texts import is_blank, normalized
from .values import JSON, describe, difference, json_type, parse_number

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from .problems import ProblemLog

LabelKind: TypeAlias = Literal["binary", "multiclass", "multilabel"]

MIN_EXAMPLES: Final = 20
"""Examples of a label below which a warning is due."""
MAX_CLASSES: Final = 1000
"""Different classes of a CSV file that are counted."""
MAX_RATIO: Final = 10
"""Times as many examples of the most frequent label as of the rarest one above which a warning is due."""
_MAX_UNUSUAL: Final = 0.05
"""Share of records without a label, or with several, up to which they look like mistakes in a multiclass file."""
_FEW_CLASSES: Final = 20
"""Different texts of a CSV file up to which they look like classes."""


_NUMBERS: Final = {int, float}
_VALUES: Final = {0, 1}


class Labels(FieldCheck):
    """A field that holds labels, and their counts."""

    def __init__(self, log: ProblemLog, name: str) -> None:
        super().__init__(log, name)
        self.counts: dict[str, int] = {}
        self.kind: LabelKind | None = None

    def finish(self) -> None:
        """Report labels with few examples, once all records are read."""
        for label, count in self.counts.items():
            self._warn_of_few(quoted(label), count)

    def _warn_of_few(self, label: str, count: int) -> None:
        if count < MIN_EXAMPLES:
            found = counted(count, "example")
            self._log.warning(None, f"label {label} has {found}; {MIN_EXAMPLES} or more are advised")

    def _warn_of_imbalance(self, counts: dict[str, int]) -> None:
        ordered = sorted((count, label) for label, count in counts.items() if count)
        if len(ordered) > 1 and ordered[-1][0] > MAX_RATIO * ordered[0][0]:
            (low, rare), (high, frequent) = ordered[0], ordered[-1]
            self._log.warning(
                None,
                f"label {frequent} has {high / low:.0f} times as many examples as {rare} ({high:,} and {low:,})",
                hint="rebalance_data of the training job, or more examples, can help",
            )

    def _warn_of_one(self, label: str, records: int) -> None:
        found = counted(records, "record")
        self._log.warning(None, f"label {label} is the only one, in {found}: a classifier needs several")

    def _warn_of_variants(self) -> None:
        """Report labels that differ only by case or spaces."""
        groups: dict[str, list[str]] = {}
        for label in self.counts:
            groups.setdefault(normalized(label), []).append(label)
        for group in groups.values():
            if len(group) > 1:
                shown = ", ".join(f"{quoted(label)} ({self.counts[label]:,})" for label in group[:5])
                self._log.warning(None, f"labels differ only by case or spaces: {shown}")


class ClassName(Labels):
    """The name of a class in a cell of a CSV file."""

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report empty cells, and count the classes."""
        for label in self.count(values):
            for index in _indexes(values, label):
                self._log.error(index, f"{self._name} is empty")
        return ()

    def count(self, values: Sequence[str]) -> list[str]:
        """Count the classes, and return the blank ones."""
        blank: list[str] = []
        for label, count in Counter(values).items():
            if is_blank(label):
                blank.append(label)
            elif label in self.counts or len(self.counts) < MAX_CLASSES:
                self.counts[label] = self.counts.get(label, 0) + count
        return blank

    def finish(self) -> None:
        """Report classes that look wrong, or that there are too many."""
        self.kind = "multiclass"
        if len(self.counts) >= MAX_CLASSES:
            self._log.warning(None, f"{MAX_CLASSES:,} or more classes: is this a classification file?")
            return
        super().finish()
        self._warn_of_variants()
        self._warn_of_imbalance({quoted(label): count for label, count in self.counts.items()})
        if len(self.counts) == 1:
            [(label, count)] = self.counts.items()
            self._warn_of_one(quoted(label), count)


class Output(Completion):
    """A text in a cell of a CSV file of which the task is not known."""

    def __init__(self, log: ProblemLog, name: str) -> None:
        super().__init__(log, name)
        self._classes = ClassName(log, name)

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report what ``Text`` reports, and count different texts up to a limit."""
        texts = super().check(values)
        if len(self._classes.counts) <= _FEW_CLASSES:
            self._classes.count(texts)
        return texts

    @property
    def has_classes(self) -> bool:
        """Whether the texts look like the names of classes."""
        return 1 < len(self._classes.counts) <= min(_FEW_CLASSES, self._count // 10)

    def finish(self) -> None:
        """Report texts that look like classes or numbers."""
        if self._are_numbers and len(self._distinct) > 1:
            self._log.warning(None, f"every {self._name} is a number", hint='name the task if it is "regression"')
        elif self.has_classes:
            found = counted(len(self._classes.counts), "different text")
            self._log.warning(None, f"{self._name} has only {found}", hint='name the task if it is "classification"')
            self._classes.finish()
        FieldCheck.finish(self)


class SharedLabels(Labels):
    """Labels that every record has, at least with the value 0 or without mentions."""

    _what = "labels"

    def _expect(self, maps: list[dict[str, Any]]) -> None:
        """Expect the most frequent set of labels in all records."""
        if maps:
            [(expected, _)] = Counter(map(frozenset[str], maps)).most_common(1)
            self.counts = dict.fromkeys(next(found for found in maps if found.keys() == expected), 0)

    def _report_difference(self, index: int, found: dict[str, Any]) -> None:
        self._log.error(index, f"{self._what} differ from most records", f": {difference(found, self.counts)}")


class LabelMap(SharedLabels):
    """A map of labels to 0 or 1, with the same labels in every record."""

    def __init__(self, log: ProblemLog, name: str) -> None:
        super().__init__(log, name)
        self._records = 0
        self._unusual: Counter[int] = Counter()  # records by the number of labels that are 1, if it is not one
        self._unusual_lines: dict[int, list[int]] = {}

    def learn(self, values: Sequence[Any]) -> None:
        """Learn the labels."""
        self._expect([value for value in values if isinstance(value, dict) and value])
        if any(map(is_blank, self.counts)):
            self._log.error(None, "a label has no name")

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are not such maps, and count the labels."""
        maps = values
        if not self._are_plain(values):
            maps = [value for index, value in enumerate(values) if self._look_at(index, value)]
        for found, count in Counter(self.keys(maps)).items():
            self._count_labels(cast("tuple[float, ...]", found), count, values)
        return ()

    def keys(self, values: Sequence[Any]) -> list[Hashable]:
        """Return the numbers of the labels, in the same order for all records."""
        if len(self.counts) == 1:
            [label] = self.counts
            return [(value[label],) for value in values]
        return list(map(itemgetter(*self.counts), values)) if values else []

    def _are_plain(self, values: Sequence[Any]) -> bool:
        """Return whether all values are maps of the labels to numbers 0 and 1."""
        try:
            numbers = list(chain.from_iterable(cast("list[tuple[Any, ...]]", self.keys(values))))
            has_no_others = set(map(len, values)) <= {len(self.counts)}
            return has_no_others and set(map(type, numbers)) <= _NUMBERS and set(numbers) <= _VALUES
        except (TypeError, KeyError):
            return False

    def _look_at(self, index: int, value: JSON) -> bool:
        """Report the problem of a value, and return whether it has none."""
        if not isinstance(value, dict) or not value:
            found = "an empty one" if value == {} else json_type(value)
            hint = PREPARE if isinstance(value, (str, list)) else None
            self._log.error(index, f"{self._name} must be an object of labels, not {found}", hint=hint)
        elif value.keys() != self.counts.keys():
            self._report_difference(index, value)
        elif wrong := _wrong_label(value):
            label, found = wrong
            quotes = "; write it without quotes" if isinstance(found, str) and parse_number(found) in _VALUES else ""
            self._log.error(index, "a label must be 0 or 1", f": {quoted(label)} is {describe(found)}{quotes}")
        else:
            return True
        return False

    def _count_labels(self, numbers: tuple[float, ...], count: int, values: Sequence[Any]) -> None:
        """Count records with the same numbers for all labels."""
        labels = dict(zip(self.counts, numbers, strict=True))
        self._records += count
        for label, number in labels.items():
            self.counts[label] += count if number else 0
        ones = int(sum(numbers))
        if ones != 1:
            self._unusual[ones] += count
            lines = self._unusual_lines.setdefault(ones, [])
            lines += [self._log.lines[index] for index in _indexes(values, labels)[: MAX_LINES - len(lines)]]

    def finish(self) -> None:
        """Detect the kind of classification, and report records and labels that look wrong for it."""
        self._warn_of_variants()
        if len(self.counts) == 1:
            self._finish_binary(*self.counts.items())
            return
        unusual = sum(self._unusual.values())
        self.kind = "multilabel" if unusual else "multiclass"
        super().finish()
        if unusual > self._records * _MAX_UNUSUAL:
            return
        for ones, count in self._unusual.items():
            found = f"{ones} labels are 1" if ones else "no label is 1"
            self._log.warning_at(self._unusual_lines[ones], count, f"{found}, but exactly one in most records")
        used = [label for label, count in self.counts.items() if count]
        if len(used) == 1:
            self._warn_of_one(quoted(used[0]), self._records)
        self._warn_of_imbalance({quoted(label): count for label, count in self.counts.items()})

    def _finish_binary(self, item: tuple[str, int]) -> None:
        label, ones = item
        self.kind = "binary"
        values = {f"{quoted(label)} = 1": ones, f"{quoted(label)} = 0": self._records - ones}
        for name, count in values.items():
            self._warn_of_few(name, count)
        self._warn_of_imbalance(values)


class EntityText(SharedLabels):
    """A string of JSON that maps types of entities to their mentions, with the same types in every record."""

    _what = "entity types"

    def learn(self, values: Sequence[Any]) -> None:
        """Learn the types of entities."""
        self._expect([entities for entities in map(_entities, values) if entities])

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are not such strings, and count the records that have a type."""
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self._log.error(index, f"{self._name} must be a string of JSON, not {json_type(value)}")
                continue
            entities = _entities(value)
            if not entities:
                message = f"{self._name} must be JSON of entity types and arrays of texts"
                self._log.error(index, message, f", not {quoted(value)}")
            elif entities.keys() != self.counts.keys():
                self._report_difference(index, entities)
            else:
                for entity, mentions in entities.items():
                    self.counts[entity] += bool(mentions)
        return [value if isinstance(value, str) else "" for value in values]


def _entities(value: Any) -> dict[str, list[str]] | None:
    """Return the types of entities with their mentions; None for another value."""
    try:
        entities: JSON = from_json(value, allow_inf_nan=False)
    except (ValueError, TypeError):
        return None
    return entities if isinstance(entities, dict) and all(map(_is_texts, entities.values())) else None


def _wrong_label(labels: dict[str, Any]) -> tuple[str, Any] | None:
    """Return the first label that is neither 0 nor 1, and its value."""
    wrong = (item for item in labels.items() if type(item[1]) not in _NUMBERS or item[1] not in _VALUES)
    return next(wrong, None)


def _is_texts(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _indexes(values: Sequence[Any], wanted: object) -> list[int]:
    return [index for index, value in enumerate(values) if value == wanted]
