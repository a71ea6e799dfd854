"""Each sub-command: what it does on the platform, and what it writes for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import models
from emissary_client_sdk.cli import showing

if TYPE_CHECKING:
    from .conftest import Emissary

FAILED = {"parameters": {"emulator_outcome": "Failed"}}


def test_create_sends_every_option(emissary: Emissary) -> None:
    """Each option is a field of the request; a parameter keeps its type."""
    base = emissary.create()
    ran = emissary(
        *["jobs", "create", base, "--fine-tuned", "--checkpoint", "2", "--train-dataset", "ds", "--json"],
        *["--test-dataset", "held-back", "--split-ratio", "0.2", "--name", "n", "--description", "d"],
        *["--task-type", "classification", "--test-function", "f1", "--test-function", "accuracy"],
        *["--hf-model-link", "https://huggingface.co/x", "--rebalance", "spam=0.5", "--rebalance", "a=b=2"],
        *["--param", "epochs=3", "--param", "rate=1e-4", "--param", "on=true", "--param", 's="3"', "--param", "t=x=y"],
    )
    assert (ran.code, ran.err) == (0, "")
    job = emissary.job(ran.json["id"])
    assert job.hyper_parameters == {"epochs": 3, "rate": 0.0001, "on": True, "s": "3", "t": "x=y"}
    assert [type(value) for value in (job.hyper_parameters or {}).values()] == [int, float, bool, str, str]
    assert (job.base_fine_tuned_model, job.base_fine_tuned_model_checkpoint) == (base, 2)
    assert (job.name, job.description, job.task_type) == ("n", "d", "classification")
    assert job.test_functions == ["f1", "accuracy"]
    assert job.train_dataset is not None
    assert job.test_dataset is not None
    assert (job.train_dataset.id, job.test_dataset.id) == ("ds", "held-back")


def test_create_for_people(slow_emissary: Emissary) -> None:
    """One line says which job there is now."""
    ran = slow_emissary("jobs", "create", "llama", "--train-dataset", "ds")
    (job,) = slow_emissary("jobs", "list", "--json").json
    assert ran == (0, f"Created the training job {job['id']}: Pending\n", "")


def test_create_and_wait(emissary: Emissary) -> None:
    """The end is told on standard output, with the checkpoints; what went before, on the other one."""
    ran = emissary("jobs", "create", "llama", "--train-dataset", "ds", "--wait")
    (job,) = emissary("jobs", "list", "--json").json
    assert ran.code == 0
    assert ran.err == f"emissary: created the training job {job['id']}\nemissary: Success, 100 %\n"
    first, head, *lines = ran.out.splitlines()
    assert first == f"The training job {job['id']} ended: Success"
    assert head.split() == ["CHECKPOINT", "CREATED", "RESULTS"]
    assert lines[1].strip() == f"s3://emissary-emulator/p/{job['id']}/checkpoint-1.tar.gz"
    assert len(lines) == 6


def test_a_job_that_ends_badly(emissary: Emissary) -> None:
    """The exit code says so, and the job is written all the same."""
    failing = ["--param", "emulator_outcome=Failed", "--train-dataset", "ds"]
    ran = emissary("jobs", "create", "llama", *failing, "--wait", "--json", "--quiet")
    assert ran.code == 3
    assert ran.json["status"] == "Failed"
    for command in ("wait", "watch"):
        assert emissary("jobs", command, ran.json["id"]).code == 3


@pytest.mark.parametrize("command", ["wait", "watch"])
def test_a_wait_with_a_limit(slow_emissary: Emissary, command: str) -> None:
    """When the time is up, the exit code says that there was no answer."""
    ran = slow_emissary("jobs", command, slow_emissary.create(), "--timeout", "0.05", "--interval", "0.01")
    assert ran.code == 4
    assert "is over; the job has the status Pending and goes on" in ran.err


def test_wait(emissary: Emissary) -> None:
    """It gives the job as it ended."""
    job = emissary.create()
    ran = emissary("jobs", "wait", job, "--json", "--quiet")
    assert (ran.code, ran.json["status"], ran.err) == (0, "Success", "")


def test_a_wait_in_a_log(emissary: Emissary) -> None:
    """There is a line for each status, and none for what changes in between."""
    for body in ({"status": "Running"}, {"status": "Running", "progress": 50}, {"status": "Success", "progress": 100}):
        emissary.server.faults.add(status=200, body=body)
    ran = emissary("jobs", "wait", "j", "--interval", "0.001", "--json")
    assert (ran.code, ran.err) == (0, "emissary: Running, 0 %\nemissary: Success, 100 %\n")


def test_watch(emissary: Emissary) -> None:
    """It writes each change: a line for people, a document in a line for programs."""
    job = emissary.create()
    lines = emissary("jobs", "watch", job).out.splitlines()
    assert [line.split()[1] for line in lines] == [*["loss"] * 40, *["checkpoint"] * 3, "progress", "status"]
    assert lines[-2].endswith("  progress    100 %")
    ran = emissary("jobs", "watch", job, "--json")
    changes = [json.loads(line) for line in ran.out.splitlines()]
    assert {change["job"] for change in changes} == {job}
    assert set(changes[0]["loss"]) == {"timestamp", "loss"}
    assert changes[40]["checkpoint"]["checkpoint"] == 1
    assert changes[-2] == {"type": "progress", "job": job, "previous": None, "progress": 100}
    assert changes[-1] == {"type": "status", "job": job, "previous": None, "status": "Success"}
    assert ran.code == 0


def test_a_watch_of_a_point_without_a_loss(emissary: Emissary) -> None:
    """It is a point all the same."""
    job = emissary.create()
    emissary.server.faults.add(status=200, body={"status": "Success", "training_loss": [{"loss": None}]})
    ran = emissary("jobs", "watch", job)
    assert ran.out.split()[1:3] == ["loss", "none"]
    assert ran.code == 0


def test_list(emissary: Emissary) -> None:
    """A row for each job; what a name holds neither styles nor steers the terminal."""
    assert emissary("jobs", "list") == (0, "There are no training jobs.\n", "")
    assert emissary("jobs", "list", "--json").json == []
    job = emissary.create(name="[red]\x1b[2Jwarning")
    ran = emissary("jobs", "list")
    head, row = ran.out.splitlines()
    assert head.split() == ["ID", "STATUS", "DONE", "AGE", "NAME", "BASE", "MODEL"]
    assert row.split()[:4] == [job, "Success", "100", "%"]
    assert row.split()[-2:] == ["[red]�[2Jwarning", "llama"]
    assert emissary("jobs", "list", "--json").json[0]["name"] == "[red]\x1b[2Jwarning"


def test_show(emissary: Emissary) -> None:
    """A line for each fact that is known."""
    job = emissary.create(name="n", parameters={"epochs": 3}, test_dataset_id="held-back")
    ran = emissary("jobs", "show", job)
    facts = dict(line.split("  ", 1) for line in ran.out.splitlines())
    shown = {name.strip(): value.strip() for name, value in facts.items()}
    assert (shown["id"], shown["name"], shown["status"], shown["progress"]) == (job, "n", "Success", "100 %")
    assert (shown["parameters"], shown["tested on"]) == ("epochs=3", "held-back")
    assert shown["loss"].endswith("after 40 points")
    assert "description" not in shown
    assert emissary("jobs", "show", job, "--json").json["hyper_parameters"] == {"epochs": 3}


def test_cancel(slow_emissary: Emissary) -> None:
    """The job is cancelled."""
    job, other = slow_emissary.create(), slow_emissary.create()
    assert slow_emissary("jobs", "cancel", job) == (0, f"Cancelled the training job {job}\n", "")
    assert slow_emissary("jobs", "cancel", other, "--json").json == {"id": other, "cancelled": True}
    assert slow_emissary.job(job).status == slow_emissary.job(other).status == "Cancelled"
    assert slow_emissary("jobs", "show", job).out.count("loss") == 0


def test_delete_asks(emissary: Emissary) -> None:
    """A job is deleted only after a yes, or where the question is forbidden."""
    job, other = emissary.create(), emissary.create()
    ran = emissary("jobs", "delete", job, say="n\n")
    assert ran == (1, "", f"Delete the training job {job}? [y/N] emissary: nothing was deleted\n")
    ran = emissary("jobs", "delete", job)
    assert ran.code == 2
    assert "there is nobody to ask; say --yes" in ran.err
    assert len(emissary("jobs", "list", "--json").json) == 2
    assert emissary("jobs", "delete", job, say="Yes\n").out == f"Deleted the training job {job}\n"
    assert emissary("jobs", "delete", other, "--yes", "--json").json == {"id": other, "deleted": True}
    assert emissary("jobs", "list", "--json").json == []


def test_checkpoints(emissary: Emissary, slow_emissary: Emissary) -> None:
    """Each with its results, and its link in a line of its own."""
    job = emissary.create()
    out = emissary("jobs", "checkpoints", job).out
    assert out.count("accuracy") == out.count("\n            s3://") == 3
    assert len(emissary("jobs", "checkpoints", job, "--json").json) == 3
    assert slow_emissary("jobs", "checkpoints", slow_emissary.create()).out == "There are no checkpoints.\n"


def test_loss(emissary: Emissary) -> None:
    """A curve in the terminal; in JSON the points."""
    job = emissary.create(name="n")
    points = emissary("jobs", "loss", job, "--json").json
    assert len(points) == 40
    head, *lines = emissary("jobs", "loss", job).out.splitlines()
    assert head == f"Loss of n, Success: 40 points, the last is {points[-1]['loss']:.4f}"
    assert len(lines) == 12
    assert any(0x2800 < ord(char) <= 0x28FF for char in lines[0])


def test_no_loss_yet(slow_emissary: Emissary) -> None:
    """There is nothing to draw, and that is said."""
    job = slow_emissary.create()
    assert slow_emissary("jobs", "loss", job) == (0, "There is no loss yet.\n", "")
    assert slow_emissary("jobs", "loss", job, "--json").json == []


def test_answers_with_holes(emissary: Emissary) -> None:
    """A job of which little is known, and that little not sensible, is shown as far as it goes."""
    odd: dict[str, Any] = {"status": "Paused", "created_at": 10**18, "train_dataset": {"id": "ds"}}
    emissary.server.faults.add(status=200, body=[odd, {"created_at": 0}], times=1)
    rows = emissary("jobs", "list").out.splitlines()
    assert rows[1].split() == ["Paused"]
    assert rows[2].split()[-1] == "d"
    emissary.server.faults.add(status=200, body=odd)
    assert emissary("jobs", "show", "j").out.split() == ["status", "Paused", "trains", "on", "ds"]
    emissary.server.faults.add(status=200, body=[{"checkpoint": 1}])
    assert emissary("jobs", "checkpoints", "j").out.splitlines()[1] == "1"
    emissary.server.faults.add(status=200, body={"training_loss": [{"loss": None}]})
    assert emissary("jobs", "loss", "j", "--json").json == [{"loss": None}]


@pytest.mark.parametrize(("seconds", "shown"), [(5, "5 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d")])
def test_ages(emissary: Emissary, seconds: int, shown: str) -> None:
    """An age is told in its largest unit."""
    import time

    emissary.server.faults.add(status=200, body=[{"id": "j", "created_at": int(time.time()) - seconds}])
    assert emissary("jobs", "list").out.splitlines()[1].split(maxsplit=1)[1].strip() == shown


def test_json_has_no_nan() -> None:
    """NaN, which a training that diverges may have, is null: JSON has no such number."""
    point = models.TrainingLoss.model_validate({"timestamp": 1.0, "loss": float("nan")})
    assert showing.plain([{"a": point}]) == [{"a": {"timestamp": 1.0, "loss": None}}]
