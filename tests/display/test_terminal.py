"""``print`` of a model."""

from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings

from emissary_client_sdk import models
from emissary_client_sdk._display import text

from . import hostile

JOB: dict[str, Any] = {
    "id": "t-1",
    "name": "support",
    "base_model": "llama",
    "status": "Running",
    "progress": 45,
    "created_at": 1_767_268_800,
    "training_loss": [{"loss": 2.5}, {"loss": 1.25}],
}


def test_a_job() -> None:
    """A few aligned lines."""
    assert str(models.TrainingJobDetail.model_validate(JOB)).splitlines() == [
        "support",
        "  status      Running 45%",
        "  id          t-1",
        "  base model  llama",
        "  created     2026-01-01 12:00:00 UTC",
        "  loss        1.25  █▁",
    ]


def test_a_summary() -> None:
    """What there is; without anything, what it is."""
    job = models.TrainingJobSummary.model_validate({"id": "t-1", "train_dataset_name": "tickets"})
    assert f"{job}" == "t-1\n  id          t-1\n  trained on  tickets"
    assert str(models.TrainingJobSummary()) == "training job"


def test_a_checkpoint() -> None:
    """Its number, its moment, where its model is, and its figures."""
    checkpoint = models.TrainingJobCheckpoint.model_validate(
        {
            "checkpoint": 2,
            "created_at": 0,
            "model_download_url": "https://example.com/m?signature=x",
            "test_results": {"aggregated_test_result": {"accuracy": "0.9"}},
        }
    )
    assert str(checkpoint).splitlines() == [
        "Checkpoint 2",
        "  created   1970-01-01 00:00:00 UTC",
        "  model     https://example.com/m?…",
        "  accuracy  0.9",
    ]
    assert str(models.TrainingJobCheckpoint()) == "Checkpoint"


def test_repr_stays() -> None:
    """For a person who debugs, ``repr`` gives every field as before."""
    job = models.TrainingJobSummary(id="t-1")
    assert repr(job).startswith("TrainingJobSummary(id='t-1', name=None,")
    assert repr(models.TrainingJobCheckpoint(checkpoint=1)).startswith("TrainingJobCheckpoint(checkpoint=1,")


@pytest.mark.parametrize(("encoding", "has_curve"), [("utf-8", True), ("cp1252", False), ("ascii", False)])
def test_old_consoles(monkeypatch: pytest.MonkeyPatch, encoding: str, has_curve: bool) -> None:
    """Where the output cannot have the blocks of the curve, ``print`` does without rather than fail."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    print(models.TrainingJobDetail.model_validate(JOB))  # noqa: T201  # it is what is tested
    stream.seek(0)
    assert ("█▁" in stream.read()) is has_curve


def test_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without standard output can make the text all the same."""
    monkeypatch.setattr(sys, "stdout", None)
    assert "█▁" in str(models.TrainingJobDetail.model_validate(JOB))


@given(hostile.jobs)
@settings(deadline=None)
def test_hostile_jobs(job: models.TrainingJobDetail) -> None:
    """Nothing that a job holds can drive the terminal."""
    harmless(str(job))


@given(hostile.checkpoints)
@settings(deadline=None)
def test_hostile_checkpoints(checkpoint: models.TrainingJobCheckpoint) -> None:
    """Nothing that a checkpoint holds can drive the terminal."""
    harmless(str(checkpoint))


def harmless(shown: str) -> None:
    """Assert that there is no control character but the end of a line."""
    assert all(line.replace("\u200c", "").replace("\u200d", "").isprintable() for line in shown.split("\n"))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, ""),
        (0, ""),
        (59, "59 s"),
        (60, "1 min"),
        (754, "12 min 34 s"),
        (3600, "1 h"),
        (7980, "2 h 13 min"),
        (86400 * 3 + 7200, "3 d 2 h"),
    ],
)
def test_lapses(seconds: int, said: str) -> None:
    """Two units at the most."""
    began = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert text.lapse(began, began + timedelta(seconds=seconds)) == said


def test_unknown_lapses() -> None:
    """Without both moments there is no lapse."""
    now = datetime.now(timezone.utc)
    assert (text.lapse(None, now), text.lapse(now, None)) == ("", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\tb\nc", "a b c"),
        ("\x1b[2J", "�[2J"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\u00a0x", " x"),
        ("y" * 201, "y" * 200 + "…"),
    ],
)
def test_texts(value: str, shown: str) -> None:
    """One line, harmless, not too long; emoji that are made of several stay whole."""
    assert text.text(value) == shown


def test_a_number_without_end() -> None:
    """An integer with more digits than Python prints is no failure."""
    assert text.text(10**5000) == "(a very long number)"
