"""``training_jobs.evaluate_checkpoints``: nothing stays deployed, whatever happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk.classification import Classification

from ...support.answers import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emissary_client_sdk import emulator

    from ...support.calling import Call

LABELLED = b'{"prompt": "a", "completion": {"x": 1, "y": 0}}\n{"prompt": "b", "completion": {"x": 0, "y": 1}}\n'
EXACT: Any = {"poll_interval_ms": 10, "total_timeout_ms": 60_000}


class Job:
    """A finished training job on a platform on which nothing takes time."""

    def __init__(self, server: emulator.Server, call: Call, client: EmissaryClient) -> None:
        self.server = server
        self.client = client
        self._call = call
        self.id = self.create("classification")

    def create(self, task_type: str, **parameters: Any) -> str:
        """Create a job; return its id."""
        body: Any = {
            "base_model": "llama",
            "train_dataset_id": "d",
            "name": "reviews",
            "task_type": task_type,
            "parameters": {"num_train_epochs": 7, **parameters},
        }
        return self.client.training_jobs.create(project_id="p", request_body=body).id

    def evaluate(self, job: str | None = None, file: Any = LABELLED, **arguments: Any) -> Any:
        """Evaluate its checkpoints."""
        ids = {"project_id": "p", "training_job_id": job or self.id}
        return self._call(self.client, "evaluate_checkpoints", **ids, file=file, **{**EXACT, **arguments})

    @property
    def deployments(self) -> list[Any]:
        """The present deployments."""
        return self.client.deployments.list(project_id="p")


@pytest.fixture
def job(instant_platform: emulator.Server, call: Call) -> Iterator[Job]:
    """Return a job on an empty platform."""
    instant_platform.reset()
    client = EmissaryClient(KEY, server_url=instant_platform.url)
    yield Job(instant_platform, call, client)
    instant_platform.faults.clear()
    call.close_client(client)


def test_newest_checkpoints_are_evaluated_one_after_the_other(job: Job) -> None:
    """Their reports are in ascending order; each deployment is deleted before the next."""
    checkpoints = job.client.training_jobs.list_checkpoints(project_id="p", training_job_id=job.id)
    numbers = sorted(each.checkpoint for each in checkpoints)
    reports = job.evaluate(max_checkpoints=2)
    assert list(reports) == numbers[-2:]
    assert {report.records for report in reports.values()} == {2}
    assert {report.task for report in reports.values()} == {"classification"}
    names = [report.model.partition("-temporary-")[0] for report in reports.values()]  # emissary cleanup finds these
    assert names == [f"reviews-checkpoint-{number}" for number in numbers[-2:]]
    assert job.deployments == []


@pytest.mark.parametrize(
    ("task_type", "file"),
    [
        ("regression", b'{"prompt": "a", "completion": 1}'),
        ("embedding", b'{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 1}'),
        ("text-generation", b'{"prompt": "a", "completion": "b"}'),
    ],
)
def test_task_is_that_of_the_job(job: Job, task_type: str, file: bytes) -> None:
    """Each task has its report."""
    (report,) = job.evaluate(job.create(task_type), file, max_checkpoints=1).values()
    assert (report.task, report.records) == (task_type, 1)
    assert job.deployments == []


@pytest.mark.parametrize(
    ("file", "arguments", "error", "message"),
    [
        ("missing.jsonl", {}, FileNotFoundError, "missing"),
        (b'{"prompt": "a"}', {}, ValueError, "line 1: the right answer is missing"),
        (LABELLED, {"max_checkpoints": 0}, ValueError, "max_checkpoints must be at least 1, not 0"),
        (LABELLED, {"max_checkpoints": "2"}, TypeError, "max_checkpoints must be an int"),
        (LABELLED, {"poll_interval_ms": -1}, ValueError, "poll_interval_ms"),
    ],
)
def test_nothing_is_deployed_for_invalid_arguments(
    job: Job, file: Any, arguments: Any, error: type[Exception], message: str, tmp_path: Path
) -> None:
    """A missing or invalid file, among others."""
    job.server.faults.add(operation="deployments.create", status=500, times=None)  # would be another error
    with pytest.raises(error, match=message):
        job.evaluate(file=tmp_path / file if isinstance(file, str) else file, **arguments)


def test_job_without_checkpoints(job: Job) -> None:
    """It is an error before anything is deployed."""
    job.server.faults.add(operation="training_jobs.list_checkpoints", status=200, body=[])
    with pytest.raises(ValueError, match=f"training job {job.id} has no checkpoints"):
        job.evaluate()


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("classification.create", {"status": 401}),
        ("deployments.retrieve", {"status": 404}),
        ("deployments.create", {"drop": "after"}),
        ("deployments.create", {"status": 400}),
    ],
    ids=["evaluation", "wait", "lost response", "refusal"],
)
def test_error_leaves_nothing_deployed(job: Job, operation: str, fault: Any) -> None:
    """The error has the reports so far. A deployment whose creation had no response is found by its name."""
    job.client.deployments.create(project_id="p", request_body={"training_job_id": job.id, "checkpoint": 1})
    job.server.faults.add(operation=operation, **fault)
    error: Any
    with pytest.raises(errors.EmissaryClientError) as caught:
        job.evaluate()
    error = caught.value
    assert error.completed == {}
    assert len(job.deployments) == 1


def test_reports_before_an_error_are_kept(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are an attribute of the error."""
    evaluate = vars(Classification)["_evaluate"]
    models: list[str] = []

    def second_fails(self: Classification, *, model: str, **arguments: Any) -> Any:
        models.append(model)
        if len(models) == 2:
            raise LookupError
        return evaluate(self, model=model, **arguments)

    monkeypatch.setattr(Classification, "_evaluate", second_fails)
    error: Any
    with pytest.raises(LookupError) as caught:
        job.evaluate(max_checkpoints=3)
    error = caught.value
    assert [report.model for report in error.completed.values()] == models[:1]
    assert job.deployments == []


@pytest.mark.parametrize("status", [404, 503])
def test_deletion_is_repeated_without_retries_of_other_calls(job: Job, status: int) -> None:
    """A deployment that stays costs money. One that is gone already need not be deleted."""
    job.server.faults.add(operation="deployments.delete", status=status)
    assert len(job.evaluate(max_checkpoints=1, retries=None)) == 1
    assert len(job.deployments) == (status == 404)


@pytest.mark.parametrize("has_failed", [False, True])
def test_deletion_that_fails(job: Job, *, has_failed: bool) -> None:
    """It is an error, with the reports so far; after another error it is a warning."""
    job.server.faults.add(operation="deployments.delete", status=400)
    if has_failed:
        job.server.faults.add(operation="classification.create", status=401)
        with pytest.raises(errors.APIErrorUnauthorized), pytest.warns(UserWarning, match="could not be deleted"):
            job.evaluate()
    else:
        with pytest.raises(errors.APIErrorInvalidInput):
            job.evaluate()


def test_interrupt_leaves_nothing_deployed(job: Job, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither Ctrl-C nor a cancellation."""
    interrupt = asyncio.CancelledError if call.is_async else KeyboardInterrupt

    def evaluate(*_: object, **__: object) -> Iterator[None]:
        assert len(job.deployments) == 1
        raise interrupt
        yield

    monkeypatch.setattr(Classification, "_evaluate", evaluate)
    with pytest.raises(interrupt):
        job.evaluate()
    assert job.deployments == []
