"""The fields that the platform's tasks expect in a record."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from operator import eq
from typing import TYPE_CHECKING, Any, Final

from .fields import Completion, FieldCheck, Number, NumberText, PairSide, Text
from .formats import PAIR_COLUMNS, TEXT_COLUMNS
from .images import ImagePrompt, ImageSide, is_image_part
from .labels import ClassName, EntityText, LabelMap, Labels, Output
from .messages import Messages
from .values import JSON, is_array, is_object, parse_number

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from .problems import ProblemLog

TASKS: Final = (
    "text-generation",
    "classification",
    "regression",
    "embedding",
    "ner",
    "clip-classification",
    "clip-embedding",
    "vlm-generation",
    "vlm-classification",
)
CSV_TASKS: Final = TASKS[:4]
PROMPTED: Final = ("prompt", "completion")
CHAT: Final = ("messages",)
ANSWERED_CHAT: Final = ("messages", "completion")
PAIR: Final = ("itemA", "itemB", "similarity")
_FREE: Final = ("text-generation", "vlm-generation")
"""Tasks in which a question may have several answers."""


def known_task(task_type: object) -> str | None:
    """Return the name of a task.

    :raises ValueError: The name is unknown.
    """
    if task_type is None:
        return None
    name = str(getattr(task_type, "value", task_type))
    if name in TASKS:
        return name
    near = get_close_matches(name.lower().replace("_", "-"), TASKS, 1, 0.7)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"task_type: {name!r} is not one of {', '.join(TASKS)}{meant}")


class Shape:
    """The fields of a file's records, and their checks.

    :ivar task_type: The task; None if the records fit several.
    """

    def __init__(self, log: ProblemLog, task_type: str | None, fields: Mapping[str, FieldCheck]) -> None:
        self._log = log
        self.task_type = task_type
        self.fields = dict(fields)
        *questions, last = fields
        self._answer: str | None = last if questions else None
        self._questions = tuple(questions) or (last,)
        self.labels = next((field for field in fields.values() if isinstance(field, Labels)), None)
        self.question = " and ".join(self._questions)

    @property
    def answer(self) -> str | None:
        """The field that is the same for equal questions; None if a question may have several answers."""
        if self.task_type is None:
            output = self.fields[self._answer or ""]
            return self._answer if isinstance(output, Output) and output.has_classes else None
        return None if self.task_type in _FREE else self._answer

    def learn(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Learn from the first records of a file what most of them have in common."""
        for name, field in self.fields.items():
            field.learn(columns[name])

    def check(self, columns: Mapping[str, Sequence[Any]]) -> list[Sequence[str]]:
        """Report the problems of records, and return the texts of each field that has texts."""
        checked = [field.check(columns[name]) for name, field in self.fields.items()]
        texts = [found for found in checked if found]
        if len(texts) == 2:
            self._compare(texts[0], texts[1], columns)
        return texts

    def _compare(self, first: Sequence[str], second: Sequence[str], columns: Mapping[str, Sequence[Any]]) -> None:
        """Report records in which two texts are equal, but should not be."""
        equal = list(map(eq, first, second))
        for index in [index for index, are_equal in enumerate(equal) if are_equal and first[index]]:
            if len(self.fields) == 2:
                self._log.warning(index, f"{self._answer} repeats {self._questions[0]}")
            elif (score := parse_number(columns[self._answer or ""][index])) is not None and score <= 0:
                self._log.warning(index, f"{self.question} are equal, but {self._answer} is not positive")

    def keys(self, columns: Mapping[str, Sequence[Any]]) -> tuple[list[Hashable], list[Hashable]]:
        """Return what records without errors ask, and what they answer."""
        questions = [self.fields[name].keys(columns[name]) for name in self._questions]
        answer: list[Hashable]
        if self._answer is not None:
            answer = self.fields[self._answer].keys(columns[self._answer])
        else:
            only = self.fields[self._questions[0]]
            values = columns[self._questions[0]]
            answer = only.answers(values) if isinstance(only, Messages) else [None] * len(values)
        return (questions[0] if len(questions) == 1 else list(zip(*questions, strict=True))), answer

    def finish(self) -> None:
        """Report what only the whole file shows."""
        for field in self.fields.values():
            field.finish()


def json_shape(log: ProblemLog, task_type: str, names: tuple[str, ...]) -> Shape:
    """Return the shape of JSON records of a task.

    :param names: The names of the fields: one of the forms that ``forms_of`` returns for the task.
    """
    completion: dict[str, Callable[[ProblemLog, str], FieldCheck]] = {
        "text-generation": Completion,
        "classification": LabelMap,
        "regression": Number,
        "ner": EntityText,
        "clip-classification": LabelMap,
        "vlm-generation": Completion,
        "vlm-classification": LabelMap,
    }
    fields: dict[str, FieldCheck]
    images = task_type.startswith("vlm-")
    if names == PAIR:
        clip = task_type == "clip-embedding"
        side = ImageSide if clip else PairSide
        fields = {"itemA": side(log, "itemA"), "itemB": side(log, "itemB")}
        fields["similarity"] = Number(log, "similarity", 0 if clip else -1, 1, between=not clip)
    elif names == PROMPTED:
        prompt = ImagePrompt(log, "prompt", 2 if task_type == "clip-classification" else None)
        with_images = images or task_type == "clip-classification"
        fields = {"prompt": prompt if with_images else Text(log, "prompt")}
        fields["completion"] = completion[task_type](log, "completion")
    else:
        fields = {"messages": Messages(log, "messages", images=images, answered=names == CHAT)}
        if names == ANSWERED_CHAT:
            fields["completion"] = LabelMap(log, "completion")
    return Shape(log, task_type, fields)


def forms_of(task_type: str) -> tuple[tuple[str, ...], ...]:
    """Return the names of the fields that records of a task may have."""
    if task_type in ("embedding", "clip-embedding"):
        return (PAIR,)
    if task_type in ("text-generation", "vlm-generation"):
        return PROMPTED, CHAT
    return (PROMPTED, ANSWERED_CHAT) if task_type == "vlm-classification" else (PROMPTED,)


def csv_shape(log: ProblemLog, task_type: str | None, columns: Sequence[str]) -> Shape:
    """Return the shape of the rows of a CSV file with the columns that the platform expects."""
    if columns == PAIR_COLUMNS:
        first, second, score = PAIR_COLUMNS
        sides = {name: Text(log, name) for name in (first, second)}
        return Shape(log, "embedding", {**sides, score: NumberText(log, score, 0, 1)})
    question, answer = TEXT_COLUMNS
    output = {"classification": ClassName, "regression": NumberText, None: Output}.get(task_type, Completion)
    return Shape(log, task_type, {question: Text(log, question), answer: output(log, answer)})


def detect_task(records: Sequence[dict[str, Any]]) -> str | None:
    """Return the task of most records; None if they fit none."""
    tasks = Counter(task for task in map(_task_of, records) if task)
    return tasks.most_common(1)[0][0] if tasks else None


def _task_of(record: dict[str, Any]) -> str | None:
    completion = record.get("completion")
    if "messages" in record:
        if not _has_images(record["messages"]):
            return "text-generation"
        return "vlm-classification" if isinstance(completion, dict) else "vlm-generation"
    if "itemA" in record or "itemB" in record:
        side = record.get("itemA")
        return "clip-embedding" if isinstance(side, dict) and "image" in side else "embedding"
    prompt = record.get("prompt")
    if isinstance(prompt, dict):
        if not _has_images([prompt]):
            return None
        if isinstance(completion, dict):
            return "clip-classification" if completion.keys() == {"violation"} else "vlm-classification"
        return "vlm-generation"
    return task_of_completion(completion) if "prompt" in record else None


def task_of_completion(completion: JSON) -> str | None:
    """Return the task of a record with a prompt and a completion; None if it fits none."""
    if isinstance(completion, dict):
        return "classification"
    if isinstance(completion, str):
        return "text-generation"
    return "regression" if isinstance(completion, (int, float)) and not isinstance(completion, bool) else None


def _has_images(messages: JSON) -> bool:
    """Return whether the content of a message is an array with an image."""
    turns = filter(is_object, messages) if is_array(messages) else ()
    contents = filter(is_array, (turn.get("content") for turn in turns))
    return any(is_image_part(part) for content in contents for part in content)
