"""The emulator against the API description: its routes, and responses with every field.

tests/contract calls each operation through the SDK; test_schema sends generated requests.
"""

from __future__ import annotations

from typing import Any

import pytest

from emissary_client_sdk.emulator.routes import OPERATIONS

from ..contract.document import document, findings
from .conftest import RECORDS, Api, lines

DESCRIBED: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if method in ("get", "post", "delete")
}
MODEL = "Llama-3.2-1B-Instruct"
SCHEDULE = {"timezone": "Europe/Berlin", "start_time": "10:00", "end_time": "18:00", "days": ["monday"]}


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


@pytest.mark.parametrize("elapsed", [0, 50, 90, 100])
def test_responses_with_every_field(api: Api, elapsed: float) -> None:
    """What is in a project and on an engine is as described, at each stage."""
    project = api.post("/v1/projects", {"name": "a-project"})["id"]
    place = f"/v1/projects/{project}"
    dataset = api.upload(lines(RECORDS), project)["id"]
    job = {
        "base_model": MODEL,
        "train_dataset_id": dataset,
        "test_dataset_id": "ds-test",
        "description": "A job of the tests",
        "parameters": {"num_train_epochs": 2, "learning_rate": 0.0002, "dynamic_loss": True, "scheduler": "cosine"},
        "task_type": "classification",
        "test_functions": ["exact_match_shared"],
        "reward": {"exact_match_shared": 1},
    }
    job_id = api.post(f"{place}/training-jobs/grpo", {**job, "name": "a-job"})["id"]
    config = {"management_type": "schedule", "management_config": SCHEDULE}
    engine = api.post("/v1/engines", {"base_model": MODEL, "name": "e", "resource_management_config": config})["id"]
    body = {"training_job_id": MODEL, "checkpoint": 0, "description": "x", "schedule": SCHEDULE}
    deployment = api.post(f"{place}/deployments", body)["id"]
    api.post(f"/v1/engines/{engine}/deploy", {"project_id": project, "training_id": MODEL, "checkpoint": 0})
    api.now += elapsed
    ids = {
        "project_id": project,
        "dataset_id": dataset,
        "training_job_id": job_id,
        "deployment_id": deployment,
        "engine_id": engine,
        "base_model_name": MODEL,
    }
    for method, path, operation in DESCRIBED.values():
        if method == "GET":
            response = api.get(path.format(**ids))
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert findings(schema, response) == []
            assert response or (path.endswith("/checkpoints") and elapsed == 0)
