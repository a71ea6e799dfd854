"""The emulator against the OpenAPI document. ``conftest`` compares the responses of every other test with it, too."""

from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, models
from emissary_client_sdk.emulator import routes

from ..contract.document import OPERATIONS, Operation, check, name_of
from .conftest import MODEL, RECORDS, Api, lines

EXAMPLES: dict[str, dict[str, Any]] = {
    "createDataset": {"file": {"file_name": "a.jsonl", "content": lines(RECORDS).encode()}},
    "createGRPOTrainingJob": {"test_functions": ["exact_match_shared"], "reward": {"exact_match_shared": 1}},
}


def test_routes_are_those_of_the_document() -> None:
    """IDs, names in the SDK, methods, paths and statuses agree."""
    described = [(one.id, f"{one.group}.{one.name}", one.http_method, one.path, one.success) for one in OPERATIONS]
    emulated = [(one.id, one.name, one.method, one.path, one.success) for one in routes.OPERATIONS]
    assert sorted(emulated) == sorted(described)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_operation_succeeds_through_the_sdk(api: Api, operation: Operation) -> None:
    """The response matches the document, and is not an empty list."""
    job = api.train(lines(RECORDS))
    if operation.name == "cancel":
        api.now -= 50
    engine = api.engine(base_model=MODEL)
    body = {"project_id": "p", "training_id": MODEL, "checkpoint": 0, "name": "d"}
    deployment = api.post(f"{engine}/deploy", body)["id"]
    api.now += 20
    if operation.name == "reactivate":
        api.post(f"{engine}/deactivate")
    dataset = api.get("/v1/projects/p/datasets")[0]["id"]
    known = {"project_id": "p", "dataset_id": dataset, "train_dataset_id": dataset, "base_model_name": MODEL}
    known |= {"training_job_id": job, "training_id": job, "engine_id": engine.rpartition("/")[2]}
    known |= {"deployment_id": deployment, "deployment_name": "d", "model": "d"}
    arguments: dict[str, Any] = {name: known[name] for name in operation.path_parameters}
    for content in operation.description.get("requestBody", {}).get("content", {}).values():
        example = {**content.get("example", {}), **EXAMPLES.get(operation.id, {})}
        fields = {name: known.get(name, value) for name, value in example.items()}
        arguments |= fields if "model" in fields else {"request_body": fields}

    async def checked(response: httpx.Response) -> None:
        await response.aread()
        check(response)

    async def call() -> Any:
        async with EmissaryClient("key", server_url="http://emulator", async_client=api.client) as client:
            return await operation.method(client, "_async")(**arguments)

    api.client.event_hooks = {"response": [checked]}
    result = api.loop.run_until_complete(call())
    schema = operation.result
    if schema is None:
        assert result is None
    else:
        result, schema = (result[0], schema["items"]) if "items" in schema else (result, schema)
        assert isinstance(result, getattr(models, name_of(schema)))
