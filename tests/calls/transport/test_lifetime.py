"""Connections end with their client, event loop or process, and nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

import anyio
import pytest
import trio

from emissary_client_sdk._transport.asyncclient import AsyncDefaultClient

from ...support.processes import descriptors
from .driver import Driver

if TYPE_CHECKING:
    from ...support.calling import Way
    from ...support.rawserver import RawServer

every_way = pytest.mark.parametrize("way", ["sync", "async", "trio"])
either_loop = pytest.mark.parametrize("backend", ["asyncio", "trio"])


@every_way
def test_closed_client_opens_new_connections(server: RawServer, way: Way) -> None:
    """Closing closes the connections at once, and may be repeated."""
    with Driver(way) as http:
        http.close()
        for number in range(1, 3):
            http.send(server.url)
            http.close()
            http.client.close()
            assert server.wait_until_open(0)
            assert server.connections == number


@every_way
def test_clients_leave_no_descriptor(server: RawServer, way: Way) -> None:
    """Neither closed ones nor dropped ones; a warning would fail this test."""
    before = None
    for close in (False, True, False):
        with Driver(way) as http:
            http.send(server.url)
            if close:
                http.close()
        del http
        gc.collect()
        assert server.wait_until_open(0)
        before = before or descriptors()
    assert descriptors() == before


@either_loop
@pytest.mark.parametrize("close", [True, False])
@pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")  # trio, if not closed
def test_client_that_is_closed_or_dropped_within_its_loop(server: RawServer, backend: str, close: bool) -> None:
    """The loop closes its connections as soon as it runs."""

    async def main() -> None:
        client = AsyncDefaultClient()
        await client.send(client.build_request("GET", server.url))
        if close:
            client.close()
        del client
        gc.collect()
        assert await anyio.to_thread.run_sync(server.wait_until_open, 0)

    anyio.run(main, backend=backend)


def test_client_that_is_closed_after_its_trio_run(server: RawServer) -> None:
    """There is nothing left to close."""
    client = AsyncDefaultClient()

    async def main() -> object:
        await client.send(client.build_request("GET", server.url))
        return trio.lowlevel.current_trio_token()

    token = anyio.run(main, backend="trio")  # held, so that the client still knows the run
    client.close()
    assert server.wait_until_open(0)
    del token


def test_each_event_loop_has_its_own_connections(server: RawServer) -> None:
    """One after another, on asyncio and trio, and in several threads."""
    client = AsyncDefaultClient()

    async def send_twice() -> None:
        for _ in range(2):
            await client.send(client.build_request("GET", server.url))

    for number in range(1, 3):
        asyncio.run(send_twice())
        assert server.connections == 2 * number - 1
        trio.run(send_twice)
        assert server.connections == 2 * number
        assert server.wait_until_open(0)
    threads = [threading.Thread(target=lambda: asyncio.run(send_twice())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (server.connections, len(server.requests)) == (8, 16)
    assert server.wait_until_open(0)


@pytest.mark.parametrize("backend", ["asyncio", "uvloop", "trio"])
def test_ended_loop_is_not_kept(server: RawServer, backend: str) -> None:
    """The client refers neither to it nor to its connections."""
    options: dict[str, Any] = {"backend": backend}
    if backend == "uvloop":
        pytest.importorskip("uvloop")
        options = {"backend_options": {"use_uvloop": True}}
    client = AsyncDefaultClient()
    loops: list[weakref.ref[object]] = []

    async def main() -> None:
        await client.send(client.build_request("GET", server.url))
        loop = trio.lowlevel.current_trio_token() if backend == "trio" else asyncio.get_running_loop()
        loops.append(weakref.ref(loop))

    for _ in range(3):
        anyio.run(main, **options)
    gc.collect()
    assert [loop() for loop in loops] == [None] * 3
    assert server.wait_until_open(0)


def test_client_that_is_closed_while_its_loop_ends(server: RawServer) -> None:
    """The loop has already closed the connections."""

    async def main() -> None:
        client = AsyncDefaultClient()
        await client.send(client.build_request("GET", server.url))
        await asyncio.get_running_loop().shutdown_asyncgens()
        assert await asyncio.to_thread(server.wait_until_open, 0)
        await client.aclose()

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # of asyncio, which cannot close them either
def test_loop_that_is_only_closed_is_dropped_by_the_next_one(server: RawServer) -> None:
    """Such a loop cannot close its connections, and leaves at most those of the last loop open."""
    client = AsyncDefaultClient()

    def send() -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(client.send(client.build_request("GET", server.url)))
        loop.close()

    for _ in range(4):
        send()
    gc.collect()
    assert server.wait_until_open(1)
    client.close()
    gc.collect()
    assert server.wait_until_open(0)


def test_aclose_leaves_the_connections_of_another_loop_to_it(server: RawServer) -> None:
    """They are closed when that loop runs again."""
    client = AsyncDefaultClient()
    other = asyncio.new_event_loop()
    other.run_until_complete(client.send(client.build_request("GET", server.url)))
    asyncio.run(client.aclose())
    other.run_until_complete(asyncio.sleep(0.01))
    assert server.wait_until_open(0)
    other.run_until_complete(other.shutdown_asyncgens())
    other.close()


@every_way
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")  # the server has threads
def test_forked_child_uses_no_connection_of_its_parent(server: RawServer, way: Way) -> None:
    """The child does not use or end the connections of its parent."""
    with Driver(way) as http:
        http.send(server.url)
        child = os.fork()
        if not child:  # pragma: no cover
            with contextlib.suppress(BaseException):
                for _ in range(2):
                    http.send(server.url, headers={"X-Process": "child"})
                http.close()
                os._exit(0)
            os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        for _ in range(2):
            http.send(server.url, headers={"X-Process": "parent"})
        http.close()
    used: dict[str, set[int]] = {"parent": set(), "child": set()}
    for request in server.requests[1:]:
        used[request.headers["x-process"]].add(request.connection)
    assert len(server.requests) == 5
    assert used["parent"].isdisjoint(used["child"])
    if way != "trio":  # each run of trio has its own connections
        assert used == {"parent": {1}, "child": {2}}
    assert server.wait_until_open(0)


def test_another_process_id_has_its_own_connections(
    http: Driver, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forked child is recognized by its process ID."""
    http.send(server.url)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    for _ in range(2):
        http.send(server.url)
    assert [request.connection for request in server.requests] == [1, 2, 2]
    http.close()


def test_streamed_response_outlives_its_client(http: Driver, server: RawServer) -> None:
    """Its connection is closed once it has been read."""
    response = http.stream(server.url)
    http.close()
    assert server.open_connections == 1
    assert http.read(response) == b"[]"
    assert server.wait_until_open(0)
