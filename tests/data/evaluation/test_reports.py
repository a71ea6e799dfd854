"""Reports as text, Markdown, HTML, dicts and files."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import __version__
from emissary_client_sdk.evaluation import (
    ClassificationReport,
    evaluate_embeddings,
    evaluate_predictions,
    evaluate_regression,
    evaluate_texts,
    load_report,
)

from ..display.markup import checked, html_of
from .answering import multiclass, multilabel

if TYPE_CHECKING:
    from pathlib import Path

TRUTH = ["good", "bad", "good", "good"]
SCORES = [{"good": 0.9, "bad": 0.1}, {"good": 0.8, "bad": 0.2}, {"good": 0.7, "bad": 0.3}, None]
TEXTS = ["fine", "a | `b` @someone <b>\n" + "long " * 40, "ok", "lost"]
ABOUT: Any = {"model": "reviews-2", "file": "reviews.test.jsonl", "sha256": "ab" * 32, "parameters": {"temperature": 0}}


def report() -> ClassificationReport:
    """Return a small report with a mistake and a failure."""
    return evaluate_predictions(TRUTH, SCORES, texts=TEXTS, errors=[None, None, None, "timed out"], **ABOUT)


def reports() -> dict[str, Any]:
    """Return a report of each task."""
    truth, _, logits = multilabel(30)
    return {
        "multiclass": report(),
        "multilabel": evaluate_predictions(truth, [None, *logits[1:]], data_format="logits", **ABOUT),
        "missing label": evaluate_predictions(["a"], [{"b": 2, "c": 1}], data_format="logits", **ABOUT),
        "regression": evaluate_regression([1, 2, 3], [1.5, None, 2], lines=[1, 3, 4], **ABOUT),
        "embedding": evaluate_embeddings([0.1, 1, 0.5], [([1, 2], [2, 1]), ([1, 0], [1, 0]), None], **ABOUT),
        "text": evaluate_texts(["a", "b"], ["a", None], scorer=lambda record, answer: record == answer, **ABOUT),
    }


@pytest.mark.parametrize(
    ("name", "minimum", "expected"),
    [
        ("multiclass", {"accuracy": 0.5, "macro_f1": 0.3}, []),
        ("multiclass", {"accuracy": 0.51, "macro_f1": 0.3}, ["accuracy is 0.5, below the minimum 0.51"]),
        ("regression", {"r2": 0.5}, ["r2 is 0.375, below the minimum 0.5"]),
        ("embedding", {"pearson": 1.1}, ["pearson is 1, below the minimum 1.1"]),
        ("missing label", {"macro_f1": 0}, []),
        ("text", {"score": 1, "exact_match": 0.9}, ["exact_match is 0.5, below the minimum 0.9"]),
    ],
)
def test_minimums(name: str, minimum: Any, expected: list[str]) -> None:
    """Each number below its minimum is named."""
    assert reports()[name].shortfalls(**minimum) == expected


def test_undefined_number_reaches_no_minimum() -> None:
    """Even a minimum of 0."""
    reasons = evaluate_regression([1, 1], [1, 2]).shortfalls(r2=0)
    assert reasons == ["r2 is undefined, below the minimum 0"]


@pytest.mark.parametrize(
    ("minimum", "message"),
    [
        ({"acuracy": 1, "mae": 1}, "'acuracy', 'mae' cannot be a minimum of a classification report; known are accur"),
        ({"accuracy": "1"}, "accuracy must be a number, not '1'"),
        ({"accuracy": float("nan")}, "accuracy is nan, which is not a finite number"),
    ],
)
def test_invalid_minimums_are_named(minimum: Any, message: str) -> None:
    """A misspelled name must not pass."""
    with pytest.raises((TypeError, ValueError), match=message):
        report().shortfalls(**minimum)


def test_text_of_a_report() -> None:
    """It fits into 80 columns."""
    lines = str(report()).splitlines()
    assert lines[0] == "reviews-2 on reviews.test.jsonl"
    text = "\n".join(lines)
    assert "  records            4, 1 failed\n  accuracy           0.500 (0.150 to 0.850), baseline 0.750\n" in text
    assert re.search(r"evaluated +\d{4}-\d\d-\d\d \d\d:\d\d UTC, SDK [\d.]+, SHA-256 abababababab…", text)
    assert "  label  precision               recall                  F1     records\n" in text
    assert "  bad    undefined               0.000 (0.000 to 0.793)  0.000  1" in text
    assert "  truth  bad  good\n  bad    0    1\n  good   0    2\n" in text
    assert "  2     bad    good        0.800        a | `b` @someone <b> long long long " in text
    assert "  line  text  error\n  4     lost  timed out" in text


@pytest.mark.parametrize("name", reports())
def test_every_report_is_shown_and_kept(name: str, tmp_path: Path) -> None:
    """Text is at most 80 wide; JSON is strict; a loaded report is equal, with its records."""
    each = reports()[name]
    assert max(map(len, str(each).splitlines())) <= 80
    assert "reviews-2" in repr(each)
    assert "SHA-256 abab" in checked(html_of(each))
    assert each.to_markdown().startswith("### reviews-2 on reviews.test.jsonl\n\n|  |  |\n| --- | --- |\n| records | ")
    each.save(tmp_path / "report.json")
    loaded = load_report(tmp_path / "report.json")
    assert loaded == each
    assert loaded.to_dict() == each.to_dict() == json.loads(json.dumps(each.to_dict(), allow_nan=False))
    assert loaded.mistakes == each.mistakes
    if isinstance(each, ClassificationReport):
        answered = each.predictions.answered
        assert (loaded.predictions.scores[answered] == each.predictions.scores[answered]).all()


def test_report_names_its_origin() -> None:
    """Model, file, digest, date, version of the SDK and parameters are part of it."""
    found = report()
    assert (found.model, found.file, found.sha256) == ("reviews-2", "reviews.test.jsonl", "ab" * 32)
    assert found.sdk_version == __version__
    assert abs((datetime.now(timezone.utc) - found.date).total_seconds()) < 60
    assert found.parameters == {
        **ABOUT["parameters"],
        "data_format": "probs",
        "threshold": 0.5,
        "confidence": 0.95,
        "seed": 0,
    }
    assert {"model", "file", "sha256", "date", "sdk_version", "parameters", "mistakes", "failures"} < set(
        found.to_dict()
    )
    assert str(evaluate_predictions(["a"], [None])).startswith("classification report\n")


def test_markdown_shows_data_as_code() -> None:
    """Nothing in a label or a text is markup, a mention of a user, or another cell."""
    markdown = report().to_markdown()
    assert "| `bad` | `good` | 0.800 | `` a \\| `b` @someone <b> long " in markdown
    assert markdown.count("**Mistakes**") == 1
    assert evaluate_predictions(["a"], [{"a": 1}], model="m|<b>").to_markdown().startswith("### `m\\|<b>`\n")


def test_many_labels_and_mistakes_are_shortened() -> None:
    """The text shows ten of each, those with the most records and confidence first."""
    labels = [f"a rather long name of a label {number}" for number in range(30)]
    found = evaluate_predictions(labels + labels[3:4], [dict.fromkeys(labels, 0.1)] * 31)
    text = str(found)
    assert max(map(len, text.splitlines())) <= 80
    assert "and 20 more" in text
    assert "Truth and predictions" not in text
    assert re.search(r"Labels\n  label .*\n  a rather long… +undefined .* 2\n", text)


def test_multilabel_report_shows_each_labels_counts() -> None:
    """There is no confusion of labels."""
    truth, chances, _ = multilabel(20)
    found = evaluate_predictions(truth, chances)
    assert "label    true positive  false positive  false negative  true negative" in str(found)
    assert "(no label)" in str(evaluate_predictions([["a"]], [{"a": 0.1}]))


def test_other_files_are_not_overwritten(tmp_path: Path) -> None:
    """A report replaces a report, and nothing else; an interrupted write leaves the old file."""
    path = tmp_path / "report.json"
    report().save(path)
    first = path.read_bytes()
    report().save(str(path))
    path.with_name("data.json").write_text("[]")
    with pytest.raises(FileExistsError, match=r"data\.json exists and is not a report"):
        report().save(tmp_path / "data.json")
    with pytest.raises(FileNotFoundError):
        report().save(tmp_path / "missing" / "report.json")
    assert path.read_bytes()[:100] == first[:100]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data.json", "report.json"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{"emissary"', '{"other"', "is not a report that this version of the SDK can read"),
        (',"columns"', '"columns"', "is a damaged report: Expecting"),
        ('"labels"', '"label"', "is a damaged report: KeyError"),
        ('"task":"classification"', '"task":"other"', "is a damaged report: KeyError"),
        ('"kind"', '"kinds"', "is a damaged report: "),
        ('"columns":{', '"columns":{"more":1,', "is a damaged report: "),
        ('"columns":{', '"columns":[{', "is a damaged report: "),
    ],
)
def test_damaged_files_are_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    """A file that is not a report is a ValueError with its path."""
    path = tmp_path / "report.json"
    report().save(path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ValueError, match=f"report.json {message}"):
        load_report(path)


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    """It is the usual error."""
    with pytest.raises(FileNotFoundError):
        load_report(tmp_path / "report.json")


def test_loaded_report_fits_the_same_policy(tmp_path: Path) -> None:
    """A saved report has the scores as they were."""
    truth, _, logits = multiclass(300)
    found = evaluate_predictions(truth, logits, data_format="logits")
    found.save(tmp_path / "report.json")
    assert load_report(tmp_path / "report.json").fit_policy(maximize="f1") == found.fit_policy(maximize="f1")
