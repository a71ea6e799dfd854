"""Closing a client, and not closing it."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import anyio
import pytest
import trio

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import KEY, METHODS, well_behaved
from ..support.calling import Call
from ..support.processes import descriptors
from ..support.rawserver import RawServer, answering

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Give a server that answers as the platform would."""
    with RawServer(answering(well_behaved)) as running:
        yield running


every_way = pytest.mark.parametrize("call", ["sync", "async", "trio"], indirect=True)


def test_close_closes_the_connection(call: Call, server: RawServer) -> None:
    """While the event loop still lives, where there is one."""
    client = EmissaryClient(KEY, server_url=server.url)
    call(client, "list")
    assert server.open_connections == 1
    call.close_client(client)
    assert server.wait_until_open(0)


@every_way
def test_close_may_be_called_again(call: Call, server: RawServer) -> None:
    """In any order, before and after calls; nothing happens any more."""
    client = EmissaryClient(KEY, server_url=server.url)
    call(client, "list")
    client.close()
    client.close()
    call.close_client(client)
    asyncio.run(client.aclose())
    asyncio.run(client.aclose())
    client.close()
    with call:
        pass
    assert server.wait_until_open(0)


@every_way
@pytest.mark.parametrize("used", [False, True])
def test_a_closed_client_makes_no_calls(call: Call, server: RawServer, *, used: bool) -> None:
    """Of no method; the error is a RuntimeError too."""
    client = EmissaryClient(KEY, server_url=server.url)
    if used:
        call(client, "list")
    call.close_client(client)
    before = len(server.requests)
    for method in METHODS:
        with pytest.raises(errors.ClientClosedError, match="the client is closed"):
            call(client, method)
    assert len(server.requests) == before
    assert repr(client) == f"<EmissaryClient closed {server.url}>"
    assert issubclass(errors.ClientClosedError, RuntimeError)


def test_with_closes_at_the_end(server: RawServer) -> None:
    """Also when the block fails; the error is not swallowed."""
    client = EmissaryClient(KEY, server_url=server.url)

    def fail() -> None:
        with client:
            client.training_jobs.list(project_id="project")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert server.wait_until_open(0)
    with pytest.raises(errors.ClientClosedError):
        client.training_jobs.list(project_id="project")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async_with_closes_at_the_end(server: RawServer, backend: str) -> None:
    """Also when the block fails; the connection is closed when the block is left."""

    async def main() -> None:
        client = EmissaryClient(KEY, server_url=server.url)

        async def fail() -> None:
            async with client:
                await client.training_jobs.list_async(project_id="project")
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        assert await anyio.to_thread.run_sync(server.wait_until_open, 0)
        with pytest.raises(errors.ClientClosedError):
            await client.training_jobs.list_async(project_id="project")

    anyio.run(main, backend=backend)


def let_go_within(server: RawServer, backend: str, *, close: bool) -> None:
    """Let go of a client within its loop; the loop has to close its connections as soon as it comes to it."""

    async def main() -> None:
        client = EmissaryClient(KEY, server_url=server.url)
        await client.training_jobs.list_async(project_id="project")
        if close:
            client.close()
        del client
        gc.collect()
        assert await anyio.to_thread.run_sync(server.wait_until_open, 0)

    anyio.run(main, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_client_that_is_closed_within_its_loop(server: RawServer, backend: str) -> None:
    """A synchronous close closes the loop's connections, and nobody warns."""
    let_go_within(server, backend, close=True)


def test_a_closed_client_whose_trio_is_over(server: RawServer) -> None:
    """There is nothing left to close."""
    client = EmissaryClient(KEY, server_url=server.url)

    async def main() -> object:
        await client.training_jobs.list_async(project_id="project")
        return trio.lowlevel.current_trio_token()

    token = anyio.run(main, backend="trio")  # held, so that the client still knows of the run
    client.close()
    assert server.wait_until_open(0)
    del token


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")  # trio's opinion
def test_a_client_that_is_dropped_within_its_loop(server: RawServer, backend: str) -> None:
    """The connections close all the same."""
    let_go_within(server, backend, close=False)


@every_way
def test_a_client_that_is_dropped_leaves_nothing(call: Call, server: RawServer) -> None:
    """No descriptor, and no warning, which would fail this test."""
    with call:
        call(EmissaryClient(KEY, server_url=server.url), "list")
    assert server.wait_until_open(0)
    before = descriptors()
    with Call(call.way) as again:
        for _ in range(5):
            again(EmissaryClient(KEY, server_url=server.url), "list")
    gc.collect()
    assert server.wait_until_open(0)
    assert descriptors() == before
    assert server.connections == 6


def test_many_clients_that_are_closed_leave_nothing(call: Call, server: RawServer) -> None:
    """Each descriptor is given back at once."""
    before = descriptors()
    for _ in range(20):
        client = EmissaryClient(KEY, server_url=server.url)
        call(client, "list")
        call.close_client(client)
        assert server.wait_until_open(0)
    assert descriptors() == before


def test_aclose_leaves_another_loop_s_connections_to_it(server: RawServer) -> None:
    """They are closed when that loop runs again."""
    client = EmissaryClient(KEY, server_url=server.url)
    other = asyncio.new_event_loop()
    other.run_until_complete(client.training_jobs.list_async(project_id="project"))
    asyncio.run(client.aclose())
    other.run_until_complete(asyncio.sleep(0.01))
    assert server.wait_until_open(0)
    other.run_until_complete(other.shutdown_asyncgens())
    other.close()


def test_aclose_of_a_client_that_made_synchronous_calls_only(server: RawServer) -> None:
    """It closes their connection."""

    async def main() -> None:
        client = EmissaryClient(KEY, server_url=server.url)
        client.training_jobs.list(project_id="project")
        await client.aclose()

    asyncio.run(main())
    assert server.wait_until_open(0)
