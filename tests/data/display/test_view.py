"""Models, lists and dataset checks in a notebook and on a terminal."""

from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emissary_client_sdk import models
from emissary_client_sdk._datafiles.report import DatasetProblem, DatasetReport
from emissary_client_sdk._display import page, terminal, text

from . import hostile
from .markup import checked, html_of, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

JOB: dict[str, Any] = {"name": "support", "base_model": "llama", "training_loss": [{"loss": 2.5}, {"loss": 1.25}]}
# Each part is the name of a model, its fields in JSON, and its text.
VIEWS = Path(__file__).with_name("views.txt").read_text(encoding="utf-8").split(">>> ")[1:]
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


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.partition("\n")[0])
def test_view(view: str) -> None:
    """The terminal shows what the model contains, and the notebook shows the same words."""
    head, _, expected = view.rstrip("\n").partition("\n---\n")
    name, _, values = head.partition("\n")
    model = getattr(models, name).model_validate_json(values)
    assert terminal.view_text(model) == expected
    found = " ".join(words(page.model_html(model))).lower()
    assert [word for word in expected.lower().split() if word not in f"{found} status" and "█" not in word] == []
    assert "secret" not in found


@pytest.mark.parametrize("model", hostile.DISPLAYED)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_hostile_values(model: type[BaseModel], data: st.DataObject) -> None:
    """No value of any field drives the terminal or breaks out of the markup, alone or in a list."""
    made = data.draw(hostile.built(model))
    rows = [made, data.draw(hostile.built(model)), ValueError(hostile.INJECTION)]
    for fragment in (page.model_html(made), page.list_html(rows)):
        checked(fragment)
    for line in f"{made}\n{terminal.list_text(rows)}".split("\n"):
        assert line.replace("\u200c", "").replace("\u200d", "").isprintable()


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
    assert words(page.model_html(job(training_loss=[{"loss": loss} for loss in losses])))[-1] == expected


@pytest.mark.parametrize(
    ("progress", "status", "filled"),
    [
        (None, "Running", "0.0"),
        (45, "Running", "45.0"),
        (900, "Running", "100.0"),
        (-3, "Running", "0.0"),
        (97, "Success", "100.0"),
        (97, "Failed", "97.0"),
    ],
)
def test_progress_bar_is_filled_in_percent(progress: int | None, status: str, filled: str) -> None:
    """The bar stays within its limits, and is full after success."""
    assert f'<rect x="0.0" width="{filled}"' in page.model_html(job(progress=progress, status=status))


def test_later_versions() -> None:
    """A new field is shown under its own name, a new status in grey; ``repr`` is that of any pydantic model."""

    class LaterProject(models.ProjectSummary):
        billing_account: str = "b-1"

    assert str(LaterProject(id="ms-1")) == "ms-1\n  id               ms-1\n  billing account  b-1"
    assert page.COLORS["idle"] in page.model_html(job(status="Paused"))
    assert repr(job()).startswith("TrainingJobDetail(id='t-1', name=None,")


@pytest.mark.parametrize(("encoding", "has_blocks"), [("utf-8", True), ("cp1252", False), (None, True)])
def test_console_without_block_characters(
    monkeypatch: pytest.MonkeyPatch, encoding: str | None, has_blocks: bool
) -> None:
    """The text omits the curve if the console cannot encode it; a program may have no console."""
    stream = None if encoding is None else io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    assert ("█▁" in str(job(**JOB))) is has_blocks


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
    fragment = page.model_html(models.TrainingJobCheckpoint(checkpoint=1, model_download_url=url))
    assert words(fragment)[-1] == shown
    assert ("href" in fragment) is is_link
    assert "secret" not in fragment


def test_link_in_a_table_is_short() -> None:
    """The table stays narrow, and the link opens the whole URL."""
    url = "https://storage.example.com/projects/p/jobs/j/checkpoints/1/model.tar.gz"
    fragment = page.list_html([models.TrainingJobCheckpoint(checkpoint=1, model_download_url=url)])
    assert fragment is not None
    assert words(fragment)[-1] == "…/model.tar.gz"
    assert f'href="{url}"' in fragment


@pytest.mark.parametrize("background", ["#ffffff", "#000000", "#111111"])
@pytest.mark.parametrize("color", page.COLORS.values())
def test_contrast(color: str, background: str) -> None:
    """Each color has the contrast that WCAG requires of graphics, on light and dark pages."""
    light, dark = sorted([luminance(color), luminance(background)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def luminance(color: str) -> float:
    """Return the relative luminance of a color as WCAG defines it."""
    channels = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_long_values_are_cut() -> None:
    """A model with thousands of long values stays readable."""
    fragment = page.model_html(job(hyper_parameters={f"p{index}": "x" * 10_000 for index in range(5000)}))
    assert words(fragment)[-1] == "and 4900 more"
    assert len(fragment) < 100_000
    function = models.TestingFunctionSummary(name="f", content="pass\n" * 62)
    assert terminal.view_text(function).endswith("    pass\n    and 2 more")
    deployments = [models.DeploymentSummary(id=f"dp-{number}", created_at=number) for number in range(11)]
    project = terminal.view_text(models.ProjectDetail(id="ms-1", deployments=deployments))
    assert project.endswith("    1 older not shown")
    assert len(project.splitlines()) == 15


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
    found = words(html_of(DatasetReport(**{**vars(REPORT), **changes})))
    assert found[:3] == expected
    facts = dict(pairwise(found))
    assert (facts["format"], facts["task"]) == ("JSONL", "classification (binary)")
    assert (facts["records"], facts["size"]) == ("1,200", "123.5 kB")
    assert found[found.index("Labels") :][:5] == ["Labels", "bad", "700", "good", "500"]
    if not changes:
        assert found[-8:] == [
            "message",
            "3",
            "●",
            "error",
            "the record is not an object",
            "●",
            "warning",
            "the file starts with a byte-order mark",
        ]


def lapse(seconds: int) -> str:
    """Return a lapse from a fixed moment."""
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return text.lapse(start, start + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("format_value", "values"),
    [
        (lapse, {-5: "", 0: "", 59: "59 s", 60: "1 min", 754: "12 min 34 s", 3600: "1 h", 7980: "2 h 13 min"}),
        (lapse, {86400 * 3 + 7200: "3 d 2 h"}),
        (text.size, {0: "0 B", 999: "999 B", 1500: "1.5 kB", 2_000_000: "2.0 MB", 3e12: "3,000.0 GB"}),
        (text.text, {"a\tb\nc": "a b c", "\x1b[2J": "�[2J", "👩\u200d🔬": "👩\u200d🔬", "\u00a0x": " x"}),
        (text.text, {"y" * 201: "y" * 200 + "…", 10**5000: "(a very long number)"}),
        (text.flat, {"https://x/?secret": "https://x/?…", "no URL?": "no URL?"}),
    ],
)
def test_formats(format_value: Callable[[Any], str], values: dict[Any, str]) -> None:
    """A lapse has at most two units, a size decimal ones; a text is one printable line of limited length."""
    assert [format_value(value) for value in values] == list(values.values())
