"""Several training jobs: waiting for all of them, and comparing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors, models

from ...support.answers import BODY, KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...support.calling import Call

IN_PROJECT = {"project_id": "p"}
POLLING: dict[str, Any] = {**IN_PROJECT, "poll_interval_ms": 20}


@pytest.fixture(scope="module")
def here() -> Iterator[emulator.Server]:
    """Run an emulator whose jobs take a moment."""
    with emulator.serve(job_seconds=0.1) as server:
        yield server


@pytest.fixture
def client(here: emulator.Server, call: Call) -> Iterator[EmissaryClient]:
    """Return a client of this emulator."""
    created = EmissaryClient(KEY, server_url=here.url)
    yield created
    call.close_client(created)


def create(client: EmissaryClient, name: str, **parameters: Any) -> str:
    """Create a job and return its ID."""
    body = {**BODY, "name": name, "parameters": parameters}
    return client.training_jobs.create(
        project_id="p", request_body=models.CreateTrainingJobRequestBody.model_validate(body)
    ).id


def test_wait_for_several_jobs(client: EmissaryClient, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """It returns the final states in the order of the IDs, reports each change, and shows each job."""
    ids = [create(client, name) for name in ("one", "two", "three")]
    seen: list[models.TrainingJobDetail] = []
    jobs = call(client, "wait_many", training_job_ids=ids, on_update=seen.append, progress=True, **POLLING)
    assert [(job.id, job.status) for job in jobs] == [(id_, "Success") for id_ in ids]
    assert {job.id for job in seen} == set(ids)
    shown = capsys.readouterr().err
    assert all(f"{name}: Success 100%" in shown for name in ("one", "two", "three"))


def test_one_failed_job_does_not_end_the_wait_for_others(client: EmissaryClient, call: Call) -> None:
    """The error comes after all jobs have ended, and has their final states."""
    ids = [create(client, "bad", emulator_outcome="Failed"), create(client, "good")]
    with pytest.raises(errors.TrainingJobFailed) as caught:
        call(client, "wait_many", training_job_ids=ids, **POLLING)
    assert caught.value.job.id == ids[0]
    assert [job.status for _, job in sorted(caught.value.completed.items())] == ["Failed", "Success"]
    jobs = call(client, "wait_many", training_job_ids=ids, raise_on_failure=False, **POLLING)
    assert [job.status for job in jobs] == ["Failed", "Success"]


def test_a_missing_job_ends_the_wait(client: EmissaryClient, call: Call) -> None:
    """An error that another poll would repeat ends the wait, and names the job."""
    with pytest.raises(errors.APIErrorNotFound) as caught:
        call(client, "wait_many", training_job_ids=["tr-missing"], **POLLING)
    assert vars(caught.value)["training_job_id"] == "tr-missing"


@pytest.mark.parametrize("method", ["wait_many", "compare"])
@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ("tr-1", "training_job_ids must be an iterable of str, not str"),
        ([1], "training_job_ids must be an iterable of str, not int"),
        ([], "training_job_ids must not be empty"),
        (["a", "b", "a"], "training_job_ids has 'a' more than once"),
    ],
)
def test_invalid_ids(method: str, ids: Any, message: str) -> None:
    """The error names the parameter, and nothing is sent."""
    with (
        EmissaryClient(KEY, server_url="http://127.0.0.1:1") as client,
        pytest.raises((TypeError, ValueError)) as error,
    ):
        getattr(client.training_jobs, method)(project_id="p", training_job_ids=ids)
    assert str(error.value).startswith(message)


def test_comparison_of_jobs(client: EmissaryClient, call: Call) -> None:
    """It shows what differs in columns, the best checkpoint of each job, and the best job."""
    ids = [create(client, f"rate-{rate}", learning_rate=rate, tag="same") for rate in (0.1, 0.2)]
    call(client, "wait_many", training_job_ids=ids, **POLLING)
    compared = call(client, "compare", training_job_ids=ids, **IN_PROJECT)
    assert (compared.metric, compared.largest) == ("accuracy", True)
    for id_, job in zip(ids, compared.jobs, strict=True):
        best = call(client, "best_checkpoint", training_job_id=id_, metric="accuracy", **IN_PROJECT)
        detail = call(client, "retrieve", training_job_id=id_, **IN_PROJECT)
        assert (job.checkpoint, job.metrics) == (best.checkpoint, best.metrics)
        assert (job.status, job.parameters) == ("Success", detail.hyper_parameters)
        assert job.final_loss == detail.training_loss[-1].loss
    assert compared.best is not None
    assert compared.best.metrics["accuracy"] == max(job.metrics["accuracy"] for job in compared.jobs)
    assert compared.to_dict()["best"] == compared.best.id
    header, *rows, note = str(compared).splitlines()
    assert header.split()[:4] == ["name", "id", "status", "learning_rate"]
    assert [row.split()[0] for row in rows] == ["rate-0.1", "rate-0.2"]
    assert note.startswith(f"best accuracy: {compared.best.name}; the same in all: ")
    assert "tag same" in note
    assert "rate-0.2" in compared._repr_html_()


def test_metric_of_a_comparison(client: EmissaryClient, call: Call) -> None:
    """A small loss is the best one; an unknown metric is an error that lists the others."""
    ids = [create(client, "one")]
    call(client, "wait_many", training_job_ids=ids, **POLLING)
    assert not call(client, "compare", training_job_ids=ids, metric="loss", **IN_PROJECT).largest
    assert call(client, "compare", training_job_ids=ids, metric="loss", largest=True, **IN_PROJECT).largest
    with pytest.raises(errors.MetricNotFoundError, match=r"'speed'; available: .*accuracy"):
        call(client, "compare", training_job_ids=ids, metric="speed", **IN_PROJECT)


def test_comparison_of_jobs_without_results(client: EmissaryClient, call: Call) -> None:
    """A job without checkpoints has no best one."""
    compared = call(client, "compare", training_job_ids=[create(client, "new")], **IN_PROJECT)
    assert (compared.metric, compared.best, compared.jobs[0].checkpoint) == (None, None, None)
    assert str(compared).splitlines()[0].split() == ["name", "id", "status", "final", "loss", "checkpoint"]
    assert compared.to_dict()["best"] is None
