"""``emissary run``: the view of ``client.run``."""

from __future__ import annotations

import json
import os
import re
import shlex
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, RunState

from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from emissary_client_sdk import RunEvent, emulator

    from .conftest import Emissary, Result

FILE = "reviews.jsonl"
STATE = Path("reviews.jsonl.emissary.json")


@pytest.fixture(autouse=True)
def data_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emissary: Emissary) -> None:
    """A data file in the working directory, and no project in the environment."""
    monkeypatch.chdir(tmp_path)
    emissary.environment["EMISSARY_PROJECT_ID"] = None
    write([{"prompt": f"text {number}", "completion": {"positive": number % 2}} for number in range(60)])


def write(records: list[dict[str, Any]], file: str = FILE) -> None:
    """Write a data file."""
    Path(file).write_text("\n".join(map(json.dumps, records)))


def start(emissary: Emissary, *options: str, stdin: str = "") -> Result:
    """Start a run."""
    return emissary("run", FILE, "--base-model", BASE_MODEL, "--interval", "0.001", *options, stdin=stdin)


def resume(emissary: Emissary, *options: str, **env: str | None) -> Result:
    """Resume the only unfinished run of the directory."""
    return emissary("run", "--resume", "--interval", "0.001", *options, env=env)


def created(server: emulator.Server) -> list[int]:
    """Return how many projects, datasets, jobs and deployments exist."""
    with EmissaryClient("k", server_url=server.url) as client:
        projects = [project.id for project in client.projects.list()]
        lists = (client.datasets.list, client.training_jobs.list, client.deployments.list)
        return [len(projects), *(sum(len(listed(project_id=project)) for project in projects) for listed in lists)]


def interrupt_at(patch: pytest.MonkeyPatch, event: str) -> None:
    """End the next run as Ctrl-C does, at an event that begins with this."""
    original = EmissaryClient.run

    def run(self: EmissaryClient, **options: Any) -> Any:
        shown = options.pop("on_event")

        def on_event(one: RunEvent) -> None:
            shown(one)
            if f"{one.step} {one.kind}".startswith(event):
                raise KeyboardInterrupt

        patch.setattr(EmissaryClient, "run", original)
        return original(self, **options, on_event=on_event)

    patch.setattr(EmissaryClient, "run", run)


def test_whole_way(emissary: Emissary) -> None:
    """The detected task is trained; the last lines say what runs, what it costs, and how to delete it."""
    made = start(emissary, "--param", "num_train_epochs=2", "--inactive-timeout", "600", "-p", "demo")
    state = RunState.load(STATE)
    ids = {f"{step}_id": found.id for step, found in state.steps.items()}
    model, use, costs, delete = made.out.splitlines()
    assert (made.code, model) == (0, f"Model {state.name} is ready. Try it:")
    assert costs == "It costs money until it has had no requests for 600 seconds. To delete it:"
    steps = [line.split()[1] for line in made.err.splitlines() if ": warning: " not in line]
    assert list(dict.fromkeys(steps)) == ["check:", "project:", "upload:", "train:", "choose:", "deploy:"]
    assert f"emissary: train: {ids['training_job_id']}\n" in made.err
    losses = re.search(r"emissary: train: Success, loss (\d\.\d{4}) to (\d\.\d{4})\n", made.err)
    assert losses is not None
    assert float(losses[2]) < float(losses[1])
    assert f"emissary: choose: checkpoint {state.checkpoint}, largest accuracy: 0." in made.err
    assert use.startswith("  emissary classify reviews-")
    assert emissary(*shlex.split(use)[1:]).code == 0
    made = emissary("run", FILE, "--resume", "--json")
    assert {name: made.json[name] for name in ids} == {**ids, "project_id": "demo"}
    assert (made.json["model"], made.json["task_type"], made.err) == (state.name, "classification", "")
    assert emissary(*shlex.split(delete)[1:], "--yes").code == 0


def test_other_tasks(emissary: Emissary) -> None:
    """The hint depends on the task."""
    write([{"prompt": str(number), "completion": "b"} for number in range(30)])
    made = start(emissary, "--name", "My Model!")
    assert made.out.startswith("Model My-Model-")
    assert "Try it:\n  emissary chat My-Model-" in made.out
    write([{"prompt": str(number), "completion": number / 3} for number in range(30)])
    assert " is ready.\nIt costs money " in start(emissary, "--task-type", "regression").out


def test_standard_input_and_a_test_file(emissary: Emissary) -> None:
    """Both are uploaded; the state file lies in the working directory."""
    write([{"prompt": f"test {number}", "completion": {"positive": number % 2}} for number in range(30)], "test.jsonl")
    content = Path(FILE).read_text()
    options = ["--base-model", BASE_MODEL, "--test-file", "test.jsonl", "--json"]
    made = emissary("run", "-", *options, stdin=content)
    assert made.json["test_dataset_id"]
    assert RunState.load("run.emissary.json").is_finished


@pytest.mark.parametrize(
    ("event", "running"),
    [
        ("project finished", None),
        ("train created", "the training job tr-.* to cancel it: emissary jobs cancel tr-"),
        ("deploy created", "the deployment dp-.* to delete it: emissary deployments delete dp-"),
    ],
)
def test_interrupted_run(emissary: Emissary, monkeypatch: pytest.MonkeyPatch, event: str, running: str | None) -> None:
    """The message says how to resume, what goes on, and how to end it; the printed command works."""
    interrupt_at(monkeypatch, event)
    made = start(emissary)
    *more, last = [line for line in made.err.splitlines() if "goes on" in line or "interrupted" in line]
    assert (made.code, last) == (130, "emissary: interrupted; to resume: emissary run reviews.jsonl --resume")
    if running:
        command = more[0].partition(" it: ")[2]
        assert command.endswith(f" -p {RunState.load(STATE).id_of('project')}")
        assert emissary(*shlex.split(command)[1:], "--help").code == 0
    assert bool(more) == bool(running)
    assert resume(emissary).code == 0
    assert created(emissary.server) == [1, 1, 1, 1]


def test_run_without_an_effect_is_not_recorded(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to resume after an interrupted check, errors in the file, or a mistake in the options."""
    interrupt_at(monkeypatch, "check")
    assert start(emissary).err == "emissary: interrupted\n"
    for options, message in (
        (["--metric", "acuracy"], "metric 'acuracy' looks like a misspelled 'accuracy'"),
        (["--param", "lr=1"], "'lr' looks like the hyperparameter learning_rate"),
        (["--base-model", "Lama"], "the platform has no base model 'Lama'"),
        (["--task-type", "regression"], f"{FILE}:1: error: completion must be a number"),
    ):
        made = start(emissary, *options)
        assert (made.code, message in made.err, "resume" in made.err, STATE.exists()) == (2, True, False, False)
    assert created(emissary.server) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("fault", "code", "hint"),
    [
        ({"operation": "training_jobs.create", "status": 403}, 1, "to resume: emissary run reviews.jsonl --resume"),
        ({"operation": "training_jobs.create", "status": 422}, 1, "to continue with other options of this step: "),
        ({"operation": "training_jobs.create", "drop": "before"}, 4, "to resume: "),
        (
            {"operation": "training_jobs.retrieve", "status": 200, "body": {"id": "j", "status": "Failed"}},
            3,
            "--new starts a new run",
        ),
        ({"operation": "training_jobs.list_checkpoints", "status": 200, "body": []}, 3, "--new starts a new run"),
    ],
)
def test_hint_after_an_error(emissary: Emissary, waits: list[float], fault: Any, code: int, hint: str) -> None:
    """It is a step that does not repeat the error."""
    emissary.server.faults.add(**fault, times=None)
    made = start(emissary)
    emissary.server.faults.clear()
    assert (made.code, made.err.splitlines()[-2].startswith(f"emissary: {hint}")) == (code, True), made.err
    assert ("to resume" in made.err) == ("to resume" in hint)
    del waits


def test_wrong_metric_is_no_dead_end(emissary: Emissary) -> None:
    """The run is resumed with another one."""
    made = start(emissary, "--metric", "rouge")
    assert (
        made.code,
        "to choose by another result: emissary run reviews.jsonl --resume --metric NAME" in made.err,
    ) == (
        1,
        True,
    )
    made = resume(emissary, "--metric", "f1", "--smallest")
    assert (made.code, "smallest f1" in made.err) == (0, True)
    assert created(emissary.server) == [1, 1, 1, 1]


def test_creation_that_is_not_known(emissary: Emissary, waits: list[float]) -> None:
    """The command stops until the user says that it does not exist."""
    emissary.server.faults.add(operation="training_jobs.create", drop="before", times=None)
    start(emissary)
    emissary.server.faults.clear()
    state = RunState.load(STATE)
    state.steps["training_job"].requested_at = 0
    state.save()
    made = resume(emissary)
    again = "emissary run --resume --state reviews.jsonl.emissary.json"
    hint = f"to look again: {again}; if it certainly does not exist: {again} --create-again"
    assert (made.code, hint in made.err, " may exist: " in made.err) == (4, True, True)
    assert resume(emissary, "--create-again").code == 0
    assert created(emissary.server) == [1, 1, 1, 1]
    del waits


def test_resumed_run_keeps_its_server_and_project(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """They need not be given again, and a project in the environment does not replace the recorded one."""
    interrupt_at(monkeypatch, "project finished")
    start(emissary)
    assert resume(emissary, EMISSARY_CLIENT_SERVER_URL=None, EMISSARY_PROJECT_ID="other").code == 0
    made = emissary("run", FILE, "--resume", "-p", "other")
    assert (made.code, "project_id 'other' contradicts the recorded run: None" in made.err) == (2, True)


def test_state_file_must_exist_and_be_unique(emissary: Emissary) -> None:
    """The message names the unfinished runs of the directory."""
    assert "There is no state file reviews.jsonl.emissary.json" in emissary("run", FILE, "--resume").err
    assert "Unfinished runs here: none" in resume(emissary).err
    for name in "ab":
        fields: dict[str, Any] = {"name": name, "server_url": "", "files": {}, "options": {"base_model": "m"}}
        Path(f"{name}.emissary.json").write_text(json.dumps(fields))
    assert "Unfinished runs here: a.emissary.json, b.emissary.json" in resume(emissary).err
    Path("a.emissary.json").write_text("{}")
    assert "a.emissary.json is not the state file of a run" in resume(emissary).err
    assert "Missing argument 'FILE'" in emissary("run", "--state", "s").err
    assert "Missing option '--base-model'" in emissary("run", FILE).err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe(emissary: Emissary) -> None:
    """It is read once, and the state file does not lie beside it."""
    os.mkfifo("pipe")
    content = Path(FILE).read_bytes()
    writer = threading.Thread(target=Path("pipe").write_bytes, args=(content,))
    writer.start()
    made = emissary("run", "pipe", "--base-model", BASE_MODEL, "--interval", "0.001", "--json")
    writer.join()
    state = RunState.load("run.emissary.json")
    assert (made.code, state.files, state.task_type) == (0, {"dataset": None}, "classification")
    for command in ("check", "upload"):
        writer = threading.Thread(target=Path("pipe").write_bytes, args=(content,))
        writer.start()
        made = emissary("datasets", command, "pipe", *(["-p", "demo"] if command == "upload" else []))
        writer.join()
        assert made.code == 0
    with EmissaryClient("k", server_url=emissary.server.url) as client:
        [dataset] = client.datasets.list(project_id="demo")
        assert client.datasets.retrieve(project_id="demo", dataset_id=dataset.id).is_uploaded
