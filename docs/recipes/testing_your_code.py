"""Code of yours, and its tests on the emulator."""

import pytest

from emissary_client_sdk import EmissaryClient, NoResponseError
from emissary_client_sdk.emulator import Server


def start_once(emissary: EmissaryClient, name: str) -> str | None:
    """Start the job of this name, unless there is one: the code under test."""
    for job in emissary.training_jobs.list(project_id="reviews"):
        if job.name == name:
            return job.id
    created = emissary.training_jobs.create(
        project_id="reviews",
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": "ds-reviews",
            "name": name,
        },
    )
    return created.id


def test_a_job_is_started_once(emissary_client: EmissaryClient) -> None:
    """The second call finds the job of the first."""
    first = start_once(emissary_client, "nightly")
    assert first is not None
    assert start_once(emissary_client, "nightly") == first


def test_a_lost_answer_costs_nothing_twice(
    emissary_client: EmissaryClient, emissary_emulator: Server
) -> None:
    """The job whose creation went unanswered is found the next time."""
    emissary_emulator.faults.add(operation="create", drop="after")
    with pytest.raises(NoResponseError) as raised:
        start_once(emissary_client, "nightly")
    assert raised.value.request_may_have_been_processed
    assert start_once(emissary_client, "nightly") is not None
    assert len(emissary_client.training_jobs.list(project_id="reviews")) == 1


def test_an_outage_is_survived(
    emissary_client: EmissaryClient, emissary_emulator: Server
) -> None:
    """Two refusals are waited for."""
    emissary_emulator.faults.add(status=503, retry_after=0.01, times=2)
    assert start_once(emissary_client, "nightly") is not None
