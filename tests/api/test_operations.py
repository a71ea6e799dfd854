"""The six methods against the emulator: what goes in, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import models

from ..support.answers import BODY

if TYPE_CHECKING:
    from emissary_client_sdk import EmissaryClient

    from ..support.calling import Call

FULL_BODY: dict[str, Any] = {
    **BODY,
    "test_dataset_id": "ds-test",
    "train_test_split_ratio": 0.2,
    "name": "a-job",
    "description": "A job of the tests",
    "parameters": {"num_train_epochs": 2, "learning_rate": 0.5, "dynamic_loss": True, "scheduler": "cosine"},
    "task_type": "classification",
    "test_functions": ["f1"],
    "rebalance_data": {"good": 1, "bad": 1.5},
}

every_way = pytest.mark.parametrize("call", ["sync", "async", "trio"], indirect=True)


@every_way
def test_create_gives_the_summary_of_a_new_job(call: Call, client: EmissaryClient) -> None:
    """What the caller said of it comes back."""
    job = call(client, "create", request_body=FULL_BODY)
    assert isinstance(job, models.TrainingJobSummary)
    assert job.id
    assert (job.name, job.base_model, job.status) == ("a-job", BODY["base_model"], models.TrainingJobStatus.PENDING)
    assert (job.task_type, job.train_dataset_name) == (models.TaskType.CLASSIFICATION, "ds-train")
    assert job.test_functions == ["f1"]


def test_create_takes_the_model_as_well_as_the_mapping(call: Call, client: EmissaryClient) -> None:
    """Both make the same job; a field that is not set is not sent."""
    jobs = [
        call(client, "create", request_body=body)
        for body in (FULL_BODY, models.CreateTrainingJobRequestBody(**FULL_BODY))
    ]
    first, second = (call(client, "retrieve", training_job_id=job.id) for job in jobs)
    assert first.hyper_parameters == second.hyper_parameters == FULL_BODY["parameters"]
    assert isinstance(first.hyper_parameters["dynamic_loss"], bool)
    assert isinstance(first.hyper_parameters["num_train_epochs"], int)
    assert first.test_dataset == second.test_dataset


@every_way
def test_list_gives_the_project_s_jobs(call: Call, client: EmissaryClient) -> None:
    """In the platform's order, and none of another project."""
    made = [call(client, "create") for _ in range(3)]
    call(client, "create", project_id="another")
    listed = call(client, "list")
    assert [job.id for job in listed] == [job.id for job in made]
    assert all(isinstance(job, models.TrainingJobSummary) for job in listed)
    assert call(client, "list", project_id="empty") == []


@pytest.mark.parametrize("method", ["retrieve", "get"])
def test_retrieve_gives_the_detail(call: Call, client: EmissaryClient, method: str) -> None:
    """By its present name and by the one of release 0.4."""
    made = call(client, "create", request_body=FULL_BODY)
    job = call(client, method, training_job_id=made.id)
    assert isinstance(job, models.TrainingJobDetail)
    assert (job.id, job.description) == (made.id, "A job of the tests")
    assert job.train_dataset is not None
    assert job.train_dataset.id == "ds-train"
    assert job.created_at == made.created_at
    assert job.created_at_datetime is not None
    assert job.created_at_datetime.timestamp() == job.created_at


@every_way
def test_delete_gives_nothing_and_the_job_is_gone(call: Call, client: EmissaryClient) -> None:
    """The job cannot be retrieved any more, nor deleted again."""
    job = call(client, "create")
    assert call(client, "delete", training_job_id=job.id) is None
    for method in ("retrieve", "delete"):
        with pytest.raises(models.APIErrorNotFound):
            call(client, method, training_job_id=job.id)


@every_way
def test_cancel_gives_nothing_and_the_job_is_cancelled(call: Call, client: EmissaryClient) -> None:
    """To cancel it again changes nothing, as after an answer that was lost."""
    job = call(client, "create")
    assert call(client, "cancel", training_job_id=job.id) is None
    cancelled = call(client, "retrieve", training_job_id=job.id)
    assert cancelled.status is models.TrainingJobStatus.CANCELLED
    assert cancelled.status.is_terminal
    assert call(client, "cancel", training_job_id=job.id) is None


def test_list_checkpoints_of_a_job_that_has_none(call: Call, client: EmissaryClient) -> None:
    """It is an empty list; those of a job that has some are in the test of its life."""
    job = call(client, "create")
    assert call(client, "list_checkpoints", training_job_id=job.id) == []


@pytest.mark.parametrize("project", ["<id>", "a/b", "ü ? # %2F", "..." * 20])
def test_an_id_is_one_segment_whatever_it_holds(call: Call, client: EmissaryClient, project: str) -> None:
    """It arrives as it was given, so the job is found again under it and nowhere else."""
    job = call(client, "create", project_id=project)
    assert call(client, "retrieve", project_id=project, training_job_id=job.id).id == job.id
    assert [found.id for found in call(client, "list", project_id=project)] == [job.id]
    assert call(client, "list", project_id="a") == []
