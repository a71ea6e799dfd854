"""One client, whatever becomes of its event loops, its process and its threads."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
import trio

from emissary_client_sdk import EmissaryClient, RetryConfig, SDKHooks, errors

from ..support.answers import KEY, well_behaved
from ..support.processes import run_program
from ..support.rawserver import RawServer, answering
from ..support.workers import work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..support.calling import Call


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Give a server that answers as the platform would."""
    with RawServer(answering(well_behaved)) as running:
        yield running


async def two_calls(client: EmissaryClient) -> None:
    """Make two calls, which share a connection."""
    for _ in range(2):
        assert await client.training_jobs.list_async(project_id="project") == []


def test_one_event_loop_after_another(server: RawServer) -> None:
    """Each has connections of its own, which end with it, on asyncio and on trio."""
    client = EmissaryClient(KEY, server_url=server.url)
    for number in range(1, 3):
        asyncio.run(two_calls(client))
        assert server.connections == 2 * number - 1
        assert server.wait_until_open(0)
        trio.run(two_calls, client)
        assert server.connections == 2 * number
        assert server.wait_until_open(0)
    client.close()


def test_event_loops_in_several_threads(server: RawServer) -> None:
    """One client serves them all at once, each on a connection of its own."""
    client = EmissaryClient(KEY, server_url=server.url)
    threads = [threading.Thread(target=asyncio.run, args=(two_calls(client),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (server.connections, len(server.requests)) == (4, 8)
    assert server.wait_until_open(0)


def test_synchronous_and_asynchronous_calls_of_one_client(server: RawServer) -> None:
    """Also from within the loop; closing it asynchronously closes both kinds of connections."""

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=server.url) as client:
            client.training_jobs.list(project_id="project")
            await two_calls(client)
            client.training_jobs.list(project_id="project")
            assert (server.connections, server.open_connections) == (2, 2)
        assert await asyncio.to_thread(server.wait_until_open, 0)

    asyncio.run(main())


@pytest.mark.parametrize("way", ["sync", "async", "trio"])
def test_a_fork(server: RawServer, way: str) -> None:
    """The child does not touch the parent's connections, and the parent's still work."""
    run_program("tests.transport.programs.forking", way, server.url)
    used: dict[str, set[int]] = {"parent": set(), "child": set()}
    for request in server.requests[1:]:
        used[request.headers["x-process"]].add(request.connection)
    assert len(server.requests) == 6
    assert used["parent"].isdisjoint(used["child"])
    if way != "trio":  # whose runs each have connections of their own anyway
        assert used["parent"] == {1}
        assert len(used["child"]) == 1
    assert server.wait_until_open(0)


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio", "sync+asyncio+trio"])
def test_a_program_that_never_closes_its_client(server: RawServer, way: str) -> None:
    """It ends without a warning, and each connection has been closed."""
    run_program("tests.transport.programs.leaving", way, server.url)
    assert server.connections == len(way.split("+"))
    assert server.wait_until_open(0)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_client_in_a_spawned_process(server: RawServer, way: Any) -> None:
    """It gets there as its configuration, after calls and with a connection open."""
    with EmissaryClient(KEY, server_url=server.url) as client:
        client.training_jobs.list(project_id="project")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            process, ids = pool.submit(work, client, way).result()
        client.training_jobs.list(project_id="project")
    assert process != os.getpid()
    assert ids == ["job", "job"]
    assert server.connections == 2
    assert {request.headers["x-api-key"] for request in server.requests} == {KEY}


def test_a_pickled_client_is_as_it_was_configured(call: Call, server: RawServer) -> None:
    """Except for its connections; an open one stays with the original."""
    config = RetryConfig("none", None, retry_connection_errors=False)
    with EmissaryClient(KEY, server_url=server.url, retry_config=config, timeout_ms=1234, hooks=SDKHooks()) as client:
        call(client, "list")
        with pickle.loads(pickle.dumps(client)) as copy:  # noqa: S301  # it was made just there
            assert copy.sdk_configuration.retry_config == config
            assert copy.sdk_configuration.timeout_ms == 1234
            assert repr(copy) == repr(client)
            call(copy, "list")
            assert server.connections == 2
            call(client, "list")
            assert server.connections == 2


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_a_client_with_a_caller_s_own_cannot_be_pickled(call: Call, library: Any) -> None:
    """It holds open connections, and the error says so."""
    with call.http_client(library) as http:
        client = EmissaryClient(KEY, **call.using(http))
        name = "async_client" if call.is_async else "client"
        with pytest.raises(TypeError, match=f"with a {name} of the caller's cannot be pickled"):
            pickle.dumps(client)


def test_a_closed_client_stays_closed_when_it_is_pickled(call: Call, server: RawServer) -> None:
    """Whoever unpickles it cannot make calls with it either."""
    client = EmissaryClient(KEY, server_url=server.url)
    client.close()
    copy = pickle.loads(pickle.dumps(client))  # noqa: S301  # it was made just there
    with pytest.raises(errors.ClientClosedError):
        call(copy, "list")
    assert server.connections == 0
