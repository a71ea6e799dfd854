"""Reading datasets, and choosing the records of a job."""

import json
from typing import Any

import numpy as np
import pytest

from emissary_client_sdk.emulator.learning import features, sampling
from emissary_client_sdk.emulator.learning.labels import LabelSet
from emissary_client_sdk.emulator.learning.plan import Plan, read
from emissary_client_sdk.emulator.learning.records import CannotLearn, Examples
from emissary_client_sdk.emulator.learning.records import read as read_records

from .data import learn, lines, reviews, tickets

MESSAGES = [
    {"role": "user", "content": "a"},
    {"role": "assistant", "content": "b"},
    {"role": "user", "content": "c"},
    {"role": "assistant", "content": "d"},
    {"role": "user", "content": "e"},
]


READ: list[tuple[str, str, Any]] = [
    ("classification", "input,expected_output\na, good\n", (["a"], [{"good": 1}], [])),
    ("classification", '{"prompt": "a", "completion": {"x": 0, "y": 1}}\n\n', (["a"], [{"x": 0, "y": 1}], [])),
    ("regression", '[{"prompt": "a", "completion": 2}]', (["a"], [2.0], [])),
    ("regression", "input,expected_output\na,-1.5\n", (["a"], [-1.5], [])),
    ("text-generation", '{"prompt": "a\u2028", "completion": "b"}', (["a\u2028"], ["b"], [])),
    ("text-generation", 'input,expected_output\n"a\n1",b\n', (["a\n1"], ["b"], [])),
    (
        "text-generation",
        json.dumps({"messages": MESSAGES}) + "\n" + json.dumps({"messages": MESSAGES[:1]}),
        (["a\nb\nc"], ["d"], []),
    ),
    ("embedding", "text1,text2,score\na,b,0.5\n", (["a"], [0.5], ["b"])),
    (
        "embedding",
        '{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": -1}',
        (["a"], [-1.0], ["b"]),
    ),
]


@pytest.mark.parametrize(("task", "content", "expected"), READ)
def test_formats(task: str, content: str, expected: tuple[list[str], list[Any], list[str]]) -> None:
    """The platform's formats of each task are read."""
    assert read_records(content.encode(), task) == Examples(*expected)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"prompt": "a", "completion": "b"}', "record 1 of the dataset is not one for classification"),
        ('{"messages": []}', "record 1 of the dataset is not one for classification"),
        ('{"prompt": " ", "completion": {"x": 1}}', "all prompts of the dataset are blank"),
    ],
)
def test_records_that_are_not_of_the_task(content: str, reason: str) -> None:
    """The reason names the record."""
    with pytest.raises(CannotLearn, match=reason):
        read_records(content.encode(), "classification")


@pytest.mark.parametrize("text", ["The color fades, the color of the cup, too.", "Größe", "", "e" * 500])
@pytest.mark.parametrize("size", [1 << 18, 50])
def test_features_of_one_text(text: str, size: int) -> None:
    """They are the same as those of many."""
    columns, values = features.vector(text, size)
    row = np.zeros(size, np.float32)
    row[columns] = values
    assert np.allclose(row, features.vectors([text], size).toarray()[0], rtol=1e-6, atol=1e-12)


def split(records: list[dict[str, Any]], **settings: Any) -> tuple[Examples, Examples]:
    """Return the examples for training and for tests."""
    examples = read_records(lines(records), "classification")
    labels = LabelSet.of(examples.targets)
    return sampling.split(examples, None, Plan("classification", **settings), labels.group)


@pytest.mark.parametrize(
    ("wanted", "counts"),
    [
        ({"good": 30, "bad": 20}, (30, 20)),
        ({"good": 0.5, "bad": 0.5}, (60, 60)),
        ({"good": 0.8, "bad": 0.2}, (240, 60)),
        ({"good": 1, "bad": 1}, (60, 60)),
    ],
    ids=["counts", "equal-shares", "shares", "ones"],
)
def test_rebalancing(wanted: dict[str, float], counts: tuple[int, int]) -> None:
    """So many records of each label are used, or the most that have these shares."""
    train, test = split([*reviews(240, good=1), *reviews(60, good=0)], rebalance=wanted, test_share=0.1)
    found = [target["good"] for target in train.targets + test.targets]
    assert (sum(found), len(found) - sum(found)) == counts


def test_rebalancing_of_one_label() -> None:
    """Its records are positive or negative."""
    records = [{"prompt": f"text {number}", "completion": {"spam": int(number < 10)}} for number in range(50)]
    train, test = split(records, rebalance={"positive": 10, "negative": 15})
    assert sum(target["spam"] for target in train.targets + test.targets) == 10
    assert len(train) + len(test) == 25


@pytest.mark.parametrize(
    ("records", "wanted", "reason"),
    [
        (reviews(50), {"good": 10}, "must have a number for each of bad, good"),
        (reviews(50, good=0.5), {"good": 10, "bad": 50}, "'bad' has .. records, not 50"),
        (reviews(50, good=0.5), {"good": 10, "bad": 0}, "must keep records of two classes"),
        (tickets(50, several=True), {"billing": 1}, "is not for records that can have several labels"),
    ],
    ids=["missing", "too-many", "one-class", "several-labels"],
)
def test_rebalancing_that_is_not_possible(records: Any, wanted: dict[str, float], reason: str) -> None:
    """The reason names the setting."""
    with pytest.raises(CannotLearn, match=f"rebalance_data: {reason}"):
        split(records, rebalance=wanted)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"rebalance_data": {"b": 1, "a": 0}}, "rebalance_data: the number of 'a' must be positive, not 0"),
        ({"rebalance_data": {"a": 1}, "task_type": "regression"}, "rebalance_data: is for classification only"),
        ({"reward": {"a": 1}}, "task_type: GRPO is for text-generation only, not for classification"),
    ],
)
def test_job_that_is_refused(fields: dict[str, Any], reason: str) -> None:
    """The reason names the field."""
    with pytest.raises(ValueError, match=reason):
        read({"task_type": "classification", **fields})


@pytest.mark.parametrize(
    ("fields", "sizes"),
    [
        ({}, (80, 20)),
        ({"train_test_split_ratio": 0.25}, (75, 25)),
        ({"train_test_split_ratio": 25}, (75, 25)),
        ({"train_test_split_ratio": 1}, (99, 1)),
        ({"train_test_split_ratio": 7}, (93, 7)),
        ({"parameters": {"downsample_size": 30}}, (24, 6)),
        ({"parameters": {"downsample_size": 55}}, (44, 11)),
        ({"parameters": {"downsample_size": "0.3"}}, (24, 6)),
    ],
)
def test_sizes(fields: dict[str, Any], sizes: tuple[int, int]) -> None:
    """Percentages begin at 1, fractions are below."""
    plan = read({"task_type": "classification", **fields})
    train, test = sampling.split(Examples(["text"] * 100, [0] * 100), None, plan, str)
    assert (len(train), len(test)) == sizes
    train, test = sampling.split(Examples(["text"] * 100, [0] * 100), Examples(["other"], [0]), plan, str)
    assert (len(train), test.texts) == (sum(sizes), ["other"])


def test_too_few_records() -> None:
    """One for training and one for tests are needed."""
    with pytest.raises(CannotLearn, match="too few records to train on and to test with: 1"):
        sampling.split(Examples(["text"], [0]), None, Plan("regression"), str)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({"x": 1}, "the dataset has one class only"),
        ({f"label {number}": 1 for number in range(1001)}, "has more than 1,000 labels"),
    ],
)
def test_limits_of_a_training(target: Any, reason: str) -> None:
    """They hold for datasets, too, whose upload did not show them."""
    content = lines([{"prompt": f"text {number}", "completion": target} for number in range(10)])
    with pytest.raises(CannotLearn, match=reason):
        learn(Plan("classification"), content)


@pytest.mark.parametrize(
    ("completion", "reason"),
    [
        ({"good": 1, "bad": 1}, "a record of the dataset for tests does not have exactly one label"),
        ({"ugly": 1}, "the label 'ugly' of the dataset for tests is not in the one for training"),
    ],
)
def test_dataset_for_tests_with_other_labels(completion: dict[str, int], reason: str) -> None:
    """It cannot measure the model."""
    with pytest.raises(CannotLearn, match=reason):
        learn(Plan("classification"), lines(reviews(20)), lines([{"prompt": "text", "completion": completion}]))
