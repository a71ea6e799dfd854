"""The emulator against the API description: its routes, and its responses to valid requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk.emulator.routes import OPERATIONS

from ..contract.document import document, findings, resolve
from .conftest import RECORDS, Api, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DESCRIBED: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if method in ("get", "post", "delete")
}
MODEL = "Llama-3.2-1B-Instruct"
JOB = {
    "base_model": MODEL,
    "test_dataset_id": "ds-test",
    "train_test_split_ratio": 20,
    "description": "A job of the tests",
    "parameters": {"num_train_epochs": 2, "learning_rate": 0.0002, "dynamic_loss": True, "scheduler": "cosine"},
    "task_type": "classification",
}
GRPO = {"test_functions": ["exact_match_shared", "length_ratio_shared"]}
CHAT = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}]}
SCHEDULE = {"timezone": "Europe/Berlin", "start_time": "10:00", "end_time": "18:00", "days": ["monday"]}
ENGINE = {
    "base_model": MODEL,
    "name": "an-engine",
    "resource_management_config": {"management_type": "schedule", "management_config": SCHEDULE},
}
FILE = {"file": ("data.jsonl", lines(RECORDS))}
BODIES: dict[str, Any] = {
    "createProject": {"name": "another"},
    "createTrainingJob": {**JOB, "train_dataset_id": "ds-train", "rebalance_data": {"good": 1, "bad": 1.5}},
    "createGRPOTrainingJob": {
        **JOB,
        **GRPO,
        "train_dataset_id": "ds-train",
        "reward": {"exact_match_shared": 0.25, "length_ratio_shared": 0.75},
    },
    "createEngine": ENGINE,
    "deployOnEngine": {"project_id": "{project_id}", "training_id": "{training_job_id}", "checkpoint": 1},
    "unDeployFromEngine": {"deployment_name": "on-engine"},
    "createDeployment": {"training_job_id": "{training_job_id}", "checkpoint": 1, "schedule": SCHEDULE},
    "getCompletionsFromDeployment": {"model": MODEL, "prompt": "One, two,"},
    "getChatCompletions": CHAT,
    "getEmbeddingsFromDeployment": {"model": MODEL, "input": ["one", "two"]},
    "getClassificationFromDeployment": {"model": MODEL, "input": "one"},
}


@pytest.fixture
def full() -> Iterator[tuple[Api, dict[str, str]]]:
    """Yield an emulator on which there is one of everything, and the ids."""
    api = Api(job_seconds=0, deploy_seconds=0)
    project = api.post("/v1/projects", {"name": "a-project"})["id"]
    place = f"/v1/projects/{project}"
    dataset = api.upload(lines(RECORDS), project)["id"]
    job = api.post(f"{place}/training-jobs", {**JOB, "name": "a-job", "train_dataset_id": dataset})["id"]
    deployment = api.post(f"{place}/deployments", {"training_job_id": job, "checkpoint": 3, "description": "x"})["id"]
    engine = api.post("/v1/engines", ENGINE)["id"]
    body = {"project_id": project, "training_id": job, "checkpoint": 1, "name": "on-engine"}
    api.post(f"/v1/engines/{engine}/deploy", body)
    yield (
        api,
        {
            "project_id": project,
            "dataset_id": dataset,
            "training_job_id": job,
            "deployment_id": deployment,
            "engine_id": engine,
            "base_model_name": MODEL,
        },
    )
    api.close()


def send(api: Api, operation_id: str, ids: Mapping[str, str], **options: Any) -> Any:
    """Send the request of an operation; return its response."""
    method, path, _ = DESCRIBED[operation_id]
    if operation_id == "createDataset":
        options["files"] = FILE
    elif operation_id in BODIES:
        body = BODIES[operation_id]
        options["json"] = {k: v.format(**ids) if isinstance(v, str) else v for k, v in body.items()}
    return api.send(method, path.format(**ids), **options)


def check(operation_id: str, response: Any) -> None:
    """Compare a response with its description."""
    responses: Mapping[str, Any] = DESCRIBED[operation_id][2]["responses"]
    status = response.status_code
    described: Any = resolve(responses.get(str(status)) or responses[f"{status // 100}XX"], document())
    content: Mapping[str, Any] = described.get("content", {})
    if not content:
        assert response.content == b""
        return
    media_type = response.headers["Content-Type"].partition(";")[0]
    assert findings((content.get(media_type) or content["*/*"])["schema"], response.json()) == []


def test_routes_are_those_of_the_description() -> None:
    """Ids, names in the SDK, methods, paths and statuses."""
    described = [
        (
            operation_id,
            f"{operation['x-speakeasy-group']}.{operation['x-speakeasy-name-override']}",
            method,
            path,
            [int(status) for status in operation["responses"] if status.startswith("2")],
        )
        for operation_id, (method, path, operation) in DESCRIBED.items()
    ]
    routes = [(route.id, route.name, route.method, route.path, [route.success]) for route in OPERATIONS]
    assert sorted(routes) == sorted(described)


@pytest.mark.parametrize("operation_id", DESCRIBED)
def test_success(full: tuple[Api, dict[str, str]], operation_id: str) -> None:
    """A valid request succeeds as described; the three state changes are refused as described."""
    api, ids = full
    response = send(api, operation_id, ids)
    refused = ("cancelTrainingJobById", "reactivateEngineById", "reactivateDeploymentById")
    if operation_id in refused:
        assert response.status_code == 400
    else:
        assert response.is_success, response.text
    check(operation_id, response)
    assert not response.content or response.json()


@pytest.mark.parametrize("operation_id", DESCRIBED)
def test_documented_errors(full: tuple[Api, dict[str, str]], operation_id: str) -> None:
    """401 without a key; 404 for ids that do not exist; 400 for a body that is not valid."""
    api, ids = full
    response = send(api, operation_id, ids, headers={"X-API-Key": ""})
    assert response.status_code == 401
    check(operation_id, response)
    method, path, operation = DESCRIBED[operation_id]
    if "{" in path.replace("{project_id}", ""):
        unknown = {**dict.fromkeys(ids, "x"), "project_id": ids["project_id"]}
        response = send(api, operation_id, unknown)
        assert response.status_code == 404
        check(operation_id, response)
    if "requestBody" in operation:
        response = api.send(method, path.format(**ids), content=b"{", headers={"Content-Type": "application/json"})
        assert response.status_code == 400
        check(operation_id, response)
