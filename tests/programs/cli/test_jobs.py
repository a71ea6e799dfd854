"""``emissary jobs``: requests, and the output for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk.cli.output import local_time

from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from .conftest import Emissary

CREATE = ("jobs", "create", BASE_MODEL, "--train-dataset", "ds")
JOB = "j" * 20


def test_create_sends_every_option(emissary: Emissary) -> None:
    """Each option is a field of the request, and a parameter keeps its type."""
    base = emissary.create_job()
    options = (
        "--fine-tuned --checkpoint 2 --train-dataset ds --json --test-dataset held-back --split-ratio 0.2 --name n "
        "--description d --task-type Classification --test-function f1 --test-function accuracy "
        "--hf-model-link https://huggingface.co/x --rebalance spam=0.5 --rebalance a=b=2 "
        '--param num_train_epochs=3 --param learning_rate=1e-4 --param on=true --param s="3" --param t=x=y'
    )
    made = emissary("jobs", "create", base, *options.split())
    assert (made.code, made.err) == (0, "")
    job = emissary.job(made.json["id"]).model_dump()
    expected = {"num_train_epochs": 3, "learning_rate": 0.0001, "on": True, "s": "3", "t": "x=y"}
    values = {name: job["hyper_parameters"][name] for name in expected}
    assert json.dumps(values) == json.dumps(expected)
    assert (job["base_fine_tuned_model"], job["base_fine_tuned_model_checkpoint"]) == (base, 2)
    assert (job["name"], job["description"], job["task_type"]) == ("n", "d", "classification")
    assert (job["train_dataset"]["id"], job["test_dataset"]["id"]) == ("ds", "held-back")
    assert job["test_functions"] == ["f1", "accuracy"]


def test_hyperparameters_of_a_later_description(emissary: Emissary) -> None:
    """They are only in the detail of the base model; without a list of base models they are not checked."""
    create = ("jobs", "create", "later", "--train-dataset", "ds", "--param", "alpah=1")
    emissary.respond("base_models.list", [{"name": "later"}])
    emissary.respond("base_models.retrieve", {"name": "later", "parameter_template": {"alpha": 1}})
    assert "'alpah' looks like the hyperparameter alpha" in emissary(*create).err
    emissary.respond("base_models.list", "", status=404)
    assert emissary(*create).code == 0


def test_reward_creates_a_grpo_job(emissary: Emissary) -> None:
    """``--reward`` selects the technique."""
    function = emissary.client.testing_functions.list()[0].name
    made = emissary(*CREATE, "--test-function", function, "--reward", f"{function}=1", "--json")
    assert made.json["training_technique"] == "GRPO"


@pytest.mark.parametrize(("options", "log"), [([], "emissary: Running\nemissary: Success, 100 %\n"), (["--json"], "")])
def test_wait_logs_each_status_once(emissary: Emissary, options: list[str], log: str) -> None:
    """With ``--json`` the log is silent."""
    for status, progress in (("Running", None), ("Running", 50), ("Success", 100)):
        emissary.respond("training_jobs.retrieve", {"id": "j", "status": status, "progress": progress})
    emissary.respond("training_jobs.list_checkpoints", [])
    made = emissary("jobs", "wait", JOB, "--interval", "0.001", *options)
    assert (made.code, made.err) == (0, log)


def test_watch_writes_each_change(emissary: Emissary) -> None:
    """A line for people, a document on one line for programs."""
    job = emissary.create_job()
    lines = emissary("jobs", "watch", job).out.splitlines()
    assert [line.split()[3] for line in lines] == [*["loss"] * 40, *["checkpoint"] * 3, "progress", "status"]
    assert lines[-2].endswith("  progress    100 %")
    changes = [json.loads(line) for line in emissary("jobs", "watch", job, "--json").out.splitlines()]
    assert {change["job"] for change in changes} == {job}
    assert set(changes[0]["loss"]) == {"timestamp", "loss"}
    assert changes[40]["checkpoint"]["checkpoint"] == 1
    assert changes[-2] == {"type": "progress", "job": job, "previous": None, "progress": 100}
    assert changes[-1] == {"type": "status", "job": job, "previous": None, "status": "Success"}


def test_watch_shows_the_time_of_a_loss_point(emissary: Emissary) -> None:
    """A point is stamped with its own time, if it has one in range."""
    points = [{"loss": None, "timestamp": 0.0}, {"loss": 0.5, "timestamp": 1e30}, {"loss": 0.25}]
    emissary.respond("training_jobs.retrieve", {"id": "j", "status": "Success", "training_loss": points}, times=2)
    emissary.respond("training_jobs.list_checkpoints", [], times=2)
    first, second, third, *_ = emissary("jobs", "watch", JOB).out.splitlines()
    assert first == f"{local_time(0)}  loss        none"
    assert second.split() == ["loss", "0.5000"]
    assert third.split()[3:] == ["loss", "0.2500"]


def test_list(emissary: Emissary) -> None:
    """A row for each job; names cannot control the terminal."""
    assert emissary("jobs", "list") == (0, "There are no training jobs.\n", "")
    job = emissary.create_job(name="[red]\x1b[2Jwarning")
    head, row = emissary("jobs", "list").out.splitlines()
    assert head.split() == ["ID", "STATUS", "DONE", "AGE", "NAME", "BASE", "MODEL"]
    assert row.split()[:4] == [job, "Success", "100", "%"]
    assert row.split()[-2:] == ["[red]�[2Jwarning", BASE_MODEL]
    assert emissary("jobs", "list", "--json").json[0]["name"] == "[red]\x1b[2Jwarning"


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--status", "success"], "acd"),
        (["--limit", "2"], "ab"),
        (["--limit", "2", "--status", "Success"], "ad"),
        (["--status", "Paused"], ""),
    ],
)
def test_list_is_filtered_by_status_and_limited_to_the_newest(emissary: Emissary, options: list[str], ids: str) -> None:
    """The order of the platform is kept."""
    rows = [("a", "Success", 3), ("b", "Failed", 4), ("c", "Success", 1), ("d", "Success", 2)]
    jobs = [{"id": name, "status": status, "created_at": created} for name, status, created in rows]
    emissary.respond("training_jobs.list", jobs)
    assert "".join(job["id"] for job in emissary("jobs", "list", *options, "--json").json) == ids


def test_answers_to_the_question_before_a_deletion(emissary: Emissary) -> None:
    """Without a standard input there is no answer."""
    job = emissary.create_job()
    closed = emissary("jobs", "delete", job)
    assert (closed.code, closed.out, "pass --yes" in closed.err) == (2, "", True)
    assert emissary("jobs", "delete", job, stdin="Yes\n").out == f"Deleted training job {job}\n"


def test_nan_is_null_in_json(emissary: Emissary) -> None:
    """JSON has no NaN, which the loss of a diverged training is."""
    emissary.respond("training_jobs.retrieve", {"id": "j", "training_loss": [{"loss": "NaN"}]})
    assert emissary("jobs", "loss", JOB, "--json").json == [{"loss": None}]
