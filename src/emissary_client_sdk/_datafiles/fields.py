"""Checks of single fields of a record.

A field checks one value with `check`, which reports its problems, or many values at once with `count`, which is
several times faster and only recognizes values without problems. Both return the number of characters in texts.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from sys import float_info
from typing import TYPE_CHECKING, Any, Final

from .._display.text import printable, quoted
from .values import JSON, describe, difference, json_type, named, parse_number

if TYPE_CHECKING:
    from .builder import ReportBuilder

_ROLES: Final = frozenset({"system", "user", "assistant"})


class Field:
    """A value that is not checked, and the base of the others."""

    def __init__(self, builder: ReportBuilder) -> None:
        self._builder = builder

    def check(self, name: str, value: Any) -> int:  # noqa: ARG002
        """Report the problems of a value and return its number of characters."""
        return 0

    def count(self, values: list[Any]) -> int | None:  # noqa: ARG002
        """Return the number of characters, or None, with nothing reported, if a value may have a problem."""
        return 0


class Text(Field):
    """A string that is not empty."""

    def check(self, name: str, value: JSON) -> int:
        """Report a value that is not a string or is empty."""
        if not isinstance(value, str):
            self._builder.error(f"{name} must be a string, not {json_type(value)}")
        elif not value or value.isspace():
            self._builder.error(f"{name} is empty")
        else:
            return len(value)
        return 0

    def count(self, values: list[Any]) -> int | None:
        """Count the characters of strings that are not empty."""
        if set(map(type, values)) != {str} or not all(map(str.strip, values)):
            return None
        return sum(map(len, values))


class Number(Field):
    """A finite number within a range."""

    def __init__(self, builder: ReportBuilder, low: float = -float_info.max, high: float = float_info.max) -> None:
        super().__init__(builder)
        self._low = low
        self._high = high

    def check(self, name: str, value: JSON) -> int:
        """Report a value that is not a number or is out of range."""
        if isinstance(value, str) and parse_number(value) is not None:
            self._builder.error(f"{name} is a number in quotes: write {printable(value.strip())}")
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            self._builder.error(f"{name} must be a number, not {json_type(value)}")
        else:
            self._check_range(name, value)
        return 0

    def count(self, values: list[Any]) -> int | None:
        """Recognize numbers within the range."""
        are_numbers = set(map(type, values)) <= {int, float}
        return 0 if are_numbers and self._low <= min(values) and max(values) <= self._high else None

    def _check_range(self, name: str, value: float) -> None:
        if not self._low <= value <= self._high:
            limits = "finite" if self._high == float_info.max else f"{self._low:g} to {self._high:g}"
            self._builder.error(f"{name} must be {limits}, not {describe(value)}")


class NumberText(Number):
    """A number in a cell of a CSV file."""

    def check(self, name: str, value: Any) -> int:
        """Report a cell that holds no number or one out of range."""
        number = parse_number(value)
        if not value.strip():
            self._builder.error(f"{name} is empty")
        elif number is None:
            self._builder.error(f"{name} must be a number, not {quoted(value)}")
        else:
            self._check_range(name, number)
        return 0


class Item(Field):
    """One side of a pair: an object with a text."""

    def __init__(self, builder: ReportBuilder) -> None:
        super().__init__(builder)
        self._text = Text(builder)

    def check(self, name: str, value: JSON) -> int:
        """Report a value that is not an object with a text and nothing else."""
        if not isinstance(value, dict):
            self._builder.error(f'{name} must be an object with "text", not {json_type(value)}')
            return 0
        if len(value) != 1 or "text" not in value:
            self._builder.error(f"{name} has other fields than text: {difference(value, ['text'])}")
        return self._text.check(f"{name}.text", value["text"]) if "text" in value else 0

    def count(self, values: list[Any]) -> int | None:
        """Count the characters of objects with a text and nothing else."""
        if set(map(type, values)) != {dict} or any({*value} != {"text"} for value in values):
            return None
        return self._text.count([value["text"] for value in values])


class Messages(Field):
    """A conversation: an optional system message, then messages of the user and the assistant in turn."""

    def __init__(self, builder: ReportBuilder) -> None:
        super().__init__(builder)
        self._text = Text(builder)

    def check(self, name: str, value: JSON) -> int:
        """Report the first error of a conversation, or else messages that do not alternate."""
        if not isinstance(value, list) or not value:
            found = "an empty one" if value == [] else json_type(value)
            self._builder.error(f"{name} must be an array of messages, not {found}")
            return 0
        characters = 0
        for index, message in enumerate(value):
            problem = _problem_of(message)
            if problem:
                self._builder.error(f"{name}[{index}]{problem}")
                return characters
            characters += len(message["content"])
        self._check_order(name, [message["role"] for message in value])
        return characters

    def _check_order(self, name: str, roles: list[str]) -> None:
        if "system" in roles[1:]:
            self._builder.error(f"{name}[{roles.index('system', 1)}]: a system message must be the first")
        elif roles[-1] != "assistant":
            self._builder.error(f"{name}: the last message must be the assistant's, not the {roles[-1]}'s")
        elif not _alternate(tuple(roles)):
            self._builder.warning(f"{name}: messages of user and assistant do not alternate")

    def count(self, values: list[Any]) -> int | None:
        """Count the characters of conversations that are in order."""
        if set(map(type, values)) != {list}:
            return None
        try:
            orders = {tuple(map(itemgetter("role"), conversation)) for conversation in values}
            contents = list(map(itemgetter("content"), chain.from_iterable(values)))
        except (KeyError, TypeError):
            return None
        return self._text.count(contents) if all(map(_alternate, orders)) else None


def _alternate(roles: tuple[Any, ...]) -> bool:
    """Return whether messages of user and assistant alternate after an optional system message."""
    turns = roles[1:] if roles[:1] == ("system",) else roles
    return bool(turns) and turns == ("user", "assistant") * (len(turns) // 2)


def _problem_of(message: JSON) -> str | None:
    if not isinstance(message, dict):
        return f" must be an object, not {json_type(message)}"
    missing = {"role", "content"} - message.keys()
    if missing:
        return f": missing {named(missing)}"
    role, content = message["role"], message["content"]
    if not isinstance(role, str) or role not in _ROLES:
        return f".role must be system, user or assistant, not {describe(role)}"
    if not isinstance(content, str):
        return f".content must be a string, not {json_type(content)}"
    if not content or content.isspace():
        return ".content is empty"
    return None
