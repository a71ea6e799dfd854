"""The SDK's client owns its HTTP clients: it opens them late, closes them, and leaves them out of pickles."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, RetryConfig, SDKHooks, errors

from ...support.answers import KEY
from ...support.calling import Call
from ...support.processes import descriptors

if TYPE_CHECKING:
    from ...support.rawserver import RawServer

every_way = pytest.mark.parametrize("call", ["sync", "async", "trio"], indirect=True)


def test_unused_client_opens_nothing(call: Call) -> None:
    """Nor does one whose arguments are refused."""
    before = descriptors()
    with EmissaryClient(KEY, hooks=SDKHooks()) as client, pytest.raises(ValueError, match="project_id"):
        call(client, "list", project_id="..")
    assert descriptors() == before


@every_way
def test_closed_client_makes_no_calls(call: Call, server: RawServer) -> None:
    """It may be closed repeatedly, in both modes; its copies are closed, too."""
    client = EmissaryClient(KEY, server_url=server.url)
    call(client, "list")
    call.close_client(client)
    assert server.wait_until_open(0)
    for _ in range(2):
        client.close()
        call.close_client(client)
    for closed in (client, pickle.loads(pickle.dumps(client))):  # noqa: S301  # made here
        with pytest.raises(errors.ClientClosedError, match="the client is closed"):
            call(closed, "list")
    assert len(server.requests) == 1
    assert repr(client) == f"<EmissaryClient closed {server.url}>"
    assert issubclass(errors.ClientClosedError, RuntimeError)


@pytest.mark.parametrize("call", ["sync", "async"], indirect=True)
def test_with_block_closes_both_clients(call: Call, server: RawServer) -> None:
    """Also if it fails."""
    client = EmissaryClient(KEY, server_url=server.url)

    def fail() -> None:
        with client:
            client.training_jobs.list(project_id="project")
            raise LookupError

    async def fail_async() -> None:
        async with client:
            await client.training_jobs.list_async(project_id="project")
            client.training_jobs.list(project_id="project")
            raise LookupError

    with pytest.raises(LookupError):
        call.run(fail_async if call.is_async else fail)
    assert server.wait_until_open(0)
    assert server.connections == (2 if call.is_async else 1)


@every_way
def test_dropped_client_closes_its_connections(call: Call, server: RawServer) -> None:
    """Once the event loop has ended."""
    with call:
        call(EmissaryClient(KEY, server_url=server.url), "list")
    gc.collect()
    assert server.wait_until_open(0)


def test_pickled_client_has_the_configuration_only(call: Call, server: RawServer) -> None:
    """Its connections stay with the original."""
    config = RetryConfig("none", None, retry_connection_errors=False)
    with EmissaryClient(KEY, server_url=server.url, retry_config=config, timeout_ms=1234, hooks=SDKHooks()) as client:
        call(client, "list")
        with pickle.loads(pickle.dumps(client)) as copy:  # noqa: S301  # made here
            assert copy.sdk_configuration.retry_config == config
            assert copy.sdk_configuration.timeout_ms == 1234
            assert repr(copy) == repr(client)
            call(copy, "list")
            call(client, "list")
            assert server.connections == 2


def test_client_of_a_caller_cannot_be_pickled(call: Call) -> None:
    """The error names the argument."""
    with call.http_client(httpx) as http, pytest.raises(TypeError, match=next(iter(call.using(http)))):
        pickle.dumps(EmissaryClient(KEY, **call.using(http)))


def work(client: EmissaryClient) -> tuple[int, list[str]]:
    """Make two calls in each mode in another process; return its ID and the IDs of the jobs."""
    with client, Call("sync") as sync_call, Call("async") as async_call:
        return os.getpid(), [call(client, "retrieve").id for call in (sync_call, async_call) for _ in range(2)]


def test_client_in_a_spawned_process(server: RawServer) -> None:
    """It works there with connections of its own."""
    with EmissaryClient(KEY, server_url=server.url) as client:
        client.training_jobs.list(project_id="project")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            process, ids = pool.submit(work, client).result()
    assert process != os.getpid()
    assert ids == ["job"] * 4
    assert server.connections == 3
    assert {request.headers["x-api-key"] for request in server.requests} == {KEY}
