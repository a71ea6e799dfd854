"""A function and its tests on the emulator."""

import pytest

from emissary_client_sdk import EmissaryClient, NoResponseError
from emissary_client_sdk.emulator import Server


def start_once(emissary: EmissaryClient, name: str) -> str:
    """Start the job with this name, unless it exists: the code under test."""
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
    assert start_once(emissary_client, "nightly") == first


def test_a_lost_response_does_not_start_a_second_job(
    emissary_client: EmissaryClient, emissary_emulator: Server
) -> None:
    """A job whose creation raised an error is found by the next call."""
    emissary_emulator.faults.add(operation="create", drop="after")
    with pytest.raises(NoResponseError) as raised:
        start_once(emissary_client, "nightly")
    assert raised.value.request_may_have_been_processed
    start_once(emissary_client, "nightly")
    assert len(emissary_client.training_jobs.list(project_id="reviews")) == 1


def test_a_short_outage_is_retried(
    emissary_client: EmissaryClient, emissary_emulator: Server
) -> None:
    """Two refusals do not fail the call."""
    emissary_emulator.faults.add(status=503, retry_after=0.01, times=2)
    assert start_once(emissary_client, "nightly")
