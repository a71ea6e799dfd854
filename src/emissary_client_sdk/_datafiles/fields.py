"""Checks of the fields of records, many values at a time.

Values without problems are recognized by one expression for all of them; only the others are looked at singly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import islice
from sys import float_info
from typing import TYPE_CHECKING, Any, Final

from .._display.text import counted, printable, quoted
from .texts import is_blank, is_garbled
from .values import JSON, describe, difference, is_object, json_type, parse_number

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from .problems import ProblemLog


_MIN_CONSTANT: Final = 3
"""Equal values from which on a warning is due, if there are no others."""
ABSENT: Final = object()
"""A text that is missing, which has been reported."""


class FieldCheck(ABC):
    """The base of the checks of fields."""

    def __init__(self, log: ProblemLog, name: str) -> None:
        self._log = log
        self._name = name
        self._distinct: set[Hashable] = set()  # two of the values at most
        self._count = 0

    def learn(self, values: Sequence[Any]) -> None:  # noqa: B027  # most fields learn nothing
        """Learn from the first records of a file what most records have in common."""

    @abstractmethod
    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report the problems of values, and return their texts: none, or one for each value."""

    def keys(self, values: Sequence[Any]) -> list[Hashable]:
        """Return what is equal for equal values, which have no errors."""
        return list(values)

    def _warn_of_garbled(self, index: int, text: str, verb: str = "has") -> None:
        message = f"{self._name} {verb} characters that were decoded wrongly"
        self._log.warning(index, message, f": {quoted(text)}", "read the original file in its own encoding")

    def finish(self) -> None:
        """Report what only the whole file shows: by default, that all values are equal."""
        if self._count >= _MIN_CONSTANT and len(self._distinct) == 1 and self._distinct != {""}:
            [value] = self._distinct
            self._log.warning(None, f"every {self._name} is {describe(value)}, in {counted(self._count, 'record')}")

    def _add(self, values: Sequence[Hashable]) -> None:
        self._count += len(values)
        if len(self._distinct) < 2:
            self._distinct = set(islice({*self._distinct, *values}, 2))


class Text(FieldCheck):
    """A string that is not empty."""

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are not strings, are empty or were decoded wrongly."""
        try:
            if all(map(str.isascii, values)) and all(map(str.strip, values)):
                self._add(values)
                return values
        except TypeError:
            pass
        odd = [
            index
            for index, value in enumerate(values)
            if not (isinstance(value, str) and value.isascii() and value.strip())
        ]
        are_strings = True
        for index in odd:
            are_strings &= self._look_at(index, values[index])
        texts = values if are_strings else [value if isinstance(value, str) else "" for value in values]
        self._add(texts)
        return texts

    def _look_at(self, index: int, value: Any) -> bool:
        """Report the problem of a value, and return whether it is a string."""
        if not isinstance(value, str):
            if value is not ABSENT:
                self._log.error(index, f"{self._name} must be a string, not {json_type(value)}")
            return False
        if is_blank(value):
            is_plain = not value or value.isspace()
            self._log.error(
                index, f"{self._name} is empty" if is_plain else f"{self._name} has only invisible characters"
            )
        elif is_garbled(value):
            self._warn_of_garbled(index, value)
        return True


class Completion(Text):
    """The text that a model shall produce."""

    def __init__(self, log: ProblemLog, name: str) -> None:
        super().__init__(log, name)
        self._are_numbers = True

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report what ``Text`` reports, and recognize numbers."""
        texts = super().check(values)
        self._are_numbers = self._are_numbers and all(parse_number(text) is not None for text in texts)
        return texts

    def finish(self) -> None:
        """Report that all texts are equal or numbers."""
        super().finish()
        if self._are_numbers and len(self._distinct) > 1:
            self._log.warning(
                None, f"every {self._name} is a number in quotes", "", "write numbers without quotes for regression"
            )


class Number(FieldCheck):
    """A finite number within a range."""

    def __init__(
        self,
        log: ProblemLog,
        name: str,
        low: float = -float_info.max,
        high: float = float_info.max,
        *,
        between: bool = True,
    ) -> None:
        """Create the check.

        :param between: Whether numbers between the smallest and the largest are allowed.
        """
        super().__init__(log, name)
        self._low = low
        self._high = high
        self._between = between

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are not numbers or are out of range."""
        low, high = self._low, self._high
        odd = {
            index for index, value in enumerate(values) if type(value) not in (int, float) or not low <= value <= high
        }
        if not self._between:
            odd |= {index for index, value in enumerate(values) if value not in (low, high)}
        for index in sorted(odd):
            self._look_at(index, values[index])
        self._add([value for index, value in enumerate(values) if index not in odd] if odd else values)
        return ()

    def _look_at(self, index: int, value: JSON) -> None:
        if isinstance(value, str) and parse_number(value) is not None:
            detail = f": write {printable(value.strip())}"
            self._log.error(index, f"{self._name} is a number in quotes", detail)
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            self._log.error(index, f"{self._name} must be a number, not {json_type(value)}")
        else:
            limits = f"{self._low:g} {'to' if self._between else 'or'} {self._high:g}"
            limits = "finite" if self._high == float_info.max else limits
            self._log.error(index, f"{self._name} must be {limits}", f", not {describe(value)}")


class NumberText(Number):
    """A number in a cell of a CSV file."""

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report cells that hold no number or one out of range."""
        numbers: list[Any] = []
        for index, value in enumerate(values):
            number = parse_number(value)
            if number is None:
                blank = is_blank(value)
                self._log.error(
                    index,
                    f"{self._name} is empty" if blank else f"{self._name} must be a number",
                    "" if blank else f", not {quoted(value)}",
                )
                number = self._low
            numbers.append(number)
        return super().check(numbers)


class PairSide(Text):
    """One side of a pair: an object with a text and nothing else."""

    def __init__(self, log: ProblemLog, name: str) -> None:
        super().__init__(log, f"{name}.text")
        self._whole = name

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are no such objects, and texts that are not strings."""
        texts: list[Any] = []
        for index, value in enumerate(values):
            if not is_object(value):
                self._log.error(index, f'{self._whole} must be an object with "text", not {json_type(value)}')
            elif len(value) != 1 or "text" not in value:
                self._log.error(index, f"{self._whole} has other fields than text: {difference(value, ['text'])}")
            texts.append(value.get("text", ABSENT) if is_object(value) else ABSENT)
        return super().check(texts)

    def keys(self, values: Sequence[Any]) -> list[Hashable]:
        """Return the texts."""
        return [value["text"] for value in values]
