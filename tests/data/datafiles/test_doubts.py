"""Warnings of a check: defects that the platform accepts, and that waste a training job."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import check_dataset

if TYPE_CHECKING:
    from collections.abc import Iterable


def pairs(completions: Iterable[Any], **changes: Any) -> list[dict[str, Any]]:
    """Return a record with a prompt of its own for each completion."""
    return [{"prompt": f"p{number}", "completion": value, **changes} for number, value in enumerate(completions)]


def csv_rows(outputs: Iterable[str]) -> bytes:
    """Return a CSV file with a row for each expected output."""
    return "\n".join(["input,expected_output", *(f"p{number},{text}" for number, text in enumerate(outputs))]).encode()


def labels(good: int, bad: int) -> list[Any]:
    """Return records of two classes."""
    return pairs([{"good": 1, "bad": 0}] * good + [{"good": 0, "bad": 1}] * bad)


def chat(*messages: str) -> dict[str, Any]:
    """Return a conversation."""
    roles = ("user", "assistant") * len(messages)
    turns = zip(roles, messages, strict=False)
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


SAME = [{"prompt": "p", "completion": {"good": good, "bad": 1 - good}} for good in (1, 0)]
PAIR = {"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 0.5}
NAMES = ["good", "Good ", "bad"] * 20


@pytest.mark.parametrize(
    ("file", "task_type", "expected"),
    [
        ([*labels(30, 30), *SAME], None, "line 62: warning: the same prompt has another completion than on line 61"),
        ([*SAME, SAME[1], SAME[0]], None, "line 3: warning: the record repeats an earlier one (line 2) (2 records"),
        ([PAIR, {**PAIR, "similarity": 1}], None, "the same itemA and itemB has another similarity than on line 1"),
        ([chat("a", "b"), chat("a", "c"), chat("a", "b")], None, "line 3: warning: the record repeats an earlier one"),
        (labels(40, 0), None, 'file: warning: label "good" is the only one, in 40 records: a classifier needs several'),
        (csv_rows(["good"] * 40), "classification", 'label "good" is the only one, in 40 records'),
        (labels(980, 20), None, 'label "good" has 49 times as many examples as "bad" (980 and 20)'),
        (csv_rows(["a"] * 210 + ["b"] * 20), "classification", 'label "a" has 10 times as many examples as "b"'),
        (pairs([{"good": 1}] * 300 + [{"good": 0}] * 20), None, '"good" = 1 has 15 times as many examples as "good"'),
        (pairs([{"good": 1}] * 25), None, 'file: warning: label "good" = 0 has 0 examples; 20 or more are advised'),
        (csv_rows(NAMES), "classification", 'labels differ only by case or spaces: "good" (20), "Good " (20)'),
        (pairs([{"good": 1, "GOOD": 0}] * 3), None, 'labels differ only by case or spaces: "good" (3), "GOOD" (0)'),
        (pairs([{"good": 1, "": 0}]), None, "file: error: a label has no name"),
        (csv_rows(f"c{number}" for number in range(1200)), "classification", "1,000 or more classes: is this a class"),
        (pairs(["yes"] * 3), None, 'file: warning: every completion is "yes", in 3 records'),
        (pairs([0.5] * 3), None, "file: warning: every completion is 0.5, in 3 records"),
        ([{**PAIR, "itemB": {"text": str(number)}} for number in range(3)], None, "every similarity is 0.5, in 3 rec"),
        ([chat(str(number), "yes") for number in range(3)], None, 'every answer is "yes", in 3 records'),
        (csv_rows(["yes"] * 3), None, 'every expected_output is "yes", in 3 records'),
        (pairs(["p0", "x"]), None, "line 1: warning: completion repeats prompt"),
        (pairs(["1", "2.5"]), None, "every completion is a number in quotes; write numbers without quotes"),
        (csv_rows(["1", "2.5"]), None, 'every expected_output is a number; name the task if it is "regression"'),
        (csv_rows(["yes", "no"] * 20), None, 'has only 2 different texts; name the task if it is "classification"'),
        ([*pairs(["a", "b"]), {"prompt": "\ufeff\u200b", "completion": "c"}], None, "prompt has only invisible charac"),
    ],
)  # fmt: skip
def test_defect_is_reported(file: Any, task_type: str | None, expected: str) -> None:
    """The warning has a count or the line of an example."""
    found = [str(problem) for problem in check_dataset(file, task_type).problems]
    assert [problem for problem in found if expected in problem], found


def test_free_texts_have_several_answers() -> None:
    """Text generation may learn different answers to one prompt."""
    assert check_dataset([{"prompt": "p", "completion": "a"}, {"prompt": "p", "completion": "b"}]).problems == []
    assert check_dataset([{**PAIR, "itemB": {"text": "a"}}]).problems == []


def test_errors_count_records_and_problems_are_groups() -> None:
    """A record with two errors counts once; more groups than are kept become one."""
    report = check_dataset([{"prompt": "p", "completion": "c"}] * 9 + [{"prompt": 1, "completion": 2}] * 7)
    assert (report.error_count, [(error.count, error.lines) for error in report.errors]) == (
        7,
        [(7, (10, 11, 12, 13, 14))] * 2,
    )
    names = check_dataset([*pairs(["c", "d"] * 200), *({f"x{number}": 1} for number in range(150))])
    assert (names.error_count, len(names.errors)) == (150, 101)
    assert sum(error.count for error in names.errors) == 150
    assert "problems of other kinds (50 records" in str(names)


def test_values_with_errors_are_not_called_equal() -> None:
    """A value that is not a text is one error for each record, and no warning."""
    [problem] = check_dataset(pairs([{"good": 1}] * 3), "text-generation").problems
    assert (problem.severity, problem.count) == ("error", 3)


def test_prompts_in_two_files_are_reported() -> None:
    """Case and white space do not matter, nor what the other record answers."""
    test = [{"prompt": f"P{number}  \u00a0", "completion": "other"} for number in range(2)]
    [problem] = check_dataset(
        pairs(
            "abc",
        ),
        against=test,
    ).problems
    assert (problem.message, problem.count) == ("prompt also occurs in dataset.jsonl", 2)
    chats = [chat("Hello \u200b", "b")]
    assert check_dataset([chat("hello", "c")], against=chats).warning_count == 1
    pair = {**PAIR, "itemA": {"text": "A"}}
    assert check_dataset([PAIR], "embedding", against=[pair]).warning_count == 1
    assert check_dataset(pairs("abc"), against=b"").ok


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ([{"x": 1}], 'against: dataset.jsonl cannot be compared: .*records with "x" fit no task'),
        (b"PK\x03\x04", r"against: dataset.csv is a spreadsheet .*; convert it"),
    ],
)
def test_file_that_cannot_be_compared_is_refused(other: Any, expected: str) -> None:
    """An unreadable file must not look like one without leakage."""
    with pytest.raises(ValueError, match=expected):
        check_dataset(pairs("abc"), against=other)


def test_long_cell_of_a_csv_file_is_read() -> None:
    """The limit of the module csv does not matter, and is not changed."""
    limit = csv.field_size_limit()
    text = "x" * (limit + 1)
    quoted = json.dumps(text).replace("x", '""x\n', 1)
    rows = [f"{text},a", f"{quoted},b", f'"{text}"z,c', '"d",e', f'"{text}']
    report = check_dataset("\r\n".join(["input,expected_output", *rows]).encode())
    assert (report.records, report.error_count, csv.field_size_limit()) == (5, 2, limit)
    assert [problem.line for problem in report.errors] == [5, 7]
