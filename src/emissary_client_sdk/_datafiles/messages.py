"""The check of conversations."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from .fields import FieldCheck
from .images import problem_of_parts, text_of
from .texts import is_blank, is_garbled
from .values import JSON, describe, is_array, json_type, named

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from .problems import ProblemLog

_ROLES: Final = ("system", "user", "assistant")
_FIELDS: Final = frozenset({"role", "content"})
_ROLE: Final = itemgetter("role")
_CONTENT: Final = itemgetter("content")


class Messages(FieldCheck):
    """A conversation: an optional system message, then messages of the user and the assistant in turn."""

    def __init__(self, log: ProblemLog, name: str, *, images: bool = False, answered: bool = True) -> None:
        """Create the check.

        :param images: Whether the content of a message may be an array of texts and images.
        :param answered: Whether the last message is what a model learns to write.
        """
        super().__init__(log, name)
        self._images = images
        self._answered = answered
        self._orders: set[tuple[str, ...]] = set()  # those without problems

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report the first error of each conversation, and what is unusual in it."""
        texts: list[str] = []
        answers: list[str] = []
        for index, value in enumerate(values):
            contents = self._plain_contents(value) or self._contents(index, value)
            texts.append("\n".join(contents))
            answers += contents[-1:]
        if self._answered:
            self._add(answers)
        return texts

    def _plain_contents(self, value: Any) -> list[str] | None:
        """Return the texts of a conversation that is like an earlier one; None if it may have a problem."""
        try:
            contents = list(map(_CONTENT, value))
            is_plain = tuple(map(_ROLE, value)) in self._orders and set(map(len, value)) == {len(_FIELDS)}
            return contents if is_plain and all(map(str.isascii, contents)) and all(map(str.strip, contents)) else None
        except (TypeError, KeyError):
            return None

    def _contents(self, index: int, value: JSON) -> list[str]:
        """Report the problems of a conversation, and return the texts of its messages; none if it has an error."""
        if not isinstance(value, list) or not value:
            found = "an empty one" if value == [] else json_type(value)
            self._log.error(index, f"{self._name} must be an array of messages, not {found}")
            return []
        contents: list[str] = []
        for number, message in enumerate(value):
            problem = self._problem_of(message)
            if problem:
                self._log.error(index, problem[0], f"{problem[1]} in {self._name}[{number}]")
                return []
            if len(message) > len(_FIELDS):
                self._warn_of_fields(index, message)
            contents.append(text_of(message["content"]))
        text = "".join(contents)
        if is_garbled(text):
            self._warn_of_garbled(index, text, "have")
        roles = tuple(message["role"] for message in value)
        if roles not in self._orders:
            self._check_order(index, roles)
        return contents

    def _problem_of(self, message: JSON) -> tuple[str, str] | None:
        """Return the error of a message, and the detail that differs from message to message."""
        if not isinstance(message, dict):
            return f"a message must be an object, not {json_type(message)}", ","
        if not message.keys() >= _FIELDS:
            return f"a message must have role and content; missing {named(_FIELDS - message.keys())}", ","
        role, content = message["role"], message["content"]
        if role not in _ROLES:
            return "a role must be system, user or assistant", f", not {describe(role)},"
        if isinstance(content, str):
            return ("the content of a message is empty", ",") if is_blank(content) else None
        if self._images and is_array(content):
            problem = problem_of_parts(content)
            return (problem, ",") if problem else None
        return f"the content of a message must be a string, not {json_type(content)}", ","

    def _warn_of_fields(self, index: int, message: dict[str, Any]) -> None:
        unexpected = named(message.keys() - _FIELDS)
        self._log.warning(index, f"messages have fields that the platform does not document: {unexpected}")

    def _check_order(self, index: int, roles: tuple[str, ...]) -> None:
        turns = roles[1:] if roles[0] == "system" else roles
        if "system" in turns:
            self._log.error(index, f"{self._name}: a system message must be the first")
        elif not turns or (self._answered and turns[-1] != "assistant"):
            self._log.error(index, f"{self._name}: the last message must be the assistant's, not the {roles[-1]}'s")
        elif turns != (("user", "assistant") * len(turns))[: len(turns)]:
            self._log.warning(index, f"{self._name}: messages of user and assistant do not alternate")
        else:
            self._orders.add(roles)

    def keys(self, values: Sequence[Any]) -> list[Hashable]:
        """Return the texts before the answer."""
        end = -1 if self._answered else None
        content = _text if self._images else _CONTENT
        return [tuple(map(content, value[:end])) for value in values]

    def answers(self, values: Sequence[Any]) -> list[Hashable]:
        """Return the texts of the last messages."""
        return [_text(value[-1]) for value in values]

    def finish(self) -> None:
        """Report that all answers are equal."""
        self._name = "answer"
        super().finish()


def _text(message: dict[str, Any]) -> str:
    return text_of(message["content"])
