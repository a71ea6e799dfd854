"""Waiting and watching over a real socket, synchronous and asynchronous by the same tests."""

import asyncio
import signal
import threading
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors, models

from ..support.answers import KEY
from ..support.calling import Call

JOB_SECONDS = 0.3
EVERY: dict[str, Any] = {"project_id": "p", "poll_interval_ms": 40}


@pytest.fixture
def platform() -> Any:
    """Give a platform on which a job takes a moment."""
    with emulator.serve(job_seconds=JOB_SECONDS) as server:
        yield server


def create(client: EmissaryClient, **parameters: str) -> str:
    """Create a job and give its id."""
    body: dict[str, Any] = {"base_model": "m", "train_dataset_id": "d", "parameters": parameters}
    job = client.training_jobs.create(project_id="p", request_body=body)  # type: ignore[arg-type]
    assert job.id is not None
    return job.id


def wait(call: Call, client: EmissaryClient, **arguments: Any) -> models.TrainingJobDetail:
    """Wait for a job in the way that the test runs in."""
    method = client.training_jobs.wait_async if call.is_async else client.training_jobs.wait
    job: models.TrainingJobDetail = call.run(lambda: method(**EVERY, **arguments))
    return job


def test_a_wait_gives_the_job_as_it_ended(client: EmissaryClient, call: Call) -> None:
    """It shows each change on its way."""
    seen: list[models.TrainingJobDetail] = []
    job = wait(call, client, training_job_id=create(client), on_update=seen.append)
    assert job.status == "Success"
    assert seen[-1] == job
    assert len(seen) > 1


def test_a_failed_job_is_an_error(client: EmissaryClient, call: Call) -> None:
    """It carries the job."""
    job_id = create(client, emulator_outcome="Failed")
    with pytest.raises(errors.TrainingJobFailed) as caught:
        wait(call, client, training_job_id=job_id)
    assert caught.value.job.id == job_id


def test_a_wait_survives_a_platform_in_trouble(client: EmissaryClient, call: Call, platform: emulator.Server) -> None:
    """Errors and dropped connections pass; a job that is not there does not."""
    job_id = create(client)
    platform.faults.add(status=503, times=2, operation="retrieve")
    platform.faults.add(drop="before", times=2, operation="retrieve")
    assert wait(call, client, training_job_id=job_id).status == "Success"
    with pytest.raises(errors.APIErrorNotFound):
        wait(call, client, training_job_id="no-such-job")


def test_past_the_deadline_the_job_goes_on(client: EmissaryClient, call: Call) -> None:
    """The wait is over, and the job is not cancelled."""
    job_id = create(client)
    with pytest.raises(errors.WaitTimeoutError):
        wait(call, client, training_job_id=job_id, total_timeout_ms=1)
    assert wait(call, client, training_job_id=job_id).status == "Success"


def test_an_update_may_be_a_coroutine(platform: emulator.Server) -> None:
    """It is awaited in wait_async, and refused in wait."""
    seen: list[int | None] = []

    async def update(job: models.TrainingJobDetail) -> None:
        await asyncio.sleep(0)
        seen.append(job.progress)

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            await client.training_jobs.wait_async(training_job_id=create(client), on_update=update, **EVERY)

    asyncio.run(main())
    assert seen[-1] == 100
    with EmissaryClient(KEY, server_url=platform.url) as client, pytest.raises(TypeError, match="_async"):
        client.training_jobs.wait(training_job_id=create(client), on_update=update, **EVERY)  # type: ignore[arg-type]


def test_a_watch_gives_the_changes(platform: emulator.Server) -> None:
    """All of them, ending with the job; the same in both ways."""

    async def watch(client: EmissaryClient, job_id: str) -> list[models.TrainingJobChange]:
        return [change async for change in client.training_jobs.watch_async(training_job_id=job_id, **EVERY)]

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            job_id = create(client)
            one_by_one = list(client.training_jobs.watch(training_job_id=job_id, **EVERY))
            at_once = await watch(client, job_id)
        for changes in (one_by_one, at_once):
            assert isinstance(changes[-1], models.StatusChanged)
            assert changes[-1].status == "Success"
            kinds = [type(change) for change in changes]
            assert kinds.count(models.LossAdded) == len(changes[-1].job.training_loss or ())
            assert kinds.count(models.CheckpointAdded) == 3

    asyncio.run(main())


def test_a_watch_survives_a_platform_in_trouble(platform: emulator.Server) -> None:
    """A connection that drops is asked again at the next look, in both ways."""

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            job_id = create(client)
            platform.faults.add(drop="before", operation="retrieve")
            one_by_one = list(client.training_jobs.watch(training_job_id=job_id, **EVERY))
            platform.faults.add(drop="before", operation="retrieve")
            at_once = [change async for change in client.training_jobs.watch_async(training_job_id=job_id, **EVERY)]
        for changes in (one_by_one, at_once):
            assert isinstance(changes[-1], models.StatusChanged)
            assert changes[-1].status == "Success"

    asyncio.run(main())


def test_a_watch_may_be_left(platform: emulator.Server) -> None:
    """Leaving the loop ends the watch; the client goes on."""

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            job_id = create(client)
            for _change in client.training_jobs.watch(training_job_id=job_id, **EVERY):
                break
            async for _change in client.training_jobs.watch_async(training_job_id=job_id, **EVERY):
                break
            assert (await client.training_jobs.wait_async(training_job_id=job_id, **EVERY)).status == "Success"

    asyncio.run(main())


def test_fifty_waits_share_one_client(platform: emulator.Server) -> None:
    """In one event loop, each for a job of its own."""

    async def main() -> list[models.TrainingJobDetail]:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            ids = [create(client) for _ in range(50)]
            return await asyncio.gather(
                *(client.training_jobs.wait_async(training_job_id=job_id, **EVERY) for job_id in ids)
            )

    assert [job.status for job in asyncio.run(main())] == ["Success"] * 50


def test_cancelling_the_task_stops_the_wait_only(platform: emulator.Server) -> None:
    """The job goes on to its end."""

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client:
            job_id = create(client)
            waiting = asyncio.create_task(client.training_jobs.wait_async(training_job_id=job_id, **EVERY))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert (await client.training_jobs.wait_async(training_job_id=job_id, **EVERY)).status == "Success"

    asyncio.run(main())


def test_ctrl_c_stops_the_wait_only(platform: emulator.Server) -> None:
    """At once, even in the middle of a long sleep; the job goes on to its end."""
    with EmissaryClient(KEY, server_url=platform.url) as client:
        job_id = create(client)
        timer = threading.Timer(0.1, signal.pthread_kill, [threading.get_ident(), signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            client.training_jobs.wait(
                project_id="p", training_job_id=job_id, poll_interval_ms=20_000, total_timeout_ms=20_000
            )
        timer.join()
        assert client.training_jobs.wait(training_job_id=job_id, **EVERY).status == "Success"
