"""The commands of every resource: short sessions, each a list of commands with the output of each."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk.evaluation import LabelPolicy, Policy

from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from .conftest import Emissary

GOOD = '{"prompt": "good", "completion": {"positive": 1}}\n{"prompt": "bad", "completion": {"positive": 0}}\n' * 25
BAD = '{"prompt": "good", "completion": {"positive": 1}}\n{"prompt": "bad"}\nnonsense\n'
FAILING = """\
base_model: Llama-3.2-1B-Instruct
train_dataset_id: ds
parameters: {emulator_outcome: Failed}
checkpoint: 1
emulator_outcome: Failed
"""
EMBEDDING = "All-Mpnet-Base-V2-Embedding"

# Commands and patterns of their output. Groups of a pattern are values for later commands.
SESSIONS = {
    "projects": [
        ("projects list", "There are no projects."),
        ("projects create reviews", r"Created project (?P<project>ms-\S+)"),
        ("projects create --json", r'.*"id": "(?P<other>ms-[^"]+)".*'),
        ("projects show {project}", "reviews\n.*"),
        ("projects delete {other} -y", "Deleted project {other}"),
        ("projects list", r"ID +NAME\n{project}  reviews"),
    ],
    "datasets": [
        ("datasets list", "There are no datasets."),
        ("datasets upload good.jsonl --name reviews --quiet", r"Uploaded dataset (?P<dataset>ds-\S+)"),
        ("datasets list", r"ID +UPLOADED  AGE  NAME\n{dataset}  yes +\d s  reviews"),
        ("datasets show {dataset}", "reviews\n.*"),
        ("datasets delete {dataset} -y --json", r'.*"deleted": true.*'),
        ("datasets upload good.jsonl --no-wait --json", r'.*"id": "ds-.*'),
    ],
    "jobs": [
        ("jobs list", r"ID +STATUS +DONE +AGE +NAME +BASE MODEL\n{job}  Success  100 %  \d s +" + BASE_MODEL),
        ("jobs checkpoints {job}", r"CHECKPOINT +AGE +loss +accuracy .*\n1 .*\n2 .*\n3 +\d s  0\.\d+  0.*"),
        ("jobs create Lama-3.2-1B-Instruct --train-dataset d", "exit 2: the platform has no base model .*"),
        ("jobs download {job}", "{job}-checkpoint-3.tar.gz"),
        ("jobs download {job} -o .", "{job}-checkpoint-3.tar.gz"),
        ("jobs download {job} -o . --force --json", r'.*"checkpoint": 3,.*'),
        ("jobs download {job} 1 --output model.tar.gz", r"model.tar.gz"),
        ("jobs download {job} 2 --output model.tar.gz", "exit 2: model.tar.gz has other content; --force replaces it."),
        ("jobs download {job} 9", r"exit 2: .* has no checkpoint 9; available: 1, 2, 3."),
        (f"jobs create {BASE_MODEL} --train-dataset ds --name n", r"Created training job (?P<other>\S+): \w+"),
        ("jobs show {other}", "n\n.*"),
        ("jobs show {other} --json", r'.*"name": "n".*'),
        ("jobs loss {other}", r"Loss of n, Success: 40 points, the last is 0\.\d{4}\n.*│.*[⠁-⣿].*(\n.*){11}"),
        ("jobs wait {other} --json --quiet", r'.*"status": "Success".*'),
        ("jobs delete {other}", r"exit 1: Delete training job n \({other}, Success\)\?.*: nothing was deleted"),
        ("jobs delete {other} --json", r'exit 2: {"error": {"type": "InvalidInput", "message": "With --json, .*'),
        ("jobs delete {other} --yes --json", r'.*"deleted": true.*'),
        ("jobs delete no-such-job", "exit 1: GET .* failed with status 404: .*"),
        ("jobs delete {job} -y", "Deleted training job {job}"),
        ("jobs list", "There are no training jobs."),
        (f"jobs create {BASE_MODEL} --train-dataset ds --wait", r"Training job \S+: Success\nCHECKPOINT .*\n3 .*"),
        ("jobs create --from failing.yaml --wait", "exit 3: created .*the status of training job .* is Failed"),
    ],
    "slow jobs": [
        ("jobs wait {job} --timeout 0.05 --interval 0.01", "exit 4: Pending\n.* It continues on the platform."),
        ("jobs watch {job} --timeout 0.05 --interval 0.01", "exit 4: .* It continues on the platform."),
        ("jobs loss {job}", "There is no loss yet."),
        ("jobs checkpoints {job}", "There are no checkpoints."),
        ("jobs download {job}", "exit 2: Training job {job} has no checkpoints."),
        ("deployments create {job}", "exit 2: Training job {job} has no checkpoints."),
        ("jobs cancel {job}", "Cancelled training job {job}"),
        ("jobs watch {job}", "exit 3: .*the status of training job {job} is Cancelled"),
        (f"jobs create {BASE_MODEL} --train-dataset ds", r"Created training job (?P<other>\S+): Pending"),
        ("jobs cancel {other} --json", r'.*"cancelled": true.*'),
    ],
    "usage": [
        ("", "exit 2: Missing command. See emissary --help."),
        ("jobs", "exit 2: Missing command. See emissary jobs --help."),
        ("nonsense", "exit 2: No such command 'nonsense'. See emissary --help."),
        ("job list", r"exit 2: No such command 'job'. Did you mean 'jobs'\? See emissary --help."),
        ("model", r"exit 2: No such command 'model'. Did you mean 'models'\?.*"),
        ("jobs lost", r"exit 2: No such command 'lost'. Did you mean 'loss' or 'list'\? See emissary jobs --help."),
        ("jobs list --jsn", r"exit 2: No such option '?--jsn'?.* Did you mean '?--json'?\?.*"),
        ("help jobs list", "Usage: emissary jobs list .*"),
        ("jobs help list", "Usage: emissary jobs list .*"),
        ("help", "Usage: emissary .*"),
        ("--json jobs list", r"\[.*\]"),
        ("jobs --json list -p other", r"\[\]"),
        ("-p other --json jobs list", r"\[\]"),
        ("-p other jobs -p p --json list -p another", r"\[\]"),
        ("jobs -p other create m", "exit 2: Missing option '--train-dataset'.*"),
        ("jobs show", "exit 2: Missing argument 'JOB'. See emissary jobs show --help."),
        ("jobs list --api-key k", "exit 2: No such option.*"),
        ("jobs list --server-url nonsense", "exit 2: server_url must be a URL.*"),
        ("jobs list --json --project ''", r"\[.*\]"),
        ("jobs list --project ' '", "exit 2: project_id must not be empty.*"),
        ("jobs wait j --interval 0", "exit 2: Invalid value for '--interval': .*"),
        ("jobs list --status Runing", "exit 2: .*'Runing' looks like a misspelled 'Running'.*"),
        ("jobs show j", "exit 1: GET /v1/projects/p/training-jobs/j failed with status 404: .*"),
        ("chat nonsense -- --json", "exit 1: POST /v1/chat/completions failed .*"),
        ("--version", "emissary 1.0.0"),
    ],
    "models": [
        ("models list", f"NAME +TYPE +SERVERLESS\n.*{BASE_MODEL} +chat +yes\n.*"),
        (f"models show {BASE_MODEL}", f"{BASE_MODEL}\n.*learning_rate.*"),
        ("embed " + EMBEDDING + " x", r"\d+ numbers: -?0\.\d+, .*, …"),
        ("embed " + EMBEDDING + " x --json", r'.*"embedding": \[.*'),
    ],
    "deployments": [
        ("deployments list", "There are no deployments."),
        ("deployments create {job} --name d --inactive-timeout 600", r"Created deployment (?P<id>dp-\S+): \w+"),
        ("deployments list", r"ID +STATUS +AGE  NAME\n{id}  Deployed  \d s  d"),
        ("deployments show {id} --json", r'.*"checkpoint": 3.*'),
        ("deployments wait {id} --quiet", "Deployment {id}: Deployed"),
        ("deployments delete {id} -y", "Deleted deployment {id}"),
        (f"deployments create {BASE_MODEL} 0 --wait --json", r'.*"status": "Deployed".*'),
        ("deployments create --from -", "exit 2: Missing argument .* It can also be the field training_job_id .*"),
        ("deployments create {job} --from failing.yaml --wait", "exit 3: .*the status of deployment .* is Failed"),
    ],
    "engines": [
        (f"engines create {BASE_MODEL} --name e --inactive-timeout 600", r"Created engine (?P<id>engine-\S+): \w+"),
        ("engines show {id} --json", r'.*"inactive_duration": 600.*'),
        (f"engines list --base-model {BASE_MODEL}", "ID +STATUS +AGE  NAME  BASE MODEL\n{id}  Active .* e     .*"),
        ("engines deploy {id} {job} --name d", r"Created deployment dp-\S+: \w+"),
        ("engines deploy {id} {job} 1 --name d1", r"Created deployment dp-\S+: \w+"),
        ("engines undeploy {id} d", "Removed deployment d from engine {id}"),
        ("engines show {id}", "e\n.*"),
        ("engines deactivate {id}", "Deactivated engine {id}"),
        ("engines wait {id}", "exit 3: .*the status of engine {id} is Inactive"),
        ("engines reactivate {id} --wait", "Engine {id}: Active"),
        ("engines deactivate {id} --json", r'.*"deactivated": true.*'),
        ("engines reactivate {id}", "Reactivated engine {id}"),
        ("engines delete {id} -y", "Deleted engine {id}"),
        (f"engines create {BASE_MODEL} --wait", r"Engine engine-\S+: Active"),
        ("engines create", "exit 2: Missing argument .*"),
    ],
    "inference": [
        (f"chat {BASE_MODEL} Hi", "two\nlines �.2J"),
        (f"chat {BASE_MODEL} - --stream --system Brief.", "two\nlines �.2J"),
        (f"chat {BASE_MODEL} Hi --stream --json", r'.*"finish_reason": "stop".*'),
        (f"complete {BASE_MODEL} Hi --max-tokens 9 --top-k 3", "two\nlines �.2J"),
        (f"complete {BASE_MODEL} Hi --stream --temperature 0", "two\nlines �.2J"),
        ("deployments create {job} --name c --wait", ".*Deployed"),
        ("classify c x --json", r'.*"probs".*'),
        ("classify c x --logits --json", r'.*"logits".*'),
        ("classify c - --wake-timeout 5", r".*0\.\d+.*"),
        ("classify c x --policy policy.json", r".*\n  decision .*"),
        ("classify c x --policy policy.json --json", r'.*"decision": .*'),
        ("classify c --input good.jsonl --output a.jsonl --policy policy.json", r"\d+ records: .* 0 failed;.*"),
        ("classify c --input good.jsonl --output a.jsonl --policy policy.json -q", r".* 50 of them earlier.*"),
        ("classify c --input good.jsonl --output a.jsonl --no-resume", "exit 2: .*resume is False.*"),
        (f"embed {EMBEDDING} --input good.jsonl --output e.jsonl --json", r'.*"output": "e.jsonl".*"failed": 0.*'),
        (f"complete {BASE_MODEL} --input good.jsonl --output c.jsonl --temperature 0 -q", r".*succeeded.*"),
        (f"chat {BASE_MODEL} --input good.jsonl --output g.jsonl --system Brief. -q", r".* 0 failed;.*"),
        (f"chat {BASE_MODEL} --input bad.jsonl --output h.jsonl -q", r"exit 1: the same command tries .*"),
        ("classify c", r"exit 2: Missing argument .*Or pass a file with --input.*"),
        ("classify c x --input good.jsonl", r"exit 2: Pass either TEXT or --input.*"),
        ("classify c --input good.jsonl", r"exit 2: --input needs --output.*"),
        ("classify c x --output a.jsonl", r"exit 2: --output, .* need --input.*"),
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data files in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("good.jsonl").write_text(GOOD)
    Path("bad.jsonl").write_text(BAD)
    Path("failing.yaml").write_text(FAILING)
    labels = {"positive": LabelPolicy(0.0, 1.0, (0.9, 1.0), 9)}
    Policy(
        kind="multiclass", goal="precision", target=0.9, temperature=1.0, labels=labels, coverage=1.0, fitted_on=9,
        verified_on=9,
    ).save("policy.json")  # fmt: skip


@pytest.mark.parametrize("name", SESSIONS)
def test_session(request: pytest.FixtureRequest, name: str) -> None:
    """Each command has the expected output; an error is one line."""
    emissary: Emissary = request.getfixturevalue("slow_emissary" if name == "slow jobs" else "emissary")
    emissary.server.answers.set(model=BASE_MODEL, text="two\nlines \x1b[2J")
    values = {} if name == "projects" else {"job": emissary.create_job(task_type="classification")}
    for command, pattern in SESSIONS[name]:
        made = emissary(*shlex.split(command.format_map(values)), stdin="n\n" if "delete" in command else "{}")
        shown = made.out if made.code == 0 else f"exit {made.code}: {made.err.removeprefix('emissary: ')}"
        for value, text in values.items():
            pattern = pattern.replace(f"{{{value}}}", text)
        found = re.fullmatch(pattern, shown.rstrip("\n"), re.DOTALL)
        assert found, (command, pattern, made)
        values |= found.groupdict()


def test_check_writes_a_line_for_each_problem(emissary: Emissary) -> None:
    """The exit code says whether there are errors."""
    made = emissary("datasets", "check", "good.jsonl", "--task-type", "classification")
    assert made.code == 0
    assert all(line.startswith("good.jsonl:") and ": warning: " in line for line in made.out.splitlines())
    made = emissary("datasets", "check", "good.jsonl", "--against", "good.jsonl")
    assert "warning: prompt also occurs in good.jsonl" in made.out
    made = emissary("datasets", "check", "bad.jsonl")
    errors = [line for line in made.out.splitlines() if ": error: " in line]
    assert (made.code, errors[-1].startswith("bad.jsonl:3: error: ")) == (2, True)
    assert made.err.startswith(f"emissary: records: 3, errors: {len(errors)}, ")
    report = emissary("datasets", "check", "bad.jsonl", "--json")
    assert (report.code, report.err) == (2, "")
    assert {"line", "lines", "record", "count", "severity", "message", "hint"} == set(report.json["problems"][0])


def test_upload_refuses_a_file_with_errors(emissary: Emissary) -> None:
    """Nothing is sent unless ``--no-check`` asks for it."""
    made = emissary("datasets", "upload", "bad.jsonl")
    assert (made.code, made.out, "bad.jsonl:3: error: " in made.err) == (2, "", True)
    error = emissary("datasets", "upload", "bad.jsonl", "--json").error
    assert (error["type"], error["exit_code"]) == ("DatasetError", 2)
    assert 3 in [problem["line"] for problem in error["problems"]]
    assert emissary("datasets", "list", "--json").json == []
    assert "failed with status 400" in emissary("datasets", "upload", "bad.jsonl", "--no-check").err


def test_reactivated_deployment(emissary: Emissary) -> None:
    """With ``--wait``, until it is ready."""
    deployment = "d" * 20
    emissary.respond("deployments.reactivate", "", status=204, times=2)
    assert emissary("deployments", "reactivate", deployment).out == f"Reactivated deployment {deployment}\n"
    for status in ("Deactivated", "Deployed"):
        emissary.respond("deployments.retrieve", {"id": "d", "status": status})
    made = emissary("deployments", "reactivate", deployment, "--wait", "--interval", "0.001")
    assert (made.code, made.out) == (0, f"Deployment {deployment}: Deployed\n")


ANSWERS: list[tuple[str, Any, str, str]] = [
    ("base_models.list", [{"name": "later", "support_task": ["a", "b"]}], "models list", "later  a, b"),
    ("embeddings.create", {"data": [{"embedding": [0.5]}]}, f"embed {EMBEDDING} x", "1 numbers: 0.5"),
    ("training_jobs.list_checkpoints", [{"checkpoint": 1}], "jobs checkpoints tr-00000000000000000", "1"),
]


@pytest.mark.parametrize(("operation", "body", "command", "out"), ANSWERS)
def test_unusual_responses(emissary: Emissary, operation: str, body: Any, command: str, out: str) -> None:
    """Later descriptions, and empty lists."""
    emissary.respond(operation, json.loads(json.dumps(body)))
    made = emissary(*command.split())
    assert (made.out.splitlines() or [""])[-1] == out
