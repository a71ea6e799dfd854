"""A request that is interrupted or cancelled leaves the client usable."""

from __future__ import annotations

import os
import signal
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from emissary_client_sdk._transport.asyncclient import AsyncDefaultClient
from emissary_client_sdk._transport.client import DefaultClient

from ...support.internals import limit_connections
from ...support.rawserver import PATIENCE, Connection, RawResponse, RawServer, responding, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...support.rawserver import Script

OK = responding(lambda _: RawResponse(200, b"[]"))
either_loop = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def silent_at_first(connection: Connection) -> None:
    """Never respond on the first connection."""
    (silent if connection.number == 1 else OK)(connection)


def stops_at_first(connection: Connection) -> None:
    """Stop within the first response."""
    if connection.number == 1:
        connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[")
        connection.hold()
    OK(connection)


@either_loop
def test_request_cancelled_while_it_waits_for_a_connection(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not use up a slot."""
    limit_connections(monkeypatch, 1)
    gate = threading.Event()

    def script(connection: Connection) -> None:
        while connection.read_request() is not None:
            assert gate.wait(PATIENCE)
            connection.respond(RawResponse(200))

    with RawServer(script) as server:

        async def main() -> None:
            client = AsyncDefaultClient()
            send = partial(client.send, client.build_request("GET", server.url, timeout=60))
            async with anyio.create_task_group() as group:
                group.start_soon(send)
                assert await anyio.to_thread.run_sync(server.wait_for_requests, 1)
                with anyio.move_on_after(0.03) as scope:
                    await send()
                assert scope.cancelled_caught
                gate.set()
            await send()
            assert (server.connections, len(server.requests)) == (1, 2)
            await client.aclose()

        anyio.run(main, backend=backend)


@pytest.fixture
def client() -> Iterator[DefaultClient]:
    """Return a synchronous client that is closed at the end."""
    client = DefaultClient()
    yield client
    client.close()


@pytest.mark.parametrize("script", [silent_at_first, stops_at_first])
def test_ctrl_c_closes_the_connection(client: DefaultClient, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """The KeyboardInterrupt propagates, and the connection, on which the response may still come, is closed."""
    limit_connections(monkeypatch, 1)
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    with RawServer(script) as server:

        def press() -> None:
            assert server.wait_for_requests(1)
            os.kill(os.getpid(), signal.SIGINT)

        presser = threading.Thread(target=press)
        presser.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                client.send(client.build_request("GET", server.url))
        finally:
            presser.join()
            signal.signal(signal.SIGINT, previous)
        assert server.wait_until_open(0)
        assert client.send(client.build_request("GET", server.url, timeout=60)).content == b"[]"


@pytest.mark.parametrize("name", ["Lock", "ThreadLock"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_interrupt_that_leaves_a_lock_of_httpcore_held(
    client: DefaultClient, server: RawServer, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    """The connection is closed without waiting for that lock."""
    from httpcore import _synchronization

    kind = getattr(_synchronization, name)
    acquire: Any = kind.__enter__
    entered = 0

    def interrupted(lock: Any) -> Any:
        nonlocal entered
        acquire(lock)
        entered += 1
        if entered == number:
            raise KeyboardInterrupt
        return lock

    monkeypatch.setattr(kind, "__enter__", interrupted)
    sent = 0
    for _ in range(6):
        try:
            sent += client.send(client.build_request("GET", server.url, timeout=60)).status_code == 200
        except KeyboardInterrupt:
            assert server.wait_until_open(0)
    assert sent == (5 if name == "Lock" else 6)
    assert server.open_connections == 1


def test_signal_handler_may_send_requests(client: DefaultClient, server: RawServer) -> None:
    """Wherever it interrupts a request of the same client: no lock is held."""
    statuses: list[int] = []
    nested: list[None] = []

    def send(*_: object) -> None:
        if len(nested) < 3:  # on a slow machine, one handler would interrupt another without end
            nested.append(None)
            statuses.append(client.send(client.build_request("GET", server.url)).status_code)
            nested.pop()

    previous = signal.signal(signal.SIGALRM, send)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.003)
    try:
        for _ in range(50):
            send()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert set(statuses) == {200}
    assert len(statuses) > 50
