"""Labelled records: inputs and right answers of each task."""

from __future__ import annotations

from typing import Any

import pytest

from emissary_client_sdk._datafiles.examples import LabelledRecords, examples_of

MESSAGES = [
    {"role": "system", "content": "Be short."},
    {"role": "user", "content": "2 + 2?"},
    {"role": "assistant", "content": "4"},
]


def read(*records: Any, task: str | None = None, column: str | None = None) -> LabelledRecords:
    """Return the examples of records on the lines 1, 3, 5 and so on."""
    return examples_of(((2 * number + 1, record) for number, record in enumerate(records)), task, column)


def labelled(**labels: int) -> dict[str, Any]:
    """Return a record for classification."""
    return {"prompt": "text", "completion": labels}


READ: list[Any] = [
    ("classification", [labelled(a=1, b=0), labelled(a=0, b=1)], {}, ["text"] * 2, ["a", "b"]),
    ("classification", [labelled(a=1, b=0), labelled(a=1, b=1)], {}, ["text"] * 2, [["a"], ["a", "b"]]),
    ("classification", [labelled(a=1), labelled(a=0)], {}, ["text"] * 2, [["a"], []]),
    (
        "classification",
        [{"input": "text", "expected_output": " a "}],
        {"task": "classification"},
        ["text"],
        ["a"],
    ),
    ("regression", [{"prompt": "text", "completion": 1}], {}, ["text"], [1.0]),
    ("regression", [{"input": "text", "expected_output": "1e1"}], {"task": "regression"}, ["text"], [10.0]),
    (
        "embedding",
        [{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 0.5}],
        {},
        [("a", "b")],
        [0.5],
    ),
    ("embedding", [{"text1": "a", "text2": "b", "score": "0.5"}], {}, [("a", "b")], [0.5]),
    ("text-generation", [{"prompt": "text", "completion": "yes"}], {}, ["text"], ["yes"]),
    ("text-generation", [{"messages": MESSAGES}], {}, [MESSAGES[:2]], ["4"]),
    ("text-generation", [{"q": "text", "completion": "yes"}], {"column": "q"}, ["text"], ["yes"]),
]


@pytest.mark.parametrize(("task", "records", "arguments", "inputs", "truth"), READ)
def test_records_of_each_task(task: str, records: Any, arguments: Any, inputs: Any, truth: Any) -> None:
    """Truth is a label, a list of labels if a record may have several, a number or a text."""
    found = read(*records, **arguments)
    assert (found.task, found.inputs, found.truth) == (task, inputs, truth)
    assert found.lines == [1, 3][: len(records)]
    assert found.records == records


def test_text_of_a_conversation_has_all_its_messages() -> None:
    """A single message is shown as it is."""
    assert read({"messages": MESSAGES}, {"messages": MESSAGES[1:]}).texts == [
        "system: Be short.\nuser: 2 + 2?",
        "2 + 2?",
    ]
    assert read({"text1": "a", "text2": "b", "score": 1}).texts == ["a / b"]


INVALID: list[Any] = [
    ([], {}, "there are no records"),
    (
        [{}],
        {"task": "ner"},
        "answers of ner cannot be evaluated, only those of classification, regression, embedding, te",
    ),
    ([["a"]], {}, "line 1: the record must be an object, not an array"),
    ([{"text": "a"}], {}, "line 1: the record does not show the task; name it, such as classification"),
    ([labelled(a=1, b=0), {"completion": {"a": 1}}], {}, "line 3: prompt is missing"),
    ([{"prompt": 1, "completion": {"a": 1}}], {}, "line 1: prompt must be a text, not a number"),
    ([{"prompt": " ", "completion": {"a": 1}}], {}, "line 1: prompt is empty"),
    ([labelled(a=1, b=0)], {"column": "x"}, "line 1: x is missing"),
    ([{"prompt": "a"}], {"task": "regression"}, "line 1: the right answer is missing: completion, or expected_output"),
    ([labelled(a=2)], {}, "line 1: label 'a' must be 0 or 1, not 2"),
    ([labelled()], {}, "line 1: completion must be an object of labels and 0 or 1, or the name of a label, not an obj"),
    (
        [labelled(a=1, b=0), {"prompt": "x", "completion": "a"}],
        {"task": "classification"},
        "line 3: completion must be .* but the same kind in all records",
    ),
    ([{"prompt": "a", "completion": True}], {"task": "regression"}, "the right answer must be a number, not true"),
    ([{"prompt": "a", "completion": 1}], {"task": "text-generation"}, "the right answer must be a text, not a number"),
    ([{"itemA": "a", "itemB": {"text": "b"}}], {}, "line 1: itemA and itemB must be objects with text"),
    ([{"itemA": {"text": "a"}, "itemB": {"text": "b"}}], {}, "line 1: similarity is missing"),
    ([{"messages": "a"}], {}, "line 1: messages must be an array of two messages or more"),
    ([{"messages": [*MESSAGES, 1]}], {}, r"line 1: messages\[3\] must be an object with role and content, both texts"),
    ([{"messages": MESSAGES[:2]}], {}, "line 1: the last message must be the assistant's: it is the right answer"),
]


@pytest.mark.parametrize(("records", "arguments", "message"), INVALID)
def test_invalid_records_are_named(records: Any, arguments: Any, message: str) -> None:
    """The error has the line."""
    with pytest.raises(ValueError, match=message):
        read(*records, **arguments)
