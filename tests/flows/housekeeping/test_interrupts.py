"""Interrupted programs: jobs are cancelled on request, and temporary deployments are deleted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from emissary_client_sdk import EmissaryClient, errors, models

from ...support.answers import BODY, KEY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from emissary_client_sdk import emulator

    from ...support.calling import Call

WAIT: dict[str, Any] = {"project_id": "p", "poll_interval_ms": 1}
DEPLOYMENT: dict[str, Any] = {"training_job_id": "Llama-3.2-1B-Instruct", "checkpoint": 0}


@pytest.fixture
def quick(instant_platform: emulator.Server, call: Call) -> Iterator[EmissaryClient]:
    """A client of an empty platform on which nothing takes time."""
    instant_platform.reset()
    client = EmissaryClient(KEY, server_url=instant_platform.url)
    yield client
    call.close_client(client)


def _interrupt(_: models.TrainingJobDetail) -> None:
    task = None
    try:
        task = asyncio.current_task()
    except RuntimeError:
        raise KeyboardInterrupt from None
    assert task is not None
    task.cancel()


INTERRUPTS = (KeyboardInterrupt, asyncio.CancelledError)


@pytest.mark.parametrize("cancel_on_interrupt", [True, False])
def test_interrupt_cancels_the_job_on_request(client: EmissaryClient, call: Call, *, cancel_on_interrupt: bool) -> None:
    """An interrupt of ``create_and_wait`` goes on after the job was cancelled; by default the job continues."""
    options: dict[str, Any] = {**WAIT, "request_body": BODY, "cancel_on_interrupt": cancel_on_interrupt}
    with pytest.raises(INTERRUPTS):
        call(client, "create_and_wait", on_update=_interrupt, **options)
    (job,) = client.training_jobs.list(project_id="p")
    assert (job.status == "Cancelled") is cancel_on_interrupt


every_backend = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def run_cancelled(
    backend: str, server: emulator.Server, program: Callable[[EmissaryClient, anyio.CancelScope], Awaitable[None]]
) -> None:
    """Run a program that cancels its scope, on which each later ``await`` in the scope is cancelled as well."""

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=server.url) as client:
            with anyio.CancelScope() as scope:
                await program(client, scope)
            assert scope.cancelled_caught

    anyio.run(main, backend=backend)


@every_backend
def test_cancelled_scope_cancels_the_job(backend: str, platform: emulator.Server) -> None:
    """The request that cancels the job is shielded from the cancellation."""

    async def program(client: EmissaryClient, scope: anyio.CancelScope) -> None:
        def cancel(_: models.TrainingJobDetail) -> None:
            scope.cancel()

        options: dict[str, Any] = {**WAIT, "request_body": BODY, "on_update": cancel}
        await client.training_jobs.create_and_wait_async(cancel_on_interrupt=True, **options)

    run_cancelled(backend, platform, program)
    with EmissaryClient(KEY, server_url=platform.url) as client:
        (job,) = client.training_jobs.list(project_id="p")
    assert job.status == "Cancelled"


@every_backend
def test_cancelled_scope_deletes_the_temporary_deployment(backend: str, instant_platform: emulator.Server) -> None:
    """So is the request that deletes the deployment."""
    instant_platform.reset()

    async def program(client: EmissaryClient, scope: anyio.CancelScope) -> None:
        options: dict[str, Any] = {**WAIT, "request_body": DEPLOYMENT}
        async with client.deployments.temporary_async(**options):
            scope.cancel()
            await anyio.sleep_forever()

    run_cancelled(backend, instant_platform, program)
    with EmissaryClient(KEY, server_url=instant_platform.url) as client:
        assert client.deployments.list(project_id="p") == []


def test_failed_cancellation_warns(client: EmissaryClient, call: Call, platform: emulator.Server) -> None:
    """A job that could not be cancelled is named by a warning."""
    platform.faults.add(status=400, operation="cancel")
    options: dict[str, Any] = {**WAIT, "request_body": BODY, "cancel_on_interrupt": True}
    with pytest.raises(INTERRUPTS), pytest.warns(UserWarning, match=r"tr-\S+ could not be cancelled"):
        call(client, "create_and_wait", on_update=_interrupt, **options)


def test_interrupted_creation_warns(client: EmissaryClient, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt during the request that creates the job leaves it unknown whether the job exists."""
    if call.is_async:
        monkeypatch.setattr(client.sdk_configuration.async_client, "send", _cancelled)
    else:
        monkeypatch.setattr(client.sdk_configuration.client, "send", _interrupted)
    with pytest.raises(INTERRUPTS), pytest.warns(UserWarning, match="may exist"):
        call(client, "create_and_wait", request_body=BODY, cancel_on_interrupt=True, **WAIT)


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


async def _cancelled(*_: object, **__: object) -> None:
    raise asyncio.CancelledError


def test_errors_do_not_cancel_the_job(client: EmissaryClient, call: Call) -> None:
    """The end of the wait by an error leaves the job alone."""
    with pytest.raises(errors.WaitTimeoutError):
        call(client, "create_and_wait", request_body=BODY, cancel_on_interrupt=True, total_timeout_ms=1, **WAIT)
    (job,) = client.training_jobs.list(project_id="p")
    assert job.status != "Cancelled"


def hold(call: Call, client: EmissaryClient, body: Any, failure: BaseException | None = None, **more: Any) -> Any:
    """Hold a temporary deployment, list it within the block, and end the block with a failure."""
    options: dict[str, Any] = {**WAIT, "request_body": body, **more}
    seen: list[Any] = []

    def look(deployment: Any) -> None:
        seen.extend([deployment, client.deployments.list(project_id="p")])
        if failure is not None:
            raise failure

    async def held() -> None:
        async with client.deployments.temporary_async(**options) as deployment:
            look(deployment)

    if call.is_async:
        call.run(held)
    else:
        with client.deployments.temporary(**options) as deployment:
            look(deployment)
    return seen


def test_temporary_deployment_is_deleted(quick: EmissaryClient, call: Call) -> None:
    """A temporary deployment is ready in the block, has a marked name, and is deleted at the end."""
    deployment, listed = hold(call, quick, {**DEPLOYMENT, "name": "trial"})
    assert deployment.status == "Deployed"
    assert deployment.name.startswith("trial-temporary-")
    assert deployment.is_temporary
    assert [each.id for each in listed] == [deployment.id]
    assert quick.deployments.list(project_id="p") == []


@pytest.mark.parametrize("failure", [ZeroDivisionError(), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_temporary_deployment_is_deleted_after_an_exception(
    quick: EmissaryClient, call: Call, failure: BaseException
) -> None:
    """An exception of the block deletes the deployment, and goes on."""
    if call.is_async and isinstance(failure, KeyboardInterrupt):
        failure = asyncio.CancelledError()  # what Ctrl-C is in a task
    body = models.CreateDeploymentRequestBody(**DEPLOYMENT)
    with pytest.raises(type(failure)):
        hold(call, quick, body, failure)
    assert quick.deployments.list(project_id="p") == []


def test_temporary_deployment_is_deleted_after_a_lost_response(
    quick: EmissaryClient, call: Call, instant_platform: emulator.Server
) -> None:
    """If the response to the creation is lost, the deployment is found by its name."""
    instant_platform.faults.add(drop="after", operation="deployments.create")
    with pytest.raises(errors.NoResponseError):
        hold(call, quick, DEPLOYMENT)
    assert quick.deployments.list(project_id="p") == []


def test_refused_temporary_deployment(quick: EmissaryClient, call: Call, instant_platform: emulator.Server) -> None:
    """A refused creation leaves nothing to delete."""
    instant_platform.faults.add(status=400, operation="deployments.create")
    with pytest.raises(errors.APIErrorInvalidInput):
        hold(call, quick, DEPLOYMENT)


def test_temporary_deployment_that_cannot_be_deleted(
    quick: EmissaryClient, call: Call, instant_platform: emulator.Server
) -> None:
    """A failed deletion is an error; after an exception of the block it is a warning; one that is gone is neither."""
    instant_platform.faults.add(status=400, times=2, operation="deployments.delete")
    with pytest.raises(errors.APIErrorInvalidInput):
        hold(call, quick, DEPLOYMENT)
    with pytest.raises(ZeroDivisionError), pytest.warns(UserWarning, match="could not be deleted") as warned:
        hold(call, quick, DEPLOYMENT, ZeroDivisionError())
    assert warned[0].filename == __file__
    instant_platform.faults.add(status=404, operation="deployments.delete")
    hold(call, quick, DEPLOYMENT)


def test_invalid_arguments_send_nothing(quick: EmissaryClient, call: Call) -> None:
    """An invalid interval or body is refused before anything is created."""
    with pytest.raises(TypeError, match="request_body must be"):
        hold(call, quick, 5)
    with pytest.raises(ValueError, match="poll_interval_ms"):
        hold(call, quick, DEPLOYMENT, poll_interval_ms=0)
    assert quick.deployments.list(project_id="p") == []
