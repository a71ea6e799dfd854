"""Deployments and engines: their operations. test_lifecycle has their states."""

from typing import Any

import pytest

from .conftest import DEPLOYMENTS, ENGINES, JOB, JOBS, RECORDS, Api, lines, timeout_config


def test_deployment_of_a_checkpoint(api: Api) -> None:
    """Its labels are those of the training data."""
    job = api.train(lines(RECORDS), task_type="classification")
    summary = api.deploy(job, name="mine", description="a try")
    created = int(api.now)
    assert summary == {"id": summary["id"], "name": "mine", "status": "Pending", "created_at": created}
    api.now += 10
    assert api.get(f"{DEPLOYMENTS}/{summary['id']}") == {
        **summary,
        "status": "Deployed",
        "description": "a try",
        "task_type": "classification",
        "metadata": {"labels": ["good", "bad"]},
        "base_model": "llama",
        "training_id": job,
        "checkpoint": 3,
        "updated_at": created + 10,
    }
    assert api.get(DEPLOYMENTS) == [{**summary, "status": "Deployed"}]


def test_deployment_of_a_base_model(api: Api) -> None:
    """Its checkpoint is 0."""
    summary = api.deploy("Qwen3-4B-Base", checkpoint=0)
    assert summary["name"] == "Qwen3-4B-Base"
    detail = api.get(f"{DEPLOYMENTS}/{summary['id']}")
    assert (detail["training_id"], detail["task_type"]) == ("Qwen3-4B-Base", "text-generation")
    assert "metadata" not in detail


def test_name_of_a_deployment_is_unique(api: Api, job: str) -> None:
    """In all projects. A number keeps the default name unique."""
    assert [api.deploy(job)["name"] for _ in range(3)] == [f"mine-checkpoint-3{end}" for end in ("", "-2", "-3")]
    body = {"training_job_id": "HF_MODEL", "checkpoint": 0, "name": "mine-checkpoint-3"}
    error = api.error(400, "POST", "/v1/projects/q/deployments", body)
    assert error == "name: there is a deployment named 'mine-checkpoint-3' already"


def test_only_existing_checkpoints_can_be_deployed(api: Api, job: str) -> None:
    """The message lists them."""
    new = api.post(JOBS, JOB)["id"]
    for job_id, checkpoint, known in [(job, 4, "1, 2, 3"), (new, 1, "none yet")]:
        error = api.error(400, "POST", DEPLOYMENTS, {"training_job_id": job_id, "checkpoint": checkpoint})
        assert error == f"checkpoint: training job '{job_id}' has no checkpoint {checkpoint}; it has {known}"


@pytest.mark.parametrize(
    ("kind", "outcome"), [("deployment", "Failed"), ("deployment", "TimedOut"), ("engine", "Failed")]
)
def test_start_can_fail(api: Api, job: str, kind: str, outcome: str) -> None:
    """A field of the request asks for it; what has failed cannot be reactivated."""
    fields = {"emulator_outcome": outcome}
    path = api.engine(**fields) if kind == "engine" else f"{DEPLOYMENTS}/{api.deploy(job, **fields)['id']}"
    api.now += 10
    assert api.get(path)["status"] == outcome
    assert api.error(400, "POST", path + "/reactivate").endswith(f"its status is {outcome}")


def test_deactivated_deployment_can_be_reactivated(api: Api, job: str) -> None:
    """One that is up or coming up cannot; a deleted one is gone."""
    path = f"{DEPLOYMENTS}/{api.deploy(job, inactive_timeout=60)['id']}"
    for elapsed, status in [(0, "Pending"), (5, "Deploying"), (5, "Deployed")]:
        api.now += elapsed
        error = api.error(400, "POST", path + "/reactivate")
        assert error == f"only a Deactivated deployment can be reactivated: its status is {status}"
    api.now += 60
    assert api.get(path)["status"] == "Deactivated"
    api.post(path + "/reactivate")
    assert api.get(path)["status"] == "Reactivating"
    api.now += 10
    assert api.get(path)["status"] == "Deployed"
    api.delete(path)
    assert "there is no deployment" in api.error(404, "GET", path)


def test_engine_and_its_deployments(api: Api, job: str) -> None:
    """An engine lists its deployments; undeploying is by name; deleting the engine deletes them."""
    config = timeout_config(60)
    path = api.engine(name="mine", task_type="classification", resource_management_config=config)
    created = int(api.now)
    body = {"project_id": "p", "training_id": job, "checkpoint": 1}
    deployment = api.post(path + "/deploy", {**body, "name": "one"})["id"]
    api.post(path + "/deploy", {**body, "name": "two"})
    api.now += 10
    shared: dict[str, Any] = {"id": path.rpartition("/")[2], "name": "mine", "status": "Active", "base_model": "llama"}
    shared |= {"task_type": "classification", "server_type": "on-demand", "created_at": created}
    assert api.get(ENGINES) == [{**shared, "deployment_counts": 2}]
    detail = api.get(path)
    assert [found["name"] for found in detail.pop("deployments")] == ["one", "two"]
    shared |= {"base_model_option": "pre-trained", "last_access_timestamp": created}
    assert detail == {**shared, "resource_management_config": config}
    assert api.get(f"{DEPLOYMENTS}/{deployment}")["training_id"] == job
    api.post(path + "/undeploy", {"deployment_name": "one"})
    error = api.error(400, "POST", path + "/undeploy", {"deployment_name": deployment})
    assert error == f"deployment_name: there is no deployment named '{deployment}' on this engine"
    assert [found["name"] for found in api.get(DEPLOYMENTS)] == ["two"]
    api.delete(path)
    assert api.get(DEPLOYMENTS) == api.get(ENGINES) == []


def test_engines_can_be_filtered(api: Api) -> None:
    """Base model and task are filters; other parameters are ignored."""
    api.engine(name="one")
    api.engine(name="two", base_model="other", task_type="embedding")
    for query, names in [
        ({"base_model": "llama"}, ["one"]),
        ({"task_type": "embedding", "page": "1"}, ["two"]),
        ({"base_model": "llama", "task_type": "embedding"}, []),
    ]:
        assert [found["name"] for found in api.get(ENGINES, params=query)] == names


def test_engine_is_deactivated_and_reactivated(api: Api, job: str) -> None:
    """Each is refused in any other state; a stopped engine stops its deployments and accepts no others."""
    path = api.engine()
    body = {"project_id": "p", "training_id": job, "checkpoint": 1}
    deployment = f"{DEPLOYMENTS}/{api.post(path + '/deploy', body)['id']}"
    for action, only in [("deactivate", "an Active"), ("reactivate", "an Inactive")]:
        error = api.error(400, "POST", f"{path}/{action}")
        assert error == f"only {only} engine can be {action}d: its status is Creating"
    api.now += 20
    api.post(path + "/deactivate")
    assert api.get(deployment)["status"] == "Deactivated"
    assert api.error(400, "POST", path + "/deploy", body) == "the engine is not running: its status is Inactive"
    api.post(path + "/reactivate")
    assert (api.get(path)["status"], api.get(deployment)["status"]) == ("Creating", "Reactivating")
    api.now += 20
    api.post(path + "/deactivate")
    api.post(deployment + "/reactivate")
    assert api.get(path)["status"] == "Creating"


@pytest.mark.parametrize("kind", ["schedule", "inactive_timeout"])
@pytest.mark.parametrize("settings", [{}, {"management_config": {}}])
def test_engine_accepts_a_configuration_without_settings(api: Api, kind: str, settings: dict[str, Any]) -> None:
    """The API requires nothing in it."""
    path = api.engine(resource_management_config={"management_type": kind, **settings})
    api.now += 1000
    assert api.get(path)["status"] == "Active"
