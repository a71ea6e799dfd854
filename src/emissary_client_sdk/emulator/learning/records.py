"""Uploaded datasets as examples to learn from."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ... import DatasetReport

MOST_LABELS = 1_000
TOO_MANY_LABELS = f"the dataset has more than {MOST_LABELS:,} labels"
ONE_CLASS = "the dataset has one class only, so there is nothing to tell apart"
BLANK = "all prompts of the dataset are blank"

Record = Mapping[str, Any]


class CannotLearn(ValueError):
    """The reason why a job fails."""


@dataclass(frozen=True)
class Examples:
    """Texts with what a model should answer.

    :ivar targets: Labels with 0 or 1, a number, or a completion.
    :ivar partners: The second texts of pairs; empty for other tasks.
    """

    texts: list[str] = field(default_factory=list[str])
    targets: list[Any] = field(default_factory=list[Any])
    partners: list[str] = field(default_factory=list[str])

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Iterable[int]) -> "Examples":
        """Return the examples at these places."""
        chosen = list(places)
        columns = (self.texts, self.targets, self.partners)
        return Examples(*([column[place] for place in chosen] if column else [] for column in columns))


def why_not(report: "DatasetReport") -> str:
    """Return why a dataset cannot be learned, as far as its upload shows, and an empty string if it can."""
    counts = report.labels
    if report.label_kind is not None:
        # The report of a CSV file stops at a number of labels; the other records are then in none of the counts.
        if len(counts) > MOST_LABELS or (report.label_kind == "multiclass" and sum(counts.values()) < report.records):
            return TOO_MANY_LABELS
        if all(count in (0, report.records) for count in counts.values()):
            return ONE_CLASS
    return "" if report.characters else BLANK


def read(content: bytes, task: str) -> Examples:
    """Return the examples of a dataset for a task.

    :raises CannotLearn: The records are not of the task.
    """
    examples = Examples()
    add = _READERS[task]
    for number, record in enumerate(_records(content), 1):
        try:
            add(record, examples)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise CannotLearn(f"record {number} of the dataset is not one for {task}") from None
    if not any(map(str.strip, examples.texts)):
        raise CannotLearn(BLANK)
    return examples


def _records(content: bytes) -> Iterator[Record]:
    text = content.decode("utf-8-sig")
    first = text.lstrip()[:1]
    if first == "[":
        yield from json.loads(text)
    elif first == "{":
        yield from (json.loads(line) for line in text.split("\n") if line.strip())
    else:
        yield from csv.DictReader(io.StringIO(text, newline=""), strict=True)


def _add_labels(record: Record, to: Examples) -> None:
    if "input" in record:
        _add(to, record["input"], {record["expected_output"].strip(): 1})
    else:
        _add(to, record["prompt"], {label: int(value) for label, value in record["completion"].items()})


def _add_number(record: Record, to: Examples) -> None:
    if "input" in record:
        _add(to, record["input"], float(record["expected_output"]))
    else:
        _add(to, record["prompt"], float(record["completion"]))


def _add_completion(record: Record, to: Examples) -> None:
    if "input" in record:
        _add(to, record["input"], record["expected_output"])
    elif "messages" in record:
        messages = record["messages"]
        answers = [place for place, message in enumerate(messages) if message["role"] == "assistant"]
        if answers:
            prompt = "\n".join(message["content"] for message in messages[: answers[-1]])
            _add(to, prompt, messages[answers[-1]]["content"])
    else:
        _add(to, record["prompt"], record["completion"])


def _add_pair(record: Record, to: Examples) -> None:
    if "itemA" in record:
        _add(to, record["itemA"]["text"], float(record["similarity"]), record["itemB"]["text"])
    else:
        _add(to, record["text1"], float(record["score"]), record["text2"])


def _add(to: Examples, text: str, target: object, *partner: str) -> None:
    to.texts.append(text)
    to.targets.append(target)
    to.partners.extend(partner)


_READERS: dict[str, Callable[[Record, Examples], None]] = {
    "classification": _add_labels,
    "regression": _add_number,
    "text-generation": _add_completion,
    "embedding": _add_pair,
}
