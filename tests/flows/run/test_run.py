"""``client.run``: the whole way, the choice of the checkpoint, and mistakes found before anything is created."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import RunState, check_dataset, errors, models
from emissary_client_sdk._flows.waiting import largest_is_best
from emissary_client_sdk._run import checks

from .conftest import BASE_MODEL, FILE, STATE, write

if TYPE_CHECKING:
    from emissary_client_sdk import DatasetReport, RunEvent

    from .conftest import Runs


def checkpoints(metric: str) -> list[dict[str, Any]]:
    """Return three checkpoints: 1 has the smallest value of a metric, 2 the largest."""
    results = enumerate([{metric: "0.5"}, {metric: 0.9}, {metric: 0.7}], 1)
    return [{"checkpoint": number, "test_results": {"aggregated_test_result": result}} for number, result in results]


def test_whole_way(run: Runs) -> None:
    """The detected task is trained, the state file and the result have every id, and a resumed run finds them."""
    write([{"prompt": f"other {number}", "completion": {"positive": number % 2}} for number in range(30)], "test.jsonl")
    run.client.deployments.create(project_id="p", request_body={"training_job_id": BASE_MODEL, "checkpoint": 0})
    options: Any = {"test_file": "test.jsonl", "parameters": {"num_train_epochs": 2}, "name": "My reviews!"}
    result = run(**options, deployment_name="my model")
    client = run.client
    job = client.training_jobs.retrieve(project_id=result.project_id, training_job_id=result.training_job_id)
    assert (job.task_type, job.test_dataset and job.test_dataset.id) == ("classification", result.test_dataset_id)
    deployment = client.deployments.retrieve(project_id=result.project_id, deployment_id=result.deployment_id)
    assert (deployment.name, deployment.checkpoint) == (result.model, result.checkpoint)
    assert (result.model, job.name and job.name[:11]) == ("my model", "My-reviews-")
    assert client.classification.create(model=result.model, input="text").best_label
    state = RunState.load(STATE)
    assert {step: state.id_of(step) for step in state.steps} == {
        "project": result.project_id,
        "dataset": result.dataset_id,
        "test_dataset": result.test_dataset_id,
        "training_job": result.training_job_id,
        "deployment": result.deployment_id,
    }
    steps = [line.partition(":")[0] for line in run.events]
    expected = ["check", "project", "upload", "test upload", "train", "choose", "deploy"]
    assert list(dict.fromkeys(steps)) == expected
    assert run(resume=True) == result
    assert run(file=None, state=STATE, resume=True).to_dict() == result.to_dict()
    assert run.created == [2, 2, 1, 2]


def test_prompts_of_the_training_data_in_the_test_data_are_reported(run: Runs) -> None:
    """The report of the test data has a warning, apart from case and white space."""
    test = [{"prompt": f"Text  {number}", "completion": {"positive": number % 2}} for number in range(57, 90)]
    write(test, "test.jsonl")
    reports: list[DatasetReport] = []

    def on_event(event: RunEvent) -> None:
        if event.detail == f"{len(test)} records":
            reports.append(event.value)

    run(test_file="test.jsonl", on_event=on_event)
    [report] = reports
    assert [str(problem) for problem in report.warnings if "occurs" in problem.message] == [
        "line 1: warning: prompt also occurs in reviews.jsonl (3 records; also lines 2, 3)"
    ]


def test_data_that_is_not_a_file(run: Runs) -> None:
    """It is checked and uploaded as it is; the state file lies in the working directory."""
    records = [{"prompt": str(number), "completion": "b"} for number in range(30)]
    result = run(file=records, project_id="demo")
    assert (result.project_id, result.task_type, RunState.load("run.emissary.json").is_finished) == (
        "demo",
        "text-generation",
        True,
    )
    run.server.faults.add(operation="projects.create", status=400)
    with pytest.raises(errors.APIErrorInvalidInput):
        run(file=records, state="other.json")
    with pytest.raises(ValueError, match="the data of the dataset is not a file, so it must be given again"):
        run(file=None, state="other.json", resume=True)
    again = run(file=records, state="other.json", resume=True)
    assert (run(file=[], state="other.json", resume=True), again.task_type) == (again, "text-generation")


@pytest.mark.parametrize(
    ("name", "options", "checkpoint", "choice"),
    [
        ("accuracy", {}, 2, "largest accuracy: 0.9"),
        ("loss", {}, 1, "smallest loss: 0.5"),
        ("unknown", {}, 3, "the last one, because none has a known test result"),
        ("Eval Loss", {"metric": "eval loss"}, 1, "smallest Eval Loss: 0.5"),
        ("x", {"metric": "x"}, 2, "largest x: 0.9"),
        ("x", {"metric": "x", "largest": False}, 1, "smallest x: 0.5"),
    ],
)
def test_choice_of_the_checkpoint(run: Runs, name: str, options: Any, checkpoint: int, choice: str) -> None:
    """By the given metric, else by accuracy, f1 or loss, else the last one; losses are best when they are small."""
    run.server.faults.add(operation="training_jobs.list_checkpoints", status=200, body=checkpoints(name))
    result = run(**options)
    assert (result.checkpoint, result.choice) == (checkpoint, choice)
    assert f"choose: checkpoint {checkpoint}, {choice}" in run.events


@pytest.mark.parametrize(
    ("metric", "largest"),
    [
        *[
            (name, False)
            for name in ("loss", "eval_loss", "Validation Loss", "testMAE", "char-WER", "perplexity", "MSE")
        ],
        *[(name, True) for name in ("accuracy", "loss_free_accuracy", "errors avoided", "f1", "", "lossless")],
    ],
)
def test_direction_follows_from_the_last_word(metric: str, largest: bool) -> None:
    """Upper and lower case, underscores, hyphens and spaces do not matter."""
    assert largest_is_best(metric) is largest


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_model": "Lama-3.2-1B-Instruct"}, "no base model 'Lama-3.2-1B-Instruct'; did you mean 'Llama-3.2-1B-"),
        ({"parameters": {"learning_rat": 1}}, "'learning_rat' looks like the hyperparameter learning_rate"),
        ({"parameters": {"learning_rate": "fast"}}, "learning_rate must be a number from 0 to 1, not 'fast'"),
        ({"parameters": {"tag": []}}, "parameters.tag.str: Input should be a valid string"),
        ({"metric": "acuracy"}, "metric 'acuracy' looks like a misspelled 'accuracy'"),
        ({"largest": True}, "largest needs a metric"),
        ({"task_type": "regression"}, "completion must be a number"),
        ({"task_type": "vlm-generation"}, 'prompt must be an object with "content", not a string'),
        ({"task_type": "clasification"}, "'clasification' is not one of .*; did you mean 'classification'"),
        ({"deployment_name": "taken"}, "deployment_name 'taken' is taken by deployment dp-"),
        ({"inactive_timeout": 0}, "inactive_timeout: Input should be greater than 0"),
        ({"poll_interval_ms": 0}, "poll_interval_ms must be"),
        ({"file": "missing.jsonl"}, "missing.jsonl"),
        ({"file": None}, "file must be given"),
        ({"base_model": None}, "base_model must be given"),
        ({"base_model": ""}, "base_model: String should have at least 1 character"),
        ({"timeout": 3}, "unexpected keyword argument 'timeout'"),
    ],
)
def test_mistakes_are_found_before_anything_is_created(run: Runs, options: Any, message: str) -> None:
    """The error names the option; there is no state file."""
    if "deployment_name" in options:
        body: Any = {"training_job_id": BASE_MODEL, "checkpoint": 0, "name": "taken"}
        project = run.client.projects.create(request_body={"name": "another"})
        run.client.deployments.create(project_id=project.id, request_body=body)
    before = run.created
    with pytest.raises((ValueError, FileNotFoundError, TypeError), match=message):
        run(**options)
    assert run.created == before
    assert not STATE.exists()


def test_task_of_a_resumed_run_must_fit_the_data(run: Runs) -> None:
    """The data is checked again until the training job exists, even if it is uploaded."""

    def on_event(event: object) -> None:
        if str(event) == "train: started":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_event=on_event)
    with pytest.raises(errors.DatasetError, match="completion must be a number"):
        run(resume=True, task_type="regression")
    assert run.created == [1, 1, 0, 0]
    assert run(resume=True).task_type == "classification"


def test_file_that_changes_after_the_check_is_not_sent(run: Runs) -> None:
    """The run stops before the upload, and goes on with the checked data."""
    content = Path(FILE).read_text()

    def on_event(event: object) -> None:
        if str(event) == "upload: started":
            Path(FILE).write_text(content.replace("text", "next"))

    with pytest.raises(errors.DatasetChangedError, match=r"reviews.jsonl changed after it was checked"):
        run(on_event=on_event)
    assert run.created == [1, 0, 0, 0]
    Path(FILE).write_text(content)
    assert run(resume=True).model
    assert run.created == [1, 1, 1, 1]


def test_base_model_of_a_later_description(run: Runs) -> None:
    """It names its tasks in the list, and its hyperparameters only in its detail."""
    listed = [{"name": "later", "support_task": ["text-generation"]}]
    run.server.faults.add(operation="base_models.list", status=200, body=listed, times=None)
    detail = {**listed[0], "parameter_template": {"alpha": 1}}
    run.server.faults.add(operation="base_models.retrieve", status=200, body=detail)
    with pytest.raises(ValueError, match="'alpah' looks like the hyperparameter alpha"):
        run(base_model="later", parameters={"alpah": 1})
    run.server.faults.add(operation="base_models.retrieve", status=404, times=None)
    with pytest.raises(ValueError, match="later cannot be trained for classification; it supports text-generation"):
        run(base_model="later")
    run.server.faults.clear()


def test_platform_without_a_list_of_base_models(run: Runs) -> None:
    """The check is left out, unless the key is refused."""
    run.server.faults.add(operation="base_models.list", status=404)
    assert run(base_model="unlisted").checkpoint
    run.server.faults.add(operation="base_models.list", status=401)
    with pytest.raises(errors.APIErrorUnauthorized):
        run(new=True)


def test_file_with_errors(run: Runs) -> None:
    """The report is an event, and nothing is recorded."""
    write([{"nonsense": 1}])
    with pytest.raises(errors.DatasetError):
        run()
    assert (run.events[:2], STATE.exists()) == (["check: started", "check: 1 records"], False)


@pytest.mark.parametrize(
    ("operation", "body", "error", "message"),
    [
        ("training_jobs.retrieve", {"id": "j", "status": "Failed"}, errors.TrainingJobFailed, "Failed"),
        ("training_jobs.list_checkpoints", [], errors.MetricNotFoundError, "has no checkpoints"),
        ("deployments.retrieve", {"id": "d", "status": "Failed"}, errors.DeploymentFailedError, "Failed"),
    ],
)
def test_failure_on_the_platform(run: Runs, operation: str, body: Any, error: Any, message: str) -> None:
    """It is the error that the method for one step raises."""
    run.server.faults.add(operation=operation, status=200, body=body, times=None)
    with pytest.raises(error, match=message):
        run()
    run.server.faults.clear()


def test_deactivated_deployment_is_reactivated(run: Runs) -> None:
    """A run that is resumed late ends with a model that answers."""
    run()
    for status in ("Deactivated", "Deactivated", "Reactivating", "Deployed"):
        run.server.faults.add(operation="deployments.retrieve", status=200, body={"id": "d", "status": status})
    run.server.faults.add(operation="deployments.reactivate", status=204, body="")
    run(resume=True)
    assert len(run.server.faults) == 0
    assert run.events[-1] == f"deploy: {models.DeploymentStatus.DEPLOYED}"


def test_events_of_a_coroutine_function(run: Runs) -> None:
    """It is awaited in ``run_async``."""
    seen: list[str] = []

    async def on_event(event: object) -> None:
        seen.append(str(event))

    if run.call.is_async:
        run(on_event=on_event)
        assert seen[-1] == "deploy: Deployed"
    else:
        assert run(on_event=None).model


def test_state_file_is_json(run: Runs) -> None:
    """Other programs can read it."""
    run()
    state = json.loads(STATE.read_text())
    assert (state["files"]["dataset"].endswith(FILE), state["is_finished"]) == (True, True)


def test_task_that_is_not_detected(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """It must be given, because the platform's default would be trained instead."""
    report = dataclasses.replace(check_dataset(FILE), task_type=None)

    def check(*_: object, **_options: object) -> DatasetReport:
        return report

    monkeypatch.setattr(checks, "check_source", check)
    with pytest.raises(ValueError, match="task_type could not be detected"):
        run()
    assert run(task_type="text-generation").task_type == "text-generation"
