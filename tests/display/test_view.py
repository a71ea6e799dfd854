"""Models, lists and dataset checks in a notebook and on a terminal."""

from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emissary_client_sdk import models
from emissary_client_sdk._display import page, terminal, text
from emissary_client_sdk._files.report import DatasetProblem, DatasetReport

from . import hostile
from .markup import checked, html_of, words

if TYPE_CHECKING:
    from pydantic import BaseModel

START = 1_767_268_800
CREATED = "2026-01-01 12:00:00 UTC"
JOB: dict[str, Any] = {
    "id": "t-1",
    "name": "support",
    "base_model": "llama",
    "base_model_option": "pre-trained",
    "status": "Running",
    "progress": 45,
    "created_at": START,
    "updated_at": START + 7980,
    "train_dataset": {"id": "d-1", "name": "tickets"},
    "hyper_parameters": {"num_train_epochs": 3, "dynamic_loss": True},
    "training_loss": [{"loss": 2.5}, {"loss": 1.25}],
    "base_fine_tuned_model": "earlier",
    "base_fine_tuned_model_checkpoint": 2,
    "test_functions": ["exact", "close"],
    "reward": {"brevity": 0.5, "style": None},
}
JOB_TEXT = f"""\
support
  status        Running 45%
  id            t-1
  base model    llama
  trained from  earlier, checkpoint 2
  trained on    tickets
  tests         exact, close
  rewards       brevity 0.5
  created       {CREATED}
  updated       2026-01-01 14:13:00 UTC, 2 h 13 min later
  loss          1.25  █▁
  parameters
    num_train_epochs  3
    dynamic_loss      True"""
DEPLOYMENT = {"id": "dp-1", "name": "reviews-1", "status": "Deployed", "created_at": START}
VIEWS: list[tuple[type[BaseModel], dict[str, Any], str]] = [
    (models.TrainingJobDetail, JOB, JOB_TEXT),
    (models.TrainingJobSummary, {"id": "t-1", "train_dataset_name": "d"}, "t-1\n  id          t-1\n  trained on  d"),
    (
        models.TrainingJobCheckpoint,
        {
            "checkpoint": 2,
            "created_at": START,
            "updated_at": START,
            "model_download_url": "https://example.com/m?signature=secret",
            "test_results": {"general_test_result": "https://example.com/r", "aggregated_test_result": {"f1": 0.9}},
        },
        f"""\
Checkpoint 2
  created       {CREATED}
  model         https://example.com/m?…
  test results  https://example.com/r
  tests
    f1  0.9""",
    ),
    (models.TrainingJobCheckpoint, {"checkpoint": 0, "test_results": {}}, "Checkpoint 0"),
    (
        models.ProjectDetail,
        {
            "id": "ms-1",
            "datasets": [{"id": "ds-1", "name": "reviews", "is_uploaded": False}, {"id": "ds-2", "is_uploaded": True}],
            "training_jobs": [],
            "deployments": [{**DEPLOYMENT, "id": f"dp-{number}"} for number in range(11)],
        },
        "\n".join(
            [
                "ms-1",
                "  id  ms-1",
                "  datasets",
                "    name     id    uploaded",
                "    reviews  ds-1  no",
                "    ds-2           yes",
                "  deployments",
                "    name       id     status    created",
                *(f"    reviews-1  dp-{number:<4}Deployed  {CREATED}" for number in range(1, 11)),
                "    1 older not shown",
            ]
        ),
    ),
    (
        models.DeploymentDetail,
        {**DEPLOYMENT, "checkpoint": 3, "metadata": {"labels": ["good", "bad"], "deep": [{"a": {"b": 1}}]}},
        f"""\
reviews-1
  status      Deployed
  id          dp-1
  checkpoint  3
  metadata    labels (good, bad), deep (a (…))
  created     {CREATED}""",
    ),
    (
        models.InferenceEngineDetail,
        {
            "id": "engine-1",
            "base_model": "support",
            "base_model_option": "fine-tuned",
            "last_access_timestamp": 10**20,
            "resource_management_config": {
                "management_type": "inactive_timeout",
                "management_config": {"inactive_duration": 3600},
            },
        },
        """\
engine-1
  id                   engine-1
  base model           support (fine-tuned)
  resource management  inactive_timeout: inactive_duration 3600
  last request         100000000000000000000""",
    ),
    (
        models.InferenceEngineDetail,
        {"id": "engine-1", "resource_management_config": {"management_type": "other", "at": "https://x/?secret"}},
        "engine-1\n  id                   engine-1\n  resource management  management_type other, at https://x/?…",
    ),
    (
        models.BaseModelSummary,
        {"name": "llama", "support_serverless": True, "parameter_template": {"num_train_epochs": 3}},
        "llama\n  serverless  yes\n  parameters\n    num_train_epochs  3",
    ),
    (
        models.TestingFunctionSummary,
        {"name": "exact", "content": "def exact(a, b, c):\n\treturn 1\n" + "\n" * 60, "dependencies": ["numpy"]},
        "exact\n  dependencies  numpy\n  source\n    def exact(a, b, c):\n            return 1\n"
        + "\n" * 58
        + "    and 2 more",
    ),
    (
        models.GetClassificationFromDeploymentResponseBody,
        {"model": "reviews-1", "data": [{"probs": {"bad": 0.25, "good": 0.75, "odd": None}, "reasoning": "why"}]},
        f"""\
reviews-1
  good  0.75     {"█" * 18}
  bad   0.25     {"█" * 6}
  odd   None
  reasoning  why""",
    ),
    (
        models.GetClassificationFromDeploymentResponseBody,
        {"data": [{"logits": {"good": 3, "bad": -1.0}}, {"logits": 2.5}, {}]},
        f"""\
Classification
  text 1
    good  3              {"█" * 18}
    bad   -1       {"█" * 6}
  text 2
    value  2.5""",
    ),
]
REPORT = DatasetReport(
    file_name="reviews.jsonl",
    format="jsonl",
    task_type="classification",
    label_kind="binary",
    size=123_456,
    records=1200,
    characters=99_999,
    labels={"good": 500, "bad": 700},
    problems=[
        DatasetProblem(3, "error", "the record is not an object"),
        DatasetProblem(None, "warning", "the file starts with a byte-order mark"),
    ],
    error_count=1,
    warning_count=5,
)


def job(**values: Any) -> models.TrainingJobDetail:
    """Return a validated job."""
    return models.TrainingJobDetail.model_validate({"id": "t-1", **values})


@pytest.mark.parametrize(("model", "values", "expected"), VIEWS)
def test_view(model: type[BaseModel], values: dict[str, Any], expected: str) -> None:
    """The terminal shows what the model contains, and the notebook shows the same words."""
    made = model.model_validate(values)
    assert terminal.view_text(made) == expected
    found = " ".join(words(page.view_html(made))).lower()
    assert [word for word in expected.lower().split() if word not in f"{found} status" and "█" not in word] == []
    assert "secret" not in found


@pytest.mark.parametrize("model", hostile.DISPLAYED)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_hostile_values(model: type[BaseModel], data: st.DataObject) -> None:
    """No value of any field drives the terminal or breaks out of the markup, alone or in a list."""
    made = data.draw(hostile.built(model))
    rows = [made, data.draw(hostile.built(model)), ValueError(hostile.INJECTION)]
    for fragment in (page.view_html(made), page.list_html(rows)):
        checked(fragment)
    for line in f"{made}\n{terminal.list_text(rows)}".split("\n"):
        assert line.replace("\u200c", "").replace("\u200d", "").isprintable()


def test_facts_of_a_job_are_next_to_their_labels() -> None:
    """A notebook shows the title, status and progress of a job first, then its facts."""
    found = words(html_of(job(**JOB)))
    assert found[:4] == ["support", "●", "Running", "45%"]
    facts = dict(pairwise(found))
    assert facts["updated"] == "2026-01-01 14:13:00 UTC, 2 h 13 min later"
    assert facts["dynamic_loss"] == "True"
    assert "2 points, last 1.25" in found


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([1.25], "1 point, last 1.25"),
        ([2.0, float("nan")], "2 points, last nan (diverged?), 1 without a finite number"),
        ([float("inf")], "1 point, last inf (diverged?), 1 without a finite number"),
        ([None, None], "2 points, 2 without a finite number"),
    ],
)
def test_note_below_a_loss_curve(losses: list[float | None], expected: str) -> None:
    """The note counts the points and those without a finite number, and shows the last loss."""
    assert words(page.view_html(job(training_loss=[{"loss": loss} for loss in losses])))[-1] == expected


@pytest.mark.parametrize(
    ("values", "filled"),
    [
        ({"progress": None}, "0.0"),
        ({"progress": 45}, "45.0"),
        ({"progress": 900}, "100.0"),
        ({"progress": -3}, "0.0"),
        ({"progress": 97, "status": "Success"}, "100.0"),
        ({"progress": 97, "status": "Failed"}, "97.0"),
    ],
)
def test_progress_bar_is_filled_in_percent(values: dict[str, Any], filled: str) -> None:
    """The bar stays within its limits, and is full after success."""
    assert f'<rect x="0.0" width="{filled}"' in page.view_html(job(**values))


def test_unknown_field_is_shown_under_its_own_name() -> None:
    """A field of a later version of a model needs no entry in a table."""

    class LaterProject(models.ProjectSummary):
        billing_account: str = "b-1"

    assert str(LaterProject(id="ms-1")) == "ms-1\n  id               ms-1\n  billing account  b-1"


def test_repr_is_pydantic_s() -> None:
    """``repr`` shows every field, as for any pydantic model."""
    assert repr(job()).startswith("TrainingJobDetail(id='t-1', name=None,")


@pytest.mark.parametrize(("encoding", "has_blocks"), [("utf-8", True), ("cp1252", False), ("ascii", False)])
def test_console_without_block_characters(monkeypatch: pytest.MonkeyPatch, encoding: str, has_blocks: bool) -> None:
    """``print`` omits the curve if the console cannot encode it, and does not fail."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    print(job(**JOB))  # noqa: T201  # the subject of the test
    stream.seek(0)
    assert ("█▁" in stream.read()) is has_blocks


def test_missing_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without standard output can format a model."""
    monkeypatch.setattr(sys, "stdout", None)
    assert "█▁" in str(job(**JOB))


@pytest.mark.parametrize(
    ("url", "shown", "is_link"),
    [
        ("https://example.com/m.tar", "https://example.com/m.tar", True),
        ("http://example.com:8080/m", "http://example.com:8080/m", True),
        ("https://example.com/m?X-Signature=secret", "https://example.com/m?…", False),
        ("https://example.com/m#secret", "https://example.com/m?…", False),
        ("https://user:secret@example.com/m", "https://example.com/m", False),
        ("https://example.com/\u202egpj", "https://example.com/�gpj", False),
        ("s3://bucket/m", "s3://bucket/m", False),
        ("s3:/bucket/m?secret", "s3:/bucket/m?…", False),
        ("javascript:alert(1)", "javascript:alert(1)", False),
        ("data:text/html?secret", "data:text/html?…", False),
        ("https://[", "(invalid URL)", False),
        ("m.tar", "m.tar", False),
    ],
)
def test_links(url: str, shown: str, is_link: bool) -> None:
    """A URL is clickable only if it is harmless, and its query is not stored in a notebook."""
    fragment = page.view_html(models.TrainingJobCheckpoint(checkpoint=1, model_download_url=url))
    assert words(fragment)[-1] == shown
    assert ("href" in fragment) is is_link
    assert "secret" not in fragment


@pytest.mark.parametrize("background", ["#ffffff", "#000000", "#111111"])
@pytest.mark.parametrize("color", sorted({*page.COLORS.values(), page.GREY}))
def test_contrast(color: str, background: str) -> None:
    """Each color has the contrast that WCAG requires of graphics, on light and dark pages."""
    light, dark = sorted([luminance(color), luminance(background)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def luminance(color: str) -> float:
    """Return the relative luminance of a color as WCAG defines it."""
    channels = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_unknown_status_is_grey() -> None:
    """A status that this version does not know has no meaning to color."""
    fragment = page.view_html(job(status="Paused"))
    assert "Paused" in words(fragment)
    assert page.GREY in fragment


def test_long_values_are_cut() -> None:
    """A model with thousands of long values stays readable."""
    fragment = page.view_html(job(hyper_parameters={f"p{index}": "x" * 10_000 for index in range(5000)}))
    assert words(fragment)[-1] == "and 4900 more"
    assert len(fragment) < 100_000


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["reviews.jsonl", "●", "1 error, 5 warnings"]),
        ({"error_count": 0}, ["reviews.jsonl", "●", "5 warnings"]),
        ({"error_count": 0, "warning_count": 0, "problems": []}, ["reviews.jsonl", "●", "ok"]),
    ],
)
def test_dataset_report(changes: dict[str, Any], expected: list[str]) -> None:
    """A notebook shows the verdict, the facts, a bar per label and the problems of a dataset check."""
    found = words(page.report_html(DatasetReport(**{**vars(REPORT), **changes})))
    assert found[:3] == expected
    facts = dict(pairwise(found))
    assert (facts["format"], facts["task"]) == ("JSONL", "classification (binary)")
    assert (facts["records"], facts["size"]) == ("1,200", "123.5 kB")
    assert found[found.index("Labels") :][:5] == ["Labels", "bad", "700", "good", "500"]
    if not changes:
        assert found[-9:] == [
            *("message", "3", "●", "error", "the record is not an object"),
            *("●", "warning", "the file starts with a byte-order mark", "and 4 more"),
        ]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        *((-5, ""), (0, ""), (59, "59 s"), (60, "1 min"), (754, "12 min 34 s"), (3600, "1 h"), (7980, "2 h 13 min")),
        (86400 * 3 + 7200, "3 d 2 h"),
    ],
)
def test_lapse_has_two_units(seconds: int, expected: str) -> None:
    """The time between two moments is rounded down to its two largest units."""
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert text.lapse(start, start + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\tb\nc", "a b c"),
        ("\x1b[2J", "�[2J"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\u00a0x", " x"),
        ("y" * 201, "y" * 200 + "…"),
        pytest.param(10**5000, "(a very long number)", id="long number"),
    ],
)
def test_text_is_one_printable_line(value: object, expected: str) -> None:
    """Control characters are replaced, long text is cut, and emoji of several characters stay whole."""
    assert text.text(value) == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000, "2.0 MB"), (3e12, "3,000.0 GB")]
)
def test_size(count: float, expected: str) -> None:
    """Bytes have decimal units."""
    assert text.size(count) == expected
