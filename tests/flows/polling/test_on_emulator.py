"""Waiting and watching with the drivers, on the emulator."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, emulator, models

from ...support.answers import BODY, KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...support.calling import Call

POLLING: dict[str, Any] = {"project_id": "p", "poll_interval_ms": 40}
every_mode = pytest.mark.parametrize("call", ["sync", "async", "trio"], indirect=True)


@pytest.fixture
def platform() -> Iterator[emulator.Server]:
    """Run an emulator whose jobs take a moment."""
    with emulator.serve(job_seconds=0.3) as server:
        yield server


def create(client: EmissaryClient, **parameters: str) -> str:
    """Create a job and return its ID."""
    return client.training_jobs.create(
        project_id="p",
        request_body=models.CreateTrainingJobRequestBody.model_validate({**BODY, "parameters": parameters}),
    ).id


@every_mode
def test_wait_survives_faults(client: EmissaryClient, call: Call, platform: emulator.Server) -> None:
    """A wait reports each change, survives faults and returns the final state."""
    job_id = create(client)
    platform.faults.add(status=503, times=2, operation="retrieve")
    platform.faults.add(drop="before", times=2, operation="retrieve")
    seen: list[models.TrainingJobDetail] = []
    job = call(client, "wait", training_job_id=job_id, on_update=seen.append, **POLLING)
    assert job.status == "Success"
    assert seen[-1] == job


@every_mode
def test_watch_yields_all_changes(client: EmissaryClient, call: Call) -> None:
    """A watch yields all changes and ends with the job."""
    changes = call.collect(client, "watch", training_job_id=create(client), **POLLING)
    assert isinstance(changes[-1], models.StatusChanged)
    assert changes[-1].status == "Success"
    kinds = [change.__class__.__name__ for change in changes]
    assert kinds.count("LossAdded") == len(changes[-1].job.training_loss or ())
    assert kinds.count("CheckpointAdded") == 3


def test_cancelling_stops_the_wait_and_not_the_job(platform: emulator.Server) -> None:
    """Cancelling the task stops the wait, not the job."""

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            job_id = create(client)
            has_looked = asyncio.Event()

            def looked(_: Any) -> None:
                has_looked.set()

            options: dict[str, Any] = {**POLLING, "on_update": looked}
            waiting = asyncio.create_task(client.training_jobs.wait_async(training_job_id=job_id, **options))
            await has_looked.wait()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert (await client.training_jobs.wait_async(training_job_id=job_id, **POLLING)).status == "Success"

    asyncio.run(main())
