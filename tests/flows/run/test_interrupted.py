"""Interrupted runs: nothing is created twice, whatever happens to the requests and to the process."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, RunState, errors
from emissary_client_sdk._flows import creation

from ...support.answers import KEY
from ...support.rawserver import PATIENCE
from ...support.serving import serving
from .conftest import BASE_MODEL, FILE, STATE, write
from .gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Runs

CREATES = {
    "project": "/projects",
    "dataset": "/datasets",
    "training_job": "/training-jobs",
    "deployment": "/deployments",
}


class Interrupting(httpx.HTTPTransport):
    """Ends the first request that creates something as Ctrl-C does, before or after the platform has acted.

    :param path: End of the path of the request.
    """

    def __init__(self, path: str, *, after: bool) -> None:
        super().__init__()
        self.path = path
        self.after = after
        self.is_done = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, or end it."""
        if self.is_done or request.method != "POST" or not request.url.path.endswith(self.path):
            return super().handle_request(request)
        self.is_done = True
        if self.after:
            super().handle_request(request).read()
        raise KeyboardInterrupt


class AsyncInterrupting(httpx.AsyncHTTPTransport):
    """The same for asynchronous calls, which are cancelled."""

    def __init__(self, path: str, *, after: bool) -> None:
        super().__init__()
        self.sync = Interrupting(path, after=after)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, or end it."""
        if self.sync.is_done or request.method != "POST" or not request.url.path.endswith(self.sync.path):
            return await super().handle_async_request(request)
        self.sync.is_done = True
        if self.sync.after:
            await (await super().handle_async_request(request)).aread()
        raise asyncio.CancelledError


def interrupt(run: Runs, step: str, *, after: bool) -> None:
    """Start a run that is interrupted while it creates something."""
    transport = (AsyncInterrupting if run.call.is_async else Interrupting)(CREATES[step], after=after)
    with run.call.http_client(httpx, transport=transport) as http:
        client = EmissaryClient(KEY, server_url=run.server.url, **run.call.using(http))
        with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)):
            run(client)


def expire(step: str) -> None:
    """Change the state file as if the request had been sent long ago."""
    state = RunState.load(STATE)
    state.steps[step].requested_at = 0
    state.save()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for the effect of a request without pauses."""
    monkeypatch.setattr(creation, "_LOOK_INTERVAL", 0.001)


@pytest.mark.parametrize("step", CREATES)
def test_interrupt_after_the_platform_has_acted(run: Runs, step: str) -> None:
    """The resumed run finds what exists."""
    interrupt(run, step, after=True)
    assert run(resume=True).model
    assert run.created == [1, 1, 1, 1]


@pytest.mark.parametrize("step", CREATES)
def test_interrupt_before_the_platform_has_acted(run: Runs, step: str) -> None:
    """The resumed run stops, because it cannot know that, unless the request was incomplete or the user knows it."""
    interrupt(run, step, after=False)
    if step != "dataset":  # of which a part was sent at most
        expire(step)
        with pytest.raises(errors.NoResponseError, match=rf"the {step.replace('_', ' ')} 'reviews-.* may exist: "):
            run(resume=True)
    run(resume=True, create_again=True)
    assert run.created == [1, 1, 1, 1]


@pytest.fixture
def gateway(run: Runs) -> Iterator[Gateway]:
    """A gateway that holds the creation of training jobs."""
    with serving(Gateway(run.server.url, "/training-jobs")) as gateway:
        yield gateway
        gateway.released.set()


def test_create_that_outlasts_its_timeout(run: Runs, gateway: Gateway) -> None:
    """The resumed run looks for the job until it appears, although the gateway drops the Idempotency-Key."""
    client = EmissaryClient(KEY, server_url=gateway.url)
    with pytest.raises(errors.APITimeoutError):
        run(client, timeout_ms=300)
    assert run.created == [1, 1, 0, 0]
    state = RunState.load(STATE)
    assert 0 <= time.time() - state.steps["training_job"].requested_at < PATIENCE
    state.steps["training_job"].timeout = PATIENCE  # the machine may be slow
    state.save()
    gateway.is_released_by_list = True
    assert run(client, resume=True).model
    assert "train: looking for the effect of an interrupted request" in run.events
    assert gateway.passed.wait(PATIENCE)
    assert run.created == [1, 1, 1, 1]
    run.call.close_client(client)


def test_create_that_is_not_listed_in_time(run: Runs, gateway: Gateway) -> None:
    """The run stops, and a later one finds the job."""
    client = EmissaryClient(KEY, server_url=gateway.url)
    with pytest.raises(errors.APITimeoutError):
        run(client, timeout_ms=300)
    expire("training_job")
    with pytest.raises(errors.NoResponseError, match=r"training job 'reviews-.* may exist"):
        run(client, resume=True)
    gateway.released.set()
    assert gateway.passed.wait(PATIENCE)
    run(client, resume=True)
    assert run.created == [1, 1, 1, 1]
    run.call.close_client(client)


@pytest.mark.parametrize(
    "operation", ["projects.create", "datasets.create", "training_jobs.create", "deployments.create"]
)
def test_lost_response(run: Runs, operation: str) -> None:
    """The run looks at once and goes on."""
    run.server.faults.add(operation=operation, drop="after")
    run()
    assert run.created == [1, 1, 1, 1]


def test_name_in_use(run: Runs) -> None:
    """A refusal is followed by another look, which finds what an earlier request created."""
    interrupt(run, "deployment", after=False)
    state = RunState.load(STATE)
    job, project = state.id_of("training_job"), state.id_of("project")
    del state.steps["deployment"]
    state.save()
    body: Any = {"training_job_id": job, "checkpoint": 1, "name": state.name}
    deployment = run.client.deployments.create(project_id=project or "", request_body=body)
    run.server.faults.add(operation="deployments.create", status=409)
    assert run(resume=True).deployment_id == deployment.id


def test_name_in_use_by_another_run(run: Runs) -> None:
    """A deployment of another job is not taken for the run's own."""
    interrupt(run, "deployment", after=False)
    state = RunState.load(STATE)
    del state.steps["deployment"]
    state.save()
    body: Any = {"training_job_id": BASE_MODEL, "checkpoint": 0, "name": state.name}
    run.client.deployments.create(project_id=state.id_of("project") or "", request_body=body)
    run.server.faults.add(operation="deployments.create", status=409)
    with pytest.raises(errors.APIErrorConflict):
        run(resume=True)
    run.server.faults.clear()


@pytest.mark.parametrize("status", [400, 403, 429])
def test_refused_request_is_not_recorded(run: Runs, status: int) -> None:
    """The resumed run sends it again without a look."""
    run.server.faults.add(operation="training_jobs.create", status=status)
    with pytest.raises(errors.SDKError):
        run(retries=None)
    assert "training_job" not in RunState.load(STATE).steps
    run(resume=True, base_model="Qwen3-4B-Base", metric="loss")
    assert run.created == [1, 1, 1, 1]
    state = RunState.load(STATE)
    assert (state.options.base_model, state.options.metric) == ("Qwen3-4B-Base", "loss")


def test_options_that_come_too_late(run: Runs) -> None:
    """Options of steps that have begun must be the same."""
    with pytest.raises(errors.MetricNotFoundError):
        run(metric="rouge")
    with pytest.raises(ValueError, match=r"base_model 'Qwen3-4B-Base' contradicts the recorded run: 'Llama-3.2-1B-Ins"):
        run(resume=True, base_model="Qwen3-4B-Base")
    with pytest.raises(ValueError, match="test_file comes too late"):
        run(resume=True, test_file=FILE)
    assert run(resume=True, base_model=BASE_MODEL, metric="Loss").choice.startswith("smallest loss")
    with pytest.raises(ValueError, match=r"metric 'accuracy' contradicts the recorded run: 'Loss'"):
        run(resume=True, metric="accuracy")
    assert run.created == [1, 1, 1, 1]


def test_unfinished_run_is_not_replaced(run: Runs) -> None:
    """``new`` replaces it; a finished one is replaced without an option; another file never."""
    interrupt(run, "training_job", after=True)
    with pytest.raises(ValueError, match="unfinished run: continue it with resume, or start another with new"):
        run()
    assert [state.path for state in RunState.unfinished()] == [STATE]
    run(new=True)
    assert RunState.unfinished() == []
    run()
    assert run.created == [3, 3, 3, 2]
    STATE.write_text('{"name": 1}')
    choices: list[dict[str, Any]] = [{}, {"new": True}, {"resume": True}]
    for options in choices:
        with pytest.raises(ValueError, match=r"is not the state file of a run: name: .*; server_url: "):
            run(**options)
    assert STATE.read_text() == '{"name": 1}'


def test_changed_file_and_other_server(run: Runs) -> None:
    """A recorded run belongs to its data and its server; data that is uploaded is not needed any more."""
    interrupt(run, "project", after=True)
    content = Path(FILE).read_text()
    write([{"prompt": "another", "completion": {"positive": 1}}])
    with pytest.raises(ValueError, match=r"reviews.jsonl has changed since the run began"):
        run(resume=True)
    Path(FILE).write_text(content)
    with pytest.raises(ValueError, match=r"records a run on http://127.0.0.1:.*, not on http://127.0.0.1:9"):
        run(resume=True, server_url="http://127.0.0.1:9")
    run(resume=True)
    Path(FILE).unlink()
    assert run(file=None, state=STATE, resume=True).model


def test_run_that_another_process_continues(run: Runs) -> None:
    """The process that loses the run stops before it creates anything."""

    def on_event(event: object) -> None:
        if str(event) == "upload: started":
            state = RunState.load(STATE)
            state.start()

    with pytest.raises(BlockingIOError, match="another process continues this run"):
        run(on_event=on_event)
    assert run.created == [1, 0, 0, 0]
