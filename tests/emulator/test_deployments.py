"""Deployments and engines: their operations. test_lifecycle has their states."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DEPLOYMENTS, JOB, JOBS, RECORDS, Api, lines


def deploy(api: Api, job: str, **fields: Any) -> Any:
    """Deploy a checkpoint of a job."""
    return api.post(DEPLOYMENTS, {"training_job_id": job, "checkpoint": 3, **fields})


def engine(api: Api, **fields: Any) -> str:
    """Create an engine; return its path."""
    return "/v1/engines/" + str(api.post("/v1/engines", {"base_model": "llama", **fields})["id"])


def test_deployment_of_a_checkpoint(api: Api) -> None:
    """Its labels are those of the training data."""
    dataset = api.upload(lines(RECORDS))["id"]
    job = api.post(JOBS, {**JOB, "train_dataset_id": dataset, "task_type": "classification"})["id"]
    api.now += 100
    summary = deploy(api, job, name="mine", description="a try")
    created = int(api.now)
    assert summary == {"id": summary["id"], "name": "mine", "status": "Pending", "created_at": created}
    api.now += 10
    detail = api.get(f"{DEPLOYMENTS}/{summary['id']}")
    assert detail == {
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
    summary = deploy(api, "Qwen3-4B-Base", checkpoint=0)
    assert summary["name"] == "Qwen3-4B-Base"
    detail = api.get(f"{DEPLOYMENTS}/{summary['id']}")
    assert (detail["training_id"], detail["task_type"]) == ("Qwen3-4B-Base", "text-generation")
    assert "metadata" not in detail


def test_deployment_is_named_after_its_checkpoint(api: Api, job: str) -> None:
    """A number keeps the name unique."""
    assert [deploy(api, job)["name"] for _ in range(3)] == [
        "mine-checkpoint-3",
        "mine-checkpoint-3-2",
        "mine-checkpoint-3-3",
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "taken"}, "name: there is a deployment named 'taken' already"),
        ({"checkpoint": 4}, "checkpoint: training job '{job}' has no checkpoint 4; it has 1, 2, 3"),
        ({"training_job_id": "x"}, "there is no training job or base model 'x' in project 'p'"),
        ({"training_job_id": "HF_MODEL"}, "checkpoint: must be 0 for a base model, not 3"),
        ({"inactive_timeout": 0}, "inactive_timeout: must be a positive number of seconds, not 0"),
        ({"schedule": {"start_time": "8"}}, "schedule.start_time: must be"),
        ({"emulator_outcome": "Lost"}, "emulator_outcome: must be one of Deployed, Failed, TimedOut, not 'Lost'"),
    ],
)
def test_invalid_deployment(api: Api, job: str, fields: dict[str, Any], message: str) -> None:
    """Names are unique in all projects; job and checkpoint must exist."""
    api.post("/v1/projects/q/deployments", {"training_job_id": "HF_MODEL", "checkpoint": 0, "name": "taken"})
    body = {"training_job_id": job, "checkpoint": 3, **fields}
    assert api.error(400, "POST", DEPLOYMENTS, body).startswith(message.format(job=job))


def test_checkpoint_of_a_new_job_does_not_exist_yet(api: Api) -> None:
    """The message says so."""
    job = api.post(JOBS, JOB)["id"]
    error = api.error(400, "POST", DEPLOYMENTS, {"training_job_id": job, "checkpoint": 1})
    assert error.endswith("has no checkpoint 1; it has none yet")


@pytest.mark.parametrize("outcome", ["Failed", "TimedOut"])
def test_deployment_can_fail(api: Api, job: str, outcome: str) -> None:
    """A field of the request asks for it; a failed deployment cannot be reactivated."""
    path = f"{DEPLOYMENTS}/{deploy(api, job, emulator_outcome=outcome)['id']}"
    api.now += 10
    assert api.get(path)["status"] == outcome
    assert api.error(400, "POST", path + "/reactivate").endswith(f"its status is {outcome}")


def test_deactivated_deployment_can_be_reactivated(api: Api, job: str) -> None:
    """One that is up or coming up cannot."""
    path = f"{DEPLOYMENTS}/{deploy(api, job, inactive_timeout=60)['id']}"
    for elapsed, status in [(0, "Pending"), (5, "Deploying"), (5, "Deployed")]:
        api.now += elapsed
        error = api.error(400, "POST", path + "/reactivate")
        assert error == f"only a Deactivated deployment can be reactivated: its status is {status}"
    api.now += 60
    assert api.get(path)["status"] == "Deactivated"
    assert api.send("POST", path + "/reactivate").status_code == 204
    assert api.get(path)["status"] == "Reactivating"
    api.now += 10
    assert api.get(path)["status"] == "Deployed"


def test_deleted_deployment_is_gone(api: Api, job: str) -> None:
    """Every operation on it is a 404."""
    path = f"{DEPLOYMENTS}/{deploy(api, job)['id']}"
    assert api.send("DELETE", path).status_code == 204
    for method, rest in [("GET", ""), ("DELETE", ""), ("POST", "/reactivate")]:
        assert "there is no deployment" in api.error(404, method, path + rest)


def test_engine_and_its_deployments(api: Api, job: str) -> None:
    """An engine lists its deployments; undeploying is by name; deleting the engine deletes them."""
    config = {"management_type": "inactive_timeout", "management_config": {"inactive_duration": 60}}
    path = engine(api, name="mine", task_type="classification", resource_management_config=config)
    created = int(api.now)
    body = {"project_id": "p", "training_id": job, "checkpoint": 1}
    deployment = api.post(path + "/deploy", {**body, "name": "one"})
    api.post(path + "/deploy", {**body, "name": "two"})
    api.now += 10
    shared: dict[str, Any] = {"id": path.rpartition("/")[2], "name": "mine", "status": "Active", "base_model": "llama"}
    shared |= {"task_type": "classification", "server_type": "on-demand", "created_at": created}
    assert api.get("/v1/engines") == [{**shared, "deployment_counts": 2}]
    detail = api.get(path)
    assert [found["name"] for found in detail.pop("deployments")] == ["one", "two"]
    assert detail == {
        **shared,
        "base_model_option": "pre-trained",
        "last_access_timestamp": created,
        "resource_management_config": config,
    }
    assert api.get(f"{DEPLOYMENTS}/{deployment['id']}")["training_id"] == job
    assert api.send("POST", path + "/undeploy", json={"deployment_name": "one"}).status_code == 204
    error = api.error(400, "POST", path + "/undeploy", {"deployment_name": deployment["id"]})
    assert error.startswith("deployment_name: there is no deployment named 'dp-")
    assert [found["name"] for found in api.get(DEPLOYMENTS)] == ["two"]
    assert api.send("DELETE", path).status_code == 204
    assert api.get(DEPLOYMENTS) == api.get("/v1/engines") == []


def test_engines_can_be_filtered(api: Api) -> None:
    """Base model and task are filters; other parameters are ignored."""
    engine(api, name="one")
    engine(api, name="two", base_model="other", task_type="embedding")
    for query, names in [
        ({"base_model": "llama"}, ["one"]),
        ({"task_type": "embedding", "page": "1"}, ["two"]),
        ({"base_model": "llama", "task_type": "embedding"}, []),
    ]:
        assert [found["name"] for found in api.get("/v1/engines", params=query)] == names


def test_engine_is_deactivated_and_reactivated(api: Api, job: str) -> None:
    """Each is refused in any other state; a stopped engine stops its deployments and accepts no others."""
    path = engine(api)
    body = {"project_id": "p", "training_id": job, "checkpoint": 1}
    deployment = f"{DEPLOYMENTS}/{api.post(path + '/deploy', body)['id']}"
    creating = "its status is Creating"
    assert api.error(400, "POST", path + "/deactivate") == f"only an Active engine can be deactivated: {creating}"
    assert api.error(400, "POST", path + "/reactivate") == f"only an Inactive engine can be reactivated: {creating}"
    api.now += 20
    assert api.send("POST", path + "/deactivate").status_code == 204
    assert api.get(deployment)["status"] == "Deactivated"
    assert api.error(400, "POST", path + "/deploy", body) == "the engine is not running: its status is Inactive"
    assert api.send("POST", path + "/reactivate").status_code == 204
    assert (api.get(path)["status"], api.get(deployment)["status"]) == ("Creating", "Reactivating")
    api.now += 20
    assert api.send("POST", path + "/deactivate").status_code == 204
    assert api.send("POST", deployment + "/reactivate").status_code == 204
    assert api.get(path)["status"] == "Creating"


def test_engine_can_fail(api: Api) -> None:
    """A field of the request asks for it."""
    path = engine(api, emulator_outcome="Failed")
    api.now += 10
    assert api.get(path)["status"] == "Failed"
    assert api.error(400, "POST", path + "/reactivate").endswith("its status is Failed")


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/deploy", {"project_id": "p", "training_id": "x", "checkpoint": 1}),
        ("POST", "/undeploy", {"deployment_name": "x"}),
        ("POST", "/reactivate", None),
        ("POST", "/deactivate", None),
    ],
)
def test_engine_that_does_not_exist(api: Api, method: str, rest: str, body: object) -> None:
    """Every operation on it is a 404."""
    assert api.error(404, method, "/v1/engines/x" + rest, body) == "there is no engine 'x'"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"management_type": "inactive_timeout", "management_config": {"inactive_duration": 0}}, "inactive_duration: "),
        ({"management_type": "schedule", "management_config": {"days": ["someday"]}}, "days: must be some of monday"),
    ],
)
def test_invalid_engine_configuration(api: Api, config: dict[str, Any], message: str) -> None:
    """The message names the field."""
    error = api.error(400, "POST", "/v1/engines", {"base_model": "x", "resource_management_config": config})
    assert error.startswith("resource_management_config.management_config." + message)


def test_engine_accepts_a_configuration_without_settings(api: Api) -> None:
    """The API requires nothing in it."""
    for config in (
        {"management_type": "schedule"},
        {"management_type": "schedule", "management_config": {"days": None}},
        {"management_type": "inactive_timeout"},
        {"management_type": "inactive_timeout", "management_config": {"inactive_duration": None}},
    ):
        path = engine(api, resource_management_config=config)
        api.now += 1000
        assert api.get(path)["status"] == "Active"
