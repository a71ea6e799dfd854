"""The shapes of records that the platform's tasks take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._display.text import quoted
from .fields import Field, Item, Messages, Number, NumberText, Text
from .labels import ClassName, EntityText, LabelMap, Labels
from .values import JSON, difference, json_type, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .builder import ReportBuilder

TEXT_COLUMNS: Final = ("input", "expected_output")
MAX_CHARACTERS: Final = 32_000
"""Characters of a record above which a warning is due: about 8,000 tokens."""
PAIR_COLUMNS: Final = ("text1", "text2", "score")


class Shape:
    """The fields of a file's records, and their checks."""

    def __init__(self, builder: ReportBuilder, task_type: str | None, fields: Mapping[str, Field]) -> None:
        self._builder = builder
        self._fields = dict(fields)
        self._first: int | None = None
        self.task_type = task_type
        self.labels = next((field for field in fields.values() if isinstance(field, Labels)), None)

    def check(self, record: dict[str, Any]) -> None:
        """Report the problems of a record and count its characters."""
        if record.keys() != self._fields.keys():
            self._report_names(set(record))
        if self._first is None:
            self._first = self._builder.line
        characters = 0
        for name, field in self._fields.items():
            if name in record:
                characters += field.check(name, record[name])
        self._builder.characters += characters
        if characters > MAX_CHARACTERS:
            self._builder.warning(f"very long record: {characters:,} characters, about {characters // 4:,} tokens")

    def count(self, records: list[dict[str, Any]]) -> bool:
        """Count characters and labels of many records; return False, with nothing done, if one may have a problem."""
        if set(map(len, records)) != {len(self._fields)}:
            return False
        try:
            columns = [[record[name] for record in records] for name in self._fields]
        except KeyError:
            return False
        characters = 0
        for field, values in zip(self._fields.values(), columns, strict=True):
            added = field.count(values)  # fields after the labels accept any value, so labels are not counted there
            if added is None:
                return False
            characters += added
        self._builder.characters += characters
        return True

    def _report_names(self, names: set[str]) -> None:
        """Report other fields than expected; the first record may add some, which all others must have too."""
        changes = difference(names, self._fields)
        if self._first is not None:
            self._builder.error(f"fields differ from line {self._first}: {changes}")
        elif self._fields.keys() <= names:
            self._builder.warning(f"fields: {changes}")
            self._fields |= {name: Field(self._builder) for name in names - self._fields.keys()}
        else:
            self._builder.error(f"fields: {changes}")


def shape_of_record(builder: ReportBuilder, record: dict[str, Any], task_type: str | None) -> Shape | None:
    """Return the shape of a task, or of a record if no task is named; report an unknown one and return None."""
    if task_type is None:
        task_type = _task_of_record(record)
        if task_type is None:
            builder.error(_why_unknown(record))
            return None
    fields: dict[str, Field]
    if task_type == "embedding":
        fields = {"itemA": Item(builder), "itemB": Item(builder), "similarity": Number(builder, -1, 1)}
    elif task_type == "text-generation" and "messages" in record:
        fields = {"messages": Messages(builder)}
    elif task_type in _COMPLETIONS:
        fields = {"prompt": Text(builder), "completion": _COMPLETIONS[task_type](builder)}
    else:
        builder.note(f"records for {task_type} are only checked for having the same fields")
        fields = {name: Field(builder) for name in record}
    return Shape(builder, task_type, fields)


_COMPLETIONS: Final[dict[str, Callable[[ReportBuilder], Field]]] = {
    "text-generation": Text,
    "classification": LabelMap,
    "regression": Number,
    "ner": EntityText,
}


def _task_of_record(record: dict[str, Any]) -> str | None:
    if "messages" in record:
        return "vlm-generation" if _has_parts(record["messages"]) else "text-generation"
    if "itemA" in record or "itemB" in record:
        return "clip-embedding" if _has_image(record.get("itemA")) else "embedding"
    prompt, completion = record.get("prompt"), record.get("completion")
    if isinstance(prompt, dict):
        return "vlm-generation" if isinstance(completion, str) else "clip-classification"
    if isinstance(completion, dict):
        return "classification"
    if isinstance(completion, str):
        return "text-generation"
    return "regression" if isinstance(completion, (int, float)) and not isinstance(completion, bool) else None


def _has_parts(messages: JSON) -> bool:
    """Return whether the content of a message is an array of texts and images."""
    return isinstance(messages, list) and any(map(_is_multipart, messages))


def _is_multipart(message: JSON) -> bool:
    return isinstance(message, dict) and isinstance(message.get("content"), list)


def _has_image(item: JSON) -> bool:
    return isinstance(item, dict) and "image" in item


def _why_unknown(record: dict[str, Any]) -> str:
    if "completion" in record:
        found = json_type(record["completion"])
        return f"completion must be a string, a number or an object of labels, not {found}"
    if "prompt" in record:
        return 'fields: missing "completion"'
    found = f"not {named(record)}" if record else "and none is there"
    return f"fields must be prompt and completion, messages, or itemA, itemB and similarity, {found}"


def shape_of_columns(builder: ReportBuilder, columns: list[str], task_type: str | None) -> Shape | None:
    """Return the shape of a CSV file's rows; report columns that no task takes and return None."""
    known = PAIR_COLUMNS if set(columns) & set(PAIR_COLUMNS) else TEXT_COLUMNS
    expected = known if task_type is None else PAIR_COLUMNS if task_type == "embedding" else TEXT_COLUMNS
    header = ",".join(columns)
    if not set(columns) >= set(expected):
        choice = ",".join(expected) if task_type else " or ".join(map(",".join, (TEXT_COLUMNS, PAIR_COLUMNS)))
        hint = "; separate the columns by commas" if len(columns) == 1 and (";" in header or "\t" in header) else ""
        builder.error(f"the header must be {choice}, not {quoted(header)}{hint}")
        return None
    if len(columns) > len(expected):
        builder.error(f"the header must be {','.join(expected)}, not {quoted(header)}")
    if expected == PAIR_COLUMNS:
        task_type = "embedding"
        fields: dict[str, Field] = {"text1": Text(builder), "text2": Text(builder), "score": NumberText(builder, 0, 1)}
    else:
        output = _OUTPUTS.get(task_type, Text)
        fields = {"input": Text(builder), "expected_output": output(builder)}
    return Shape(builder, task_type, {**fields, **{name: Field(builder) for name in columns if name not in fields}})


_OUTPUTS: Final[dict[str | None, Callable[[ReportBuilder], Field]]] = {
    "classification": ClassName,
    "regression": NumberText,
}
