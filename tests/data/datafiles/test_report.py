"""The report of a dataset check."""

from __future__ import annotations

import json
import pickle
from operator import methodcaller

import pytest

from emissary_client_sdk import DatasetProblem, DatasetReport
from emissary_client_sdk._display.text import counted, printable
from emissary_client_sdk.errors import DatasetError

ERROR = DatasetProblem(3, "error", "prompt is empty")
WARNING = DatasetProblem(None, "warning", "few")
GOOD = DatasetReport(
    "a.jsonl", "jsonl", "classification", "multiclass", 2048, 60, 4321, {"bad": 20, "good": 40}, tokens=900
)
BAD = DatasetReport("b.csv", "csv", None, None, 1, 1, 1, {}, [ERROR] * 12 + [WARNING], 14, 1)


def test_good_report_is_a_summary() -> None:
    """A report without problems shows the facts and labels."""
    assert str(GOOD).splitlines() == [
        "a.jsonl: JSONL, classification (multiclass), 60 records, 4,321 characters, about",
        "  900 tokens, 2,048 bytes",
        "labels: bad 20, good 40",
        "0 errors, 0 warnings",
    ]
    GOOD.raise_for_errors()


def test_bad_report_lists_problems() -> None:
    """Each problem is one line."""
    lines = str(BAD).splitlines()
    assert lines[:3] == [
        "b.csv: CSV, any task type, 1 record, 1 character, about 0 tokens, 1 byte",
        "14 errors, 1 warning",
        "line 3: error: prompt is empty",
    ]
    assert lines[-2:] == ["line 3: error: prompt is empty", "file: warning: few"]


def test_many_labels_are_shortened() -> None:
    """The text lists ten labels, and nothing in it is wider than a terminal."""
    labels = {f"a rather long name of a label {number}": number for number in range(12)}
    text = str(DatasetReport("x" * 99 + ".csv", "csv", "t\x1b" * 40, None, 1, 1, 1, labels))
    assert "label 9 9 and 2 more" in text.replace("\n ", "")
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_errors_are_raised_with_the_report() -> None:
    """The error lists ten problems, carries the report and survives pickling."""
    with pytest.raises(DatasetError, match=r"^b\.csv has 14 errors\nline 3") as caught:
        BAD.raise_for_errors()
    assert str(caught.value).count("line 3: error") == 10
    assert str(caught.value).endswith("and 2 more")
    assert pickle.loads(pickle.dumps(caught.value)).report == BAD  # noqa: S301  # its own


def test_few_errors_are_all_listed() -> None:
    """Nothing is left out of the message if there are few errors."""
    report = DatasetReport("b.csv", "csv", None, None, 1, 1, 1, {}, [ERROR], 1)
    with pytest.raises(DatasetError) as caught:
        report.raise_for_errors()
    assert str(caught.value) == "b.csv has 1 error\nline 3: error: prompt is empty"


def test_report_is_json() -> None:
    """``to_dict`` has every field and only JSON values."""
    found = json.loads(json.dumps(BAD.to_dict()))
    assert found["problems"][0] == {
        "line": 3,
        "record": None,
        "lines": [],
        "count": 1,
        "severity": "error",
        "message": "prompt is empty",
        "hint": None,
    }
    assert found["error_count"] == 14
    assert not found["ok"]
    assert len(BAD.errors) == 12
    assert BAD.warnings == [WARNING]


def test_report_shows_itself_in_a_notebook() -> None:
    """The HTML is the display module's."""
    assert "a.jsonl" in methodcaller("_repr_html_")(GOOD)


@pytest.mark.parametrize(("text", "shown"), [("a\x1b\u202eb", "a\ufffd\ufffdb"), ("x" * 41, "x" * 40 + "…")])
def test_texts_of_a_file_are_made_harmless(text: str, shown: str) -> None:
    """Control characters are replaced, and long texts shortened."""
    assert printable(text) == shown
    assert counted(1_000, "record") == "1,000 records"
