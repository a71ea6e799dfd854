"""The main job: create a training job, follow it to its end, list its checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import EmissaryClient, emulator, models

from ..support.answers import BODY, KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..support.calling import Call

JOB_SECONDS = 100.0


class Clock:
    """The time that the emulator sees; it passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time in UNIX seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still."""
    return Clock()


@pytest.fixture
def stepped(clock: Clock, call: Call) -> Iterator[EmissaryClient]:
    """Give a client of an emulator that goes by the clock."""
    with emulator.serve(job_seconds=JOB_SECONDS, clock=clock) as server:
        client = EmissaryClient(api_key=KEY, server_url=server.url)
        yield client
        call.close_client(client)


def follow(call: Call, client: EmissaryClient, clock: Clock, job_id: str) -> list[models.TrainingJobDetail]:
    """Retrieve a job every five seconds until it has ended; gives all that was seen."""
    seen: list[models.TrainingJobDetail] = []
    while not seen or not (seen[-1].status and seen[-1].status.is_terminal):
        seen.append(call(client, "retrieve", training_job_id=job_id))
        clock.now += 5
        assert len(seen) < 100
    return seen


def test_the_whole_life_of_a_job(call: Call, stepped: EmissaryClient, clock: Clock) -> None:
    """It goes from Pending to Success with a growing progress and a falling loss, and leaves checkpoints."""
    job = call(stepped, "create")
    seen = follow(call, stepped, clock, job.id)
    statuses = list(dict.fromkeys(detail.status for detail in seen))
    assert statuses == ["Pending", "Running", "Testing", "Success"]
    progress = [detail.progress or 0 for detail in seen]
    assert (progress, progress[0], progress[-1]) == (sorted(progress), 0, 100)
    losses = [point.loss for point in seen[-1].training_loss or [] if point.loss is not None]
    assert losses[-1] < losses[0] / 2

    checkpoints = call(stepped, "list_checkpoints", training_job_id=job.id)
    assert [checkpoint.checkpoint for checkpoint in checkpoints] == [1, 2, 3]
    last = checkpoints[-1]
    assert isinstance(last, models.TrainingJobCheckpoint)
    assert last.model_download_url
    assert last.test_results is not None
    assert last.test_results.aggregated_test_result

    with pytest.raises(models.APIErrorInvalidInput, match="has ended already"):
        call(stepped, "cancel", training_job_id=job.id)
    call(stepped, "delete", training_job_id=job.id)
    assert call(stepped, "list") == []


def test_a_job_that_fails(call: Call, stepped: EmissaryClient, clock: Clock) -> None:
    """Its end is seen as one, and its progress stops short."""
    body = {**BODY, "parameters": {"emulator_outcome": "Failed"}}
    job = call(stepped, "create", request_body=body)
    last = follow(call, stepped, clock, job.id)[-1]
    assert last.status is models.TrainingJobStatus.FAILED
    assert last.progress is not None
    assert last.progress < 100


def test_a_job_that_is_cancelled_while_it_runs(call: Call, stepped: EmissaryClient, clock: Clock) -> None:
    """It stays where it was, whatever time passes."""
    job = call(stepped, "create")
    clock.now += JOB_SECONDS / 2
    running = call(stepped, "retrieve", training_job_id=job.id)
    call(stepped, "cancel", training_job_id=job.id)
    clock.now += JOB_SECONDS
    cancelled = call(stepped, "retrieve", training_job_id=job.id)
    assert (running.status, cancelled.status) == ("Running", "Cancelled")
    assert 0 < running.progress == cancelled.progress < 100


def test_a_job_from_an_earlier_job_s_checkpoint(call: Call, stepped: EmissaryClient) -> None:
    """The new job names the one that it came from."""
    first = call(stepped, "create", request_body={**BODY, "name": "first"})
    body = {**BODY, "base_model": first.id, "base_model_option": "fine-tuned", "checkpoint": 2}
    second = call(stepped, "create", request_body=body)
    assert second.base_model_option is models.BaseModelOption.FINE_TUNED
    assert (second.base_fine_tuned_model, second.base_fine_tuned_model_checkpoint) == (first.id, 2)
