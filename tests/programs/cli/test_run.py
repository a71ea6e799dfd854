"""``emissary run``: the whole way, interruptions, lost responses, and resuming."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk.cli.runstate import RunState

if TYPE_CHECKING:
    from .conftest import Emissary, Result

FILE = "reviews.jsonl"
STATE = Path("reviews.jsonl.emissary.json")
CREATES = ["projects.create", "datasets.create", "training_jobs.create", "deployments.create"]


@pytest.fixture(autouse=True)
def data_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emissary: Emissary) -> None:
    """A data file in the working directory, and no project in the environment."""
    monkeypatch.chdir(tmp_path)
    emissary.environment["EMISSARY_PROJECT_ID"] = None
    write([{"prompt": f"text {number}", "completion": {"positive": number % 2}} for number in range(60)])


def write(records: list[dict[str, Any]]) -> None:
    """Write the data file."""
    Path(FILE).write_text("\n".join(map(json.dumps, records)))


def start(emissary: Emissary, *options: str) -> Result:
    """Start a run."""
    chosen = ["--task-type", "classification", "--base-model", "m", "--interval", "0.001"]
    return emissary("run", FILE, *chosen, *options)


def resume(emissary: Emissary, *options: str, **env: str | None) -> Result:
    """Resume the only unfinished run of the directory."""
    return emissary("run", "--resume", "--interval", "0.001", *options, env=env)


def created(emissary: Emissary) -> list[int]:
    """Return how many projects, datasets, jobs and deployments exist."""
    client = emissary.client
    projects = [project.id for project in client.projects.list()]
    lists = (client.datasets.list, client.training_jobs.list, client.deployments.list)
    return [len(projects), *(sum(len(listed(project_id=project)) for project in projects) for listed in lists)]


def interrupt(patch: pytest.MonkeyPatch, emissary: Emissary, method: str, *, after: bool = False) -> None:
    """Make the first call of a method of the client end as with Ctrl-C, before or after its effect."""
    resource, _, name = method.partition(".")
    owner: type[object] = getattr(emissary.client, resource).__class__
    original: Any = getattr(owner, name)

    def call(*arguments: Any, **keywords: Any) -> Any:
        patch.setattr(owner, name, original)
        if after:
            original(*arguments, **keywords)
        raise KeyboardInterrupt

    patch.setattr(owner, name, call)


def test_whole_way(emissary: Emissary) -> None:
    """The model answers; the state file has every id."""
    made = start(emissary, "--param", "num_train_epochs=2")
    state = json.loads(STATE.read_text())
    name, ids = state["name"], {f"{step}_id": value for step, value in state["ids"].items()}
    assert (made.code, made.out) == (0, f'Model {name} is ready. Try it:\n  emissary classify {name} "some text"\n')
    steps = [line.split()[1] for line in made.err.splitlines()]
    assert list(dict.fromkeys(steps)) == ["check:", "project:", "upload:", "train:", "choose:", "deploy:"]
    assert emissary("classify", name, "text").code == 0
    assert set(ids) == {"project_id", "dataset_id", "training_job_id", "deployment_id"}
    made = emissary("run", FILE, "--resume", "--json")
    assert made.json == {"model": name, **ids, "checkpoint": state["checkpoint"]}
    assert created(emissary) == [1, 1, 1, 1]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "method", ["projects.create", "datasets.upload", "training_jobs.create", "training_jobs.wait", "deployments.create"]
)
def test_interrupted_run_creates_nothing_twice(
    emissary: Emissary, monkeypatch: pytest.MonkeyPatch, method: str, after: bool
) -> None:
    """The state file is usable, whether the platform acted on the last request or not."""
    interrupt(monkeypatch, emissary, method, after=after)
    made = start(emissary)
    assert made.code == 130
    assert made.err.endswith("emissary: interrupted; to resume: emissary run reviews.jsonl --resume\n")
    assert resume(emissary).code == 0
    assert created(emissary) == [1, 1, 1, 1]


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("operation", CREATES)
def test_lost_response_creates_nothing_twice(emissary: Emissary, operation: str) -> None:
    """After an error the run can be resumed, too."""
    emissary.server.faults.add(operation=operation, drop="after")
    made = start(emissary, "--state", "a b.json")
    assert (made.code, "to resume: emissary run --resume --state 'a b.json'\n" in made.err) == (4, True)
    assert resume(emissary, "--state", "a b.json").code == 0
    assert created(emissary) == [1, 1, 1, 1]


def test_run_without_an_effect_is_not_recorded(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to resume after an interrupted check, or errors in the file."""
    interrupt(monkeypatch, emissary, "datasets.check")
    assert start(emissary).err == "emissary: interrupted\n"
    write([{"nonsense": 1}])
    made = start(emissary)
    assert (made.code, "resume" in made.err, STATE.exists()) == (2, False, False)


def test_other_tasks_and_an_existing_project(emissary: Emissary) -> None:
    """The hint depends on the task; a given project is used."""
    write([{"prompt": str(number), "completion": "b"} for number in range(30)])
    made = emissary("run", FILE, "--base-model", "m", "-p", "demo", "--name", "My Model!")
    assert made.out.startswith("Model My-Model-")
    assert "Try it:\n  emissary chat My-Model-" in made.out
    assert emissary("deployments", "list", "-p", "demo", "--json").json[0]["name"].startswith("My-Model-")
    write([{"prompt": str(number), "completion": number / 3} for number in range(30)])
    assert emissary("run", FILE, "--base-model", "m", "--task-type", "regression").out.endswith(" is ready.\n")


@pytest.mark.parametrize(
    ("metric", "options", "chosen"),
    [
        ("accuracy", [], 2),
        ("loss", [], 1),
        ("unknown", [], 3),
        ("x", ["--metric", "x"], 2),
        ("x", ["--metric", "x", "--smallest"], 1),
    ],
)
def test_best_checkpoint_is_deployed(emissary: Emissary, metric: str, options: list[str], chosen: int) -> None:
    """By the given metric, else by accuracy, f1 or loss, else the last one."""
    results = enumerate([{metric: 0.5}, {metric: 0.9}, {metric: 0.7}], 1)
    body = [{"checkpoint": number, "test_results": {"aggregated_test_result": result}} for number, result in results]
    emissary.respond("training_jobs.list_checkpoints", body, times=2)
    assert start(emissary, *options, "--json").json["checkpoint"] == chosen


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("training_jobs.retrieve", {"id": "j", "status": "Failed"}, "finished with status Failed; --new starts a new"),
        ("training_jobs.list_checkpoints", [], "has no checkpoints"),
        ("deployments.retrieve", {"id": "d", "status": "Failed"}, "is not ready: its status is Failed"),
    ],
)
def test_failure_on_the_platform(emissary: Emissary, operation: str, body: Any, message: str) -> None:
    """It has an exit code of its own, and there is nothing to resume."""
    emissary.respond(operation, body, times=None)
    made = start(emissary)
    assert (made.code, message in made.err, "resume" in made.err) == (3, True, False)


def test_error_of_a_step_says_how_to_resume(emissary: Emissary) -> None:
    """Another attempt may succeed."""
    emissary.respond("training_jobs.create", {"error": "no credit"}, status=403)
    made = start(emissary)
    assert (made.code, "no credit" in made.err, "to resume: " in made.err) == (1, True, True)
    assert resume(emissary).code == 0


def test_unfinished_upload_is_awaited(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """A resumed run waits for a dataset that an interrupted upload left behind."""
    interrupt(monkeypatch, emissary, "datasets.wait", after=False)
    start(emissary)
    emissary.respond("datasets.retrieve", {"id": "d", "is_uploaded": False})
    assert resume(emissary).code == 0


def test_deactivated_deployment_is_reactivated(emissary: Emissary) -> None:
    """A run that is resumed late ends with a model that answers."""
    for status in ("Deployed", "Deactivated", "Deactivated", "Deployed"):
        emissary.respond("deployments.retrieve", {"id": "d", "status": status})
    assert start(emissary).code == 0
    emissary.respond("deployments.reactivate", "", status=204)
    assert emissary("run", FILE, "--resume", "--interval", "0.001").code == 0


def test_unfinished_run_is_not_replaced(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--new`` replaces it; a finished one is replaced without an option."""
    interrupt(monkeypatch, emissary, "training_jobs.create")
    start(emissary)
    made = start(emissary)
    assert (made.code, "continue it with --resume, or start over with --new" in made.err) == (2, True)
    assert (start(emissary, "--new").code, start(emissary).code) == (0, 0)
    assert created(emissary) == [3, 3, 2, 2]


def test_resumed_run_keeps_its_options_and_its_server(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another option or a changed file is refused; the server need not be given again."""
    interrupt(monkeypatch, emissary, "projects.create")
    start(emissary)
    made = resume(emissary, "--base-model", "other")
    assert (made.code, "--base-model 'other' contradicts the recorded run: 'm'" in made.err) == (2, True)
    content = Path(FILE).read_text()
    Path(FILE).write_text(content + "\n")
    made = resume(emissary)
    assert (made.code, "has changed since the run was interrupted" in made.err) == (2, True)
    Path(FILE).write_text(content)
    assert resume(emissary, "--base-model", "m", EMISSARY_CLIENT_SERVER_URL=None).code == 0


def test_state_file_must_exist_and_be_unique(emissary: Emissary) -> None:
    """The message names the unfinished runs of the directory."""
    assert "There is no state file reviews.jsonl.emissary.json" in emissary("run", FILE, "--resume").err
    assert "Unfinished runs here: none" in resume(emissary).err
    for name in "ab":
        RunState(FILE, "", name, {}).save(Path(f"{name}.emissary.json"))
    assert "Unfinished runs here: a.emissary.json, b.emissary.json" in resume(emissary).err
    Path("a.emissary.json").write_text("{}")
    assert "a.emissary.json is not a state file" in resume(emissary).err
    assert "Missing argument 'FILE'" in emissary("run", "--state", "s").err
    assert "Missing option '--base-model'" in emissary("run", FILE).err
