"""What models show in a notebook: well-formed, harmless, and all that a person wants to know."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissary_client_sdk import models
from emissary_client_sdk._display import page

from . import hostile

if TYPE_CHECKING:
    from collections.abc import Sequence

TAGS = {"div", "strong", "span", "table", "tr", "th", "td", "a", "svg", "rect", "path", "g", "text"}
ATTRIBUTES = {
    *("style", "scope", "href", "rel", "target", "role", "aria-label", "aria-hidden", "viewBox", "width", "height"),
    *("preserveAspectRatio", "fill", "fill-opacity", "d", "stroke", "stroke-opacity", "stroke-width"),
    *("stroke-linecap", "stroke-linejoin", "x", "y", "text-anchor", "font-size", "font-family"),
}
JOB: dict[str, Any] = {
    "id": "t-1",
    "name": "support",
    "base_model": "llama",
    "status": "Running",
    "progress": 45,
    "created_at": 1_767_268_800,
    "updated_at": 1_767_276_780,
    "train_dataset": {"id": "d-1", "name": "tickets"},
    "hyper_parameters": {"num_train_epochs": 3, "dynamic_loss": True},
    "training_loss": [{"loss": 2.5}, {"loss": 1.25}],
    "base_fine_tuned_model": "earlier",
    "base_fine_tuned_model_checkpoint": 2,
    "test_functions": ["exact", "close"],
    "reward": {"brevity": 0.5},
}


def shown(model: Any) -> str:
    """Give what a model shows, as a notebook asks for it; it is one element, of tags that do nothing."""
    method = getattr(model, "_repr_html_")  # noqa: B009  # a private name, but IPython's public protocol
    return checked(method())


def checked(fragment: str) -> str:
    """Give a fragment, found well-formed and harmless."""
    for element in ET.fromstring(fragment).iter():  # noqa: S314  # our own text
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in TAGS
        assert set(element.keys()) <= ATTRIBUTES
        assert element.get("href", "https://").startswith(("http://", "https://"))
    fragment.encode()
    return fragment


def words(fragment: str) -> list[str]:
    """Give the texts of a fragment."""
    return [text.strip() for text in ET.fromstring(fragment).itertext() if text.strip()]  # noqa: S314  # our own text


def summary(**values: Any) -> models.TrainingJobSummary:
    """Make a summary, as an answer does."""
    return models.TrainingJobSummary.model_validate(values)


def test_a_job() -> None:
    """It shows its status, progress, times, parameters and loss."""
    found = words(shown(models.TrainingJobDetail.model_validate(JOB)))
    assert found[:4] == ["support", "●", "Running", "45%"]
    facts = dict(pairwise(found))
    assert facts["created"] == "2026-01-01 12:00:00 UTC"
    assert facts["updated"] == "2026-01-01 14:13:00 UTC, 2 h 13 min later"
    assert facts["trained from"] == "earlier, checkpoint 2"
    assert facts["trained on"] == "tickets"
    assert facts["tests"] == "exact, close"
    assert facts["rewards"] == "brevity 0.5"
    assert facts["num_train_epochs"] == "3"
    assert facts["dynamic_loss"] == "True"
    assert facts["base model"] == "llama"
    assert "2 points, last 1.25" in found


def test_a_summary() -> None:
    """It shows what it has; nothing is shown of what is missing."""
    assert words(shown(summary(id="t-1", train_dataset_name="tickets"))) == [
        "t-1",
        "id",
        "t-1",
        "trained on",
        "tickets",
    ]
    assert words(shown(summary())) == ["training job"]


def test_a_job_that_has_not_changed() -> None:
    """Its creation is told of once."""
    assert "updated" not in shown(summary(created_at=1, updated_at=1))


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([1.25], "1 point, last 1.25"),
        ([2.0, float("nan")], "2 points, last nan (diverged?), 1 without a finite number"),
        ([float("inf")], "1 point, last inf (diverged?), 1 without a finite number"),
        ([None, None], "2 points, 2 without a finite number"),
    ],
)
def test_losses(losses: list[float | None], said: str) -> None:
    """It says how many points there are, the last of them, and how many are no numbers."""
    job = models.TrainingJobDetail.model_validate({"training_loss": [{"loss": loss} for loss in losses]})
    assert words(shown(job))[-1] == said


def test_no_losses() -> None:
    """A job without points has no curve."""
    assert "loss" not in shown(models.TrainingJobDetail(training_loss=[]))


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
def test_bars(values: dict[str, Any], filled: str) -> None:
    """A bar is filled as far as the job is, and wholly where it has succeeded."""
    assert f'<rect width="{filled}"' in shown(summary(**values))


def test_a_status_of_later() -> None:
    """A status that the SDK does not know is shown in grey."""
    fragment = shown(summary(status="Paused"))
    assert "Paused" in words(fragment)
    assert page.GREY in fragment


@pytest.mark.parametrize("background", ["#ffffff", "#000000", "#111111"])
@pytest.mark.parametrize("colour", sorted({*page.COLOURS.values(), "#3b7dd8"}))
def test_colours_stand_out(colour: str, background: str) -> None:
    """The contrast of each colour with a light and a dark page is what WCAG asks of graphics."""
    light, dark = sorted([luminance(colour), luminance(background)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour as WCAG defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def checkpoint(**values: Any) -> models.TrainingJobCheckpoint:
    """Make a checkpoint, as an answer does."""
    return models.TrainingJobCheckpoint.model_validate(values)


def test_a_checkpoint() -> None:
    """It shows its number, its times, its links and its figures."""
    results = {"general_test_result": "https://example.com/r", "aggregated_test_result": {"accuracy": "0.9"}}
    found = words(shown(checkpoint(checkpoint=3, created_at=0, test_results=results)))
    assert found == [
        *("Checkpoint 3", "created", "1970-01-01 00:00:00 UTC", "test results", "https://example.com/r"),
        *("Tests", "accuracy", "0.9"),
    ]
    assert words(shown(checkpoint())) == ["Checkpoint"]


@pytest.mark.parametrize(
    ("url", "text", "is_link"),
    [
        ("https://example.com/m.tar", "https://example.com/m.tar", True),
        ("http://example.com:8080/m", "http://example.com:8080/m", True),
        ("https://example.com/m?X-Signature=secret", "https://example.com/m?…", False),
        ("https://example.com/m#secret", "https://example.com/m?…", False),
        ("https://user:secret@example.com/m", "https://example.com/m", False),
        ("https://example.com/\u202egpj", "https://example.com/�gpj", False),
        ("s3://bucket/m", "s3://bucket/m", False),
        ("javascript:alert(1)", "javascript:alert(1)", False),
        ("data:text/html?secret", "data:text/html?…", False),
        ("https://[", "(no URL)", False),
        ("m.tar", "m.tar", False),
    ],
)
def test_links(url: str, text: str, is_link: bool) -> None:
    """A link is one where that is harmless; what may be a secret is not written into the notebook."""
    fragment = shown(checkpoint(model_download_url=url))
    assert words(fragment)[-1] == text
    assert ("href" in fragment) is is_link
    assert "secret" not in fragment


def test_a_list_of_jobs() -> None:
    """A row each, with a column for the loss where there is one."""
    found = words(checked(page.jobs_html([summary(**JOB), summary(id="t-2"), summary()])))
    assert found[:5] == ["name", "status", "progress", "base model", "created"]
    assert "loss" not in found
    assert found[5:12] == ["support", "t-1", "●", "Running", "45%", "llama", "2026-01-01 12:00:00 UTC"]
    assert found[12:] == ["t-2", "training job"]
    detail = models.TrainingJobDetail.model_validate(JOB)
    assert "1.25" in words(checked(page.jobs_html([detail, summary(), models.TrainingJobDetail()])))


def test_a_list_of_checkpoints() -> None:
    """A row each, with a column for each figure of their tests."""
    made = [
        checkpoint(checkpoint=1, test_results={"aggregated_test_result": {"accuracy": "0.8"}}),
        checkpoint(test_results={"aggregated_test_result": {"f1": "0.7"}}),
    ]
    expected = ["checkpoint", "created", "accuracy", "f1", "model", "1", "0.8", "0.7"]
    assert words(checked(page.checkpoints_html(made))) == expected


def test_many() -> None:
    """A table stops at a hundred rows and says how many more there are; a long text is cut."""
    assert words(checked(page.jobs_html([summary(id="t")] * 250)))[-1] == "and 150 more"
    assert words(checked(page.checkpoints_html([checkpoint()] * 101)))[-1] == "and 1 more"
    many = models.TrainingJobDetail(hyper_parameters={f"p{index}": "x" * 10_000 for index in range(5000)})
    fragment = shown(many)
    assert words(fragment)[-1] == "and 4900 more"
    assert len(fragment) < 100_000


@given(hostile.jobs)
@settings(deadline=None)
def test_hostile_jobs(job: models.TrainingJobDetail) -> None:
    """Whatever a job holds, it shows itself and does nothing else."""
    shown(job)


@given(hostile.checkpoints)
@settings(deadline=None)
def test_hostile_checkpoints(model: models.TrainingJobCheckpoint) -> None:
    """Whatever a checkpoint holds, it shows itself and does nothing else."""
    assert "signature=s" not in shown(model)


@given(st.lists(hostile.jobs, max_size=3), st.lists(hostile.checkpoints, max_size=3))
@settings(deadline=None)
def test_hostile_lists(
    jobs: Sequence[models.TrainingJobDetail], checkpoints: Sequence[models.TrainingJobCheckpoint]
) -> None:
    """Whatever is in a list, it shows itself and does nothing else."""
    checked(page.jobs_html(jobs))
    checked(page.checkpoints_html(checkpoints))


def test_nothing_is_loaded() -> None:
    """No fragment names anything outside itself, and none brings a style sheet that would reach beyond it."""
    fragment = shown(models.TrainingJobDetail.model_validate(JOB))
    assert not re.search(r"<style|<script|url\(|@import|src=", fragment)
