"""Repeated and conflicting records, and the split."""

# records on one line

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import prepare_dataset
from emissary_client_sdk._preparing._tables import selection

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ("a", "b", "c", "c")


def rows(count: int) -> list[dict[str, Any]]:
    """Return records of three labels, half of them of the last one, in groups of four."""
    return [{"text": f"text {number}", "label": LABELS[number % 4], "author": number // 4} for number in range(count)]


def prompts(path: Path | None) -> list[str]:
    """Return the prompts of a file."""
    assert path is not None
    return [json.loads(line)["prompt"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_split_is_stratified_and_repeatable(tmp_path: Path) -> None:
    """Each label has the same share of both files; the seed alone decides which records they are."""
    first = prepare_dataset(rows(400), output=tmp_path / "first", seed=7)
    again = prepare_dataset(rows(400), output=tmp_path / "again", seed=7)
    other = prepare_dataset(rows(400), output=tmp_path / "other", seed=8)
    assert first.report.labels == {"a": (80, 20), "b": (80, 20), "c": (160, 40)}
    assert prompts(first.test) == prompts(again.test) != prompts(other.test)
    assert sorted([*prompts(first.train), *prompts(first.test)]) == sorted(row["text"] for row in rows(400))


def test_split_does_not_depend_on_the_library(tmp_path: Path) -> None:
    """The same records are chosen everywhere, whatever the version of polars."""
    prepared = prepare_dataset(rows(20), output=tmp_path / "out")
    assert prompts(prepared.test) == STABLE


STABLE = ["text 4", "text 5", "text 11", "text 14"]


@pytest.mark.parametrize("group_by", [None, "author"])
def test_selection_does_not_depend_on_the_size_of_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group_by: str | None
) -> None:
    """The records of a large file are grouped in parts, with the same result."""
    data = [*rows(300), *({**row, "label": "a"} for row in rows(30)), *rows(60)]
    whole = prepare_dataset(data, output=tmp_path / "whole", group_by=group_by)
    monkeypatch.setattr(selection, "_PART", 20)
    divided = prepare_dataset(data, output=tmp_path / "divided", group_by=group_by)
    assert divided.report == whole.report
    assert prompts(divided.test) == prompts(whole.test)
    assert whole.report.leakage == 0


def test_groups_and_equal_texts_stay_together(tmp_path: Path) -> None:
    """Records of one group are in one file, also if the groups are connected by a text with several labels."""
    data = [*rows(200), {"text": "TEXT  1", "label": "c", "author": 30}, {"text": "text 9", "label": "c", "author": 30}]
    prepared = prepare_dataset(
        [*data, {"text": "alone", "label": "a", "author": None}], group_by="author", output=tmp_path / "out"
    )
    sides = {
        text: side for side, path in (("train", prepared.train), ("test", prepared.test)) for text in prompts(path)
    }
    for author in range(50):
        assert len({sides[row["text"]] for row in rows(200) if row["author"] == author}) == 1
    assert len({sides[str(row["text"])] for row in data if row["author"] in (0, 2, 30)}) == 1
    assert prepared.report.leakage == 0
    assert 30 <= prepared.report.test_records <= 50


def test_multilabel_split_keeps_rare_labels(tmp_path: Path) -> None:
    """A record counts for the rarest of its labels."""
    data = [
        {"text": f"t{number}", "labels": ["common", *(["rare"] if number % 10 == 0 else [])]} for number in range(100)
    ]
    prepared = prepare_dataset([*data, {"text": "none", "labels": []}], output=tmp_path / "out")
    assert prepared.report.labels == {"common": (80, 20), "rare": (8, 2)}
    assert prepared.report.label_kind == "multilabel"


@pytest.mark.parametrize(
    ("options", "left", "message"),
    [
        ({}, 3, "found: the same text has different answers (2 records: lines 1, 3)"),
        ({"duplicates": "keep"}, 4, "found: the same text has different answers (3 records: lines 1, 2, 3)"),
        ({"conflicts": "drop"}, 1, "dropped: the same text has different answers (2 records: lines 1, 3)"),
    ],
)
def test_repeated_and_conflicting_records(tmp_path: Path, options: Any, left: int, message: str) -> None:
    """Records that differ only by case and white space are dropped; the same text with another label is kept."""
    pairs = [("\uff21 \tcafe\u0301", "x"), ("a café\u200b", "x"), ("A CAFÉ", "y"), ("other", "y")]
    data = [{"text": text, "label": label} for text, label in pairs]
    report = prepare_dataset(data, test_size=0, output=tmp_path / "out", **options).report
    assert report.train_records == left
    assert message in str(report)
    assert ("duplicates, apart from case and white space" in str(report)) == ("duplicates" not in options)


def test_answers_to_one_prompt_are_no_conflict_in_text_generation(tmp_path: Path) -> None:
    """A prompt may have several completions, which stay in one file."""
    data = [{"prompt": f"p{number % 10}", "completion": f"c{number}"} for number in range(100)]
    prepared = prepare_dataset(data, output=tmp_path / "out")
    assert Counter(prompts(prepared.test)).most_common() == [
        (prompt, 10) for prompt in dict.fromkeys(prompts(prepared.test))
    ]
    assert not prepared.report.changes
