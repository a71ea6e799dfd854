"""What the emulator answers, against the document."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator

from .document import OPERATIONS, Operation, findings

PROJECT = "a-project"
OF_A_JOB = [operation for operation in OPERATIONS if "training_job_id" in operation.path_parameters]
BODY: dict[str, Any] = {
    "base_model": "Llama-3.2-1B-Instruct",
    "train_dataset_id": "ds-train",
    "test_dataset_id": "ds-test",
    "train_test_split_ratio": 0.2,
    "name": "a-job",
    "description": "A job of the tests",
    "parameters": {
        "num_train_epochs": 2,
        "learning_rate": 0.0002,
        "dynamic_loss": True,
        "scheduler": "cosine",
    },
    "task_type": "classification",
    "test_functions": ["accuracy"],
    "rebalance_data": {"good": 1, "bad": 1.5},
}

by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


@pytest.fixture(scope="module")
def ended() -> Iterator[httpx.Client]:
    """Give a client of an emulator whose jobs end at once."""
    with (
        emulator.serve(job_seconds=0) as server,
        httpx.Client(base_url=server.url, headers={"X-API-Key": "key"}) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def running() -> Iterator[httpx.Client]:
    """Give a client of an emulator whose jobs outlast the tests."""
    with (
        emulator.serve(job_seconds=3600) as server,
        httpx.Client(base_url=server.url, headers={"X-API-Key": "key"}) as client,
    ):
        yield client


def operation_of(name: str) -> Operation:
    """Give an operation by its method's name."""
    return next(operation for operation in OPERATIONS if operation.name == name)


def send(
    client: httpx.Client, operation: Operation, job: str = "none", body: object = BODY, **options: Any
) -> httpx.Response:
    """Send an operation's request."""
    url = operation.url(project_id=PROJECT, training_job_id=job)
    if operation.has_body:
        options["json"] = body
    return client.request(operation.http_method, url, **options)


def create(client: httpx.Client) -> str:
    """Create a job, and give its id."""
    answer = send(client, operation_of("create"))
    return str(answer.json()["id"])


def check(operation: Operation, answer: httpx.Response) -> None:
    """Hold an answer against the document."""
    content = operation.response(answer.status_code).get("content")
    if content is None:
        assert answer.content == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    described = content.get(media_type) or content["*/*"]
    if media_type == "application/json":
        assert findings(described["schema"], answer.json()) == []


@by_operation
def test_success_of_an_ended_job(ended: httpx.Client, operation: Operation) -> None:
    """The answers about a job that has ended are what the document says; it can no longer be cancelled."""
    answer = send(ended, operation, create(ended))
    assert answer.status_code == (400 if operation.name == "cancel" else operation.success)
    check(operation, answer)


@by_operation
def test_success_of_a_running_job(running: httpx.Client, operation: Operation) -> None:
    """The answers about a job that has not ended are what the document says."""
    answer = send(running, operation, create(running))
    assert answer.status_code == operation.success
    check(operation, answer)


@pytest.mark.parametrize("name", ["list", "retrieve", "list_checkpoints"])
def test_answers_about_a_full_job(ended: httpx.Client, name: str) -> None:
    """The answers about an ended job have something in them to hold against the document."""
    job = create(ended)
    answer = send(ended, operation_of(name), job).json()
    assert answer
    if name == "retrieve":
        assert answer["training_loss"]
        assert answer["hyper_parameters"] == BODY["parameters"]


@by_operation
def test_without_a_key(ended: httpx.Client, operation: Operation) -> None:
    """Without a key each operation answers the documented 401."""
    answer = send(ended, operation, headers={"X-API-Key": ""})
    assert answer.status_code == 401
    check(operation, answer)


@pytest.mark.parametrize("operation", OF_A_JOB, ids=lambda operation: operation.name)
def test_of_no_job(ended: httpx.Client, operation: Operation) -> None:
    """Of a job that does not exist each operation answers the documented 404."""
    answer = send(ended, operation, "no-such-job")
    assert answer.status_code == 404
    check(operation, answer)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"base_model": "m"},
        {**BODY, "base_model": 1},
        {**BODY, "parameters": {"nested": {}}},
        {**BODY, "test_functions": "accuracy"},
        [],
        "text",
        None,
    ],
    ids=str,
)
def test_bodies_that_are_refused(ended: httpx.Client, body: object) -> None:
    """What the document does not let through as a body, the emulator refuses with the documented 400."""
    operation = operation_of("create")
    schema: dict[str, Any] = operation.description["requestBody"]["content"]["application/json"]["schema"]
    assert findings(schema, body)
    answer = send(ended, operation, body=body)
    assert answer.status_code == 400
    check(operation, answer)


def test_the_body_is_the_document_s() -> None:
    """The body that these tests create their jobs with is one that the document lets through."""
    described = operation_of("create").description["requestBody"]["content"]["application/json"]
    assert findings(described["schema"], BODY) == []
    assert findings(described["schema"], described["example"]) == []


def test_a_body_that_is_no_json(ended: httpx.Client) -> None:
    """A body that is no JSON is refused with the documented 400."""
    operation = operation_of("create")
    answer = ended.request(
        operation.http_method,
        operation.url(project_id=PROJECT),
        content=b"{",
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    check(operation, answer)


def test_a_body_that_is_too_large(ended: httpx.Client) -> None:
    """A body beyond the emulator's measure is refused as the document says."""
    operation = operation_of("create")
    answer = send(ended, operation, body={**BODY, "description": "x" * 2_000_000})
    assert answer.status_code == 413
    check(operation, answer)


@by_operation
def test_another_method(ended: httpx.Client, operation: Operation) -> None:
    """A method that a path does not have is refused as the document says."""
    answer = ended.request("PATCH", operation.url(project_id=PROJECT, training_job_id="none"))
    assert answer.status_code == 405
    check(operation, answer)
