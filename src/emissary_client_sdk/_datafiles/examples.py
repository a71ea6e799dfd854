"""Labelled records: the input of a model, and the right answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .shapes import task_of_completion
from .values import JSON, describe, json_type, parse_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Record = Mapping[str, Any]

_LABELS: Final = "completion must be an object of labels and 0 or 1, or the name of a label"


class _LabelError(ValueError):
    """A record is not labelled for the task."""


class LabelledRecords(NamedTuple):
    """Records with their right answers, in the order of the file."""

    task: str
    lines: list[int]
    """Line of the file where each record begins."""
    texts: list[str]
    """Text of each record, for people."""
    inputs: list[Any]
    """Input of each record: a text, the messages of a conversation, or a pair of texts."""
    truth: list[Any]
    """Right answer of each record: a label or a list of labels, a number, or a text."""
    records: list[Record]


def examples_of(records: Iterable[tuple[int, JSON]], task: str | None, column: str | None = None) -> LabelledRecords:
    """Return labelled records.

    :param records: The line and the record of each.
    :param task: ``classification``, ``regression``, ``embedding`` or ``text-generation``; by default that of the first
        record.
    :param column: Name of the field with the text; by default ``prompt`` or ``input``.
    :raises ValueError: A record is not labelled for the task; the message has its line. Or there are no records.
    """
    if task is not None and task not in _READERS:
        raise ValueError(f"answers of {task} cannot be evaluated, only those of {', '.join(_READERS)}")
    found: LabelledRecords | None = None
    for line, record in records:
        try:
            if not isinstance(record, dict):
                raise _LabelError(f"the record must be an object, not {json_type(record)}")  # noqa: TRY301
            found = found or LabelledRecords(task or _task_of(record), [], [], [], [], [])
            text, given, truth = _READERS[found.task](record, column)
        except _LabelError as error:
            raise ValueError(f"line {line}: {error}") from None
        found.lines.append(line)
        found.texts.append(text)
        found.inputs.append(given)
        found.truth.append(truth)
        found.records.append(record)
    if found is None:
        raise ValueError("there are no records")
    if found.task == "classification":
        found = found._replace(truth=_labels_of(found))
    return found


def _task_of(record: Record) -> str:
    """Return the task of a record.

    :raises ValueError: The record does not show it.
    """
    if "messages" in record:
        return "text-generation"
    if not record.keys().isdisjoint(_PAIRS):
        return "embedding"
    task = task_of_completion(record.get("completion"))
    if task is None:
        raise _LabelError("the record does not show the task; name it, such as classification")
    return task


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise _LabelError(f"{name} must be a text, not {json_type(value)}" if name in record else f"{name} is missing")
    if not value.strip():
        raise _LabelError(f"{name} is empty")
    return value


def _input(record: Record, column: str | None) -> str:
    names = ("prompt", "input") if column is None else (column,)
    return _text(record, next((name for name in names if name in record), names[0]))


def _answer(record: Record) -> JSON:
    names = ("completion", "expected_output")
    name = next((name for name in names if name in record), None)
    if name is None:
        raise _LabelError("the right answer is missing: completion, or expected_output")
    answer: JSON = record[name]
    return answer


def _number(value: JSON, name: str) -> float:
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise _LabelError(f"{name} must be a number, not {describe(value)}")
    return float(number)


def _classified(record: Record, column: str | None) -> tuple[str, Any, Any]:
    """Return a record whose truth is a label, or a mapping of labels to 0 or 1."""
    text, answer = _input(record, column), _answer(record)
    if isinstance(answer, str) and answer.strip():
        return text, text, answer.strip()
    if not isinstance(answer, dict) or not answer:
        raise _LabelError(f"{_LABELS}, not {describe(answer)}")
    for label, value in answer.items():
        if isinstance(value, bool) or value not in (0, 1):
            raise _LabelError(f"label {label!r} must be 0 or 1, not {describe(value)}")
    return text, text, answer


def _labels_of(examples: LabelledRecords) -> list[Any]:
    """Return a label for each record, or a list of labels if a record has none or several, or there is only one."""
    kinds = set(map(type, examples.truth))
    if kinds == {str}:
        return examples.truth
    if len(kinds) > 1:
        line = next(line for line, truth in zip(examples.lines, examples.truth, strict=True) if isinstance(truth, str))
        raise ValueError(f"line {line}: {_LABELS}, but the same kind in all records")
    lists = [[label for label, value in truth.items() if value] for truth in examples.truth]
    known = {label for truth in examples.truth for label in truth}
    return [labels[0] for labels in lists] if len(known) > 1 and set(map(len, lists)) == {1} else lists


def _rated(record: Record, column: str | None) -> tuple[str, Any, Any]:
    text = _input(record, column)
    return text, text, _number(_answer(record), "the right answer")


_PAIRS: Final = ("itemA", "itemB", "text1", "text2")


def _paired(record: Record, _: str | None) -> tuple[str, Any, Any]:
    if "text1" in record or "text2" in record:
        pair, similarity = (_text(record, "text1"), _text(record, "text2")), "score"
    else:
        items: list[JSON] = [record.get(name) for name in ("itemA", "itemB")]
        if not all(isinstance(item, dict) for item in items):
            raise _LabelError("itemA and itemB must be objects with text")
        first, second = (_text(item, "text") for item in items if isinstance(item, dict))
        pair, similarity = (first, second), "similarity"
    if similarity not in record:
        raise _LabelError(f"{similarity} is missing")
    return " / ".join(pair), pair, _number(record[similarity], similarity)


def _completed(record: Record, column: str | None) -> tuple[str, Any, Any]:
    if "messages" in record and column is None:
        return _conversation(record["messages"])
    text, answer = _input(record, column), _answer(record)
    if not isinstance(answer, str):
        raise _LabelError(f"the right answer must be a text, not {json_type(answer)}")
    return text, text, answer


def _conversation(messages: JSON) -> tuple[str, Any, Any]:
    """Return the messages before the last one, which is the truth."""
    if not isinstance(messages, list) or len(messages) < 2:
        raise _LabelError("messages must be an array of two messages or more")
    values: list[JSON] = messages
    for index, message in enumerate(values):
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            raise _LabelError(f"messages[{index}] must be an object with role and content, both texts")
    *before, last = messages
    if last.get("role") != "assistant":
        raise _LabelError("the last message must be the assistant's: it is the right answer")
    shown = [f"{message.get('role')}: {message['content']}" for message in before]
    return shown[0].partition(": ")[2] if len(before) == 1 else "\n".join(shown), before, last["content"]


_READERS: Final[dict[str, Callable[[Record, str | None], tuple[str, Any, Any]]]] = {
    "classification": _classified,
    "regression": _rated,
    "embedding": _paired,
    "text-generation": _completed,
}
