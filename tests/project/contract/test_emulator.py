"""Every operation called on the emulator, in both modes: successes and documented errors match the document."""

import asyncio
import json
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, emulator, models

from .document import OPERATIONS, Operation, check, name_of
from .examples import ARGUMENTS

KEY = "the-only-key"
MODEL = "Llama-3.2-1B-Instruct"
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # not used; each client would load all certificates
EMBEDDING = "All-Mpnet-Base-V2-Embedding"
RECORDS = b"".join(
    b'{"prompt": "text %d", "completion": {"good": %d, "bad": %d}}\n' % (n, n % 2, 1 - n % 2) for n in range(50)
)

by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
in_both_modes = pytest.mark.parametrize("suffix", ["", "_async"], ids=["sync", "async"])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Return the URL of an emulator on which nothing takes time."""
    with emulator.serve(job_seconds=0, deploy_seconds=0, api_key=KEY) as server:
        yield server.url


@pytest.fixture(scope="module")
def slow_url() -> Iterator[str]:
    """Return the URL of an emulator whose jobs outlast the tests."""
    with emulator.serve(job_seconds=3600, api_key=KEY) as server:
        yield server.url


def call(operation: Operation, suffix: str, url: str, arguments: dict[str, Any], key: str = KEY) -> Any:
    """Call an operation's method, and check the response."""
    options: dict[str, Any] = {"api_key": key, "server_url": url, "retry_config": None}

    def synchronous() -> Any:
        def hook(response: httpx.Response) -> None:
            response.read()
            check(response)

        with (
            httpx.Client(event_hooks={"response": [hook]}, verify=TLS) as http,
            EmissaryClient(client=http, **options) as client,
        ):
            return operation.method(client)(**arguments)

    async def asynchronous() -> Any:
        async def hook(response: httpx.Response) -> None:
            await response.aread()
            check(response)

        async with (
            httpx.AsyncClient(event_hooks={"response": [hook]}, verify=TLS) as http,
            EmissaryClient(async_client=http, **options) as client,
        ):
            return await operation.method(client, "_async")(**arguments)

    return asyncio.run(asynchronous()) if suffix else synchronous()


def existing(operation: Operation, url: str) -> dict[str, Any]:
    """Create the resources that an operation needs, and return arguments that name them."""
    with EmissaryClient(api_key=KEY, server_url=url) as client:
        project_id = client.projects.create().id
        file: models.FileTypedDict = {"file_name": "a.jsonl", "content": RECORDS}
        dataset = client.datasets.create(project_id=project_id, request_body={"file": file})
        job = client.training_jobs.create(
            project_id=project_id, request_body={"base_model": MODEL, "train_dataset_id": dataset.id}
        )
        engine = client.engines.create(request_body={"base_model": MODEL})
        name = f"deployment of {project_id}"
        if operation.group == "engines" or operation.name == "reactivate":
            deployment = client.engines.deploy(
                engine_id=engine.id,
                request_body={"project_id": project_id, "training_id": MODEL, "checkpoint": 0, "name": name},
            )
        else:
            deployment = client.deployments.create(
                project_id=project_id, request_body={"training_job_id": MODEL, "checkpoint": 0, "name": name}
            )
        if operation.name == "reactivate":
            client.engines.deactivate(engine_id=engine.id)
    return {
        "base_model_name": MODEL,
        "project_id": project_id,
        "dataset_id": dataset.id,
        "training_job_id": job.id,
        "engine_id": engine.id,
        "deployment_id": deployment.id,
        "deployment_name": name,
    }


def arguments(operation: Operation, ids: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of an operation's method."""
    named = {name: ids[name] for name in operation.path_parameters}
    if operation.body is None:
        return named
    body = ARGUMENTS[operation.id]
    changes: dict[str, dict[str, Any]] = {
        "createDataset": {"file": {"file_name": "a.jsonl", "content": RECORDS}},
        "createTrainingJob": {"test_dataset_id": "ds", "test_functions": ["exact_match_shared"]},
        "createGRPOTrainingJob": {"test_functions": ["exact_match_shared"], "reward": {"exact_match_shared": 1}},
        "createEngine": {"base_model": MODEL},
        "deployOnEngine": {"project_id": ids["project_id"], "training_id": ids["training_job_id"], "checkpoint": 1},
        "unDeployFromEngine": {"deployment_name": ids["deployment_name"]},
        "createDeployment": {"training_job_id": ids["training_job_id"], "checkpoint": 1},
        "getEmbeddingsFromDeployment": {"model": EMBEDDING},
    }
    named_model = {"model": ids["deployment_name"]} if "model" in body else {}
    body = {**body, **named_model, **changes.get(operation.id, {})}
    if "name" in body:
        body["name"] = f"{operation.id} in {ids['project_id']}"
    return {**named, **(body if "model" in body else {"request_body": body})}


@by_operation
@in_both_modes
def test_success(url: str, slow_url: str, operation: Operation, suffix: str) -> None:
    """A call succeeds, and its result has something in it."""
    server = slow_url if operation.id == "cancelTrainingJobById" else url
    result = call(operation, suffix, server, arguments(operation, existing(operation, server)))
    if operation.result is None:
        assert result is None
    elif "items" in operation.result:
        assert result
        assert isinstance(result[0], getattr(models, name_of(operation.result["items"])))
    else:
        assert isinstance(result, getattr(models, name_of(operation.result)))


@by_operation
@in_both_modes
def test_invalid_key(url: str, operation: Operation, suffix: str) -> None:
    """A wrong key is a 401."""
    ids = dict.fromkeys((*operation.path_parameters, "project_id", "training_job_id", "deployment_name"), "none")
    with pytest.raises(models.APIErrorUnauthorized):
        call(operation, suffix, url, arguments(operation, ids), key="wrong")


# Operations that name something that can be missing: a resource in the path, or a model.
NAMING = [
    operation
    for operation in OPERATIONS
    if operation.path_parameters[1:]
    or operation.path_parameters in (("base_model_name",), ("engine_id",))
    or operation.id in ("retrieveProjectById", "deleteProjectById")
    or operation.description["tags"] == ["Inference"]
]


@pytest.mark.parametrize("operation", NAMING, ids=lambda operation: operation.id)
@in_both_modes
def test_missing_resource(url: str, operation: Operation, suffix: str) -> None:
    """A missing resource, or a model that is not deployed, is a 404."""
    ids = dict.fromkeys((*operation.path_parameters, "project_id", "training_job_id", "deployment_name"), "none")
    given = arguments(operation, ids)
    if "model" in given:
        given["model"] = "none"
    with pytest.raises(models.APIErrorNotFound) as raised:
        call(operation, suffix, url, given)
    assert raised.value.data.code


# What the SDK accepts and the platform refuses.
INVALID: dict[str, dict[str, Any]] = {
    "createProject": {"nested": json.loads("[" * 150 + "]" * 150)},
    "createDataset": {"file": {"file_name": "a.jsonl", "content": b"no JSON"}},
    "createTrainingJob": {"train_test_split_ratio": -1},
    "createGRPOTrainingJob": {"reward": {"exact_match_shared": 0.5}},
    "createEngine": {"emulator_outcome": "Nonsense"},
    "deployOnEngine": {"checkpoint": 99},
    "unDeployFromEngine": {"deployment_name": "none"},
    "createDeployment": {"checkpoint": 99},
    "getCompletionsFromDeployment": {"extra_body": {"prompt": 3}},
    "getChatCompletions": {"extra_body": {"messages": 3}},
    "getEmbeddingsFromDeployment": {"extra_body": {"input": 3}},
    "getClassificationFromDeployment": {"extra_body": {"input": 3}},
    "createExperiment": {"classes": []},
    "getRegression": {"extra_body": {"input": 3}},
    "getEntities": {"extra_body": {"input": 3}},
    "getToolCall": {"extra_body": {"input": 3}},
}


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.id in INVALID], ids=lambda operation: operation.id)
@in_both_modes
def test_invalid_input(url: str, operation: Operation, suffix: str) -> None:
    """Input that the SDK cannot check is a 400."""
    given = arguments(operation, existing(operation, url))
    changed = INVALID[operation.id]
    given = (
        {**given, **changed} if "model" in given else {**given, "request_body": {**given["request_body"], **changed}}
    )
    with pytest.raises(models.APIErrorInvalidInput):
        call(operation, suffix, url, given)


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if o.name in ("reactivate", "deactivate", "cancel")],
    ids=lambda operation: operation.id,
)
@in_both_modes
def test_state_conflict(url: str, operation: Operation, suffix: str) -> None:
    """Reactivating what is active, deactivating what is not, and cancelling what has ended is a 400."""
    ids = existing(operation, url)
    if operation.name != "cancel":
        call(operation, "", url, arguments(operation, ids))
    with pytest.raises(models.SDKError) as raised:
        call(operation, suffix, url, arguments(operation, ids))
    assert raised.value.status_code == 400
