"""A call that is broken off from outside: it leaves the client as good as it was."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import anyio
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks

from ..support.answers import ARGUMENTS, KEY, Gate, Series, well_behaved
from ..support.internals import limit_connections
from ..support.processes import descriptors
from ..support.rawserver import PATIENCE, Answer, Connection, RawServer, answering, silent

if TYPE_CHECKING:
    from ..support.calling import Call
    from ..support.rawserver import Script

either_loop = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def silent_at_first(connection: Connection) -> None:
    """Never answer the first connection; answer the others as the platform would."""
    if connection.number == 1:
        silent(connection)
    else:
        answering(well_behaved)(connection)


def half_an_answer_at_first(connection: Connection) -> None:
    """Stop in the middle of the first answer; answer other connections as the platform would."""
    if connection.number == 1:
        connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[")
        connection.hold()
    else:
        answering(well_behaved)(connection)


@either_loop
@pytest.mark.parametrize("script", [silent_at_first, half_an_answer_at_first])
@pytest.mark.parametrize("method", ["list", "create"])
def test_a_call_that_is_cancelled(backend: str, script: Script, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is closed, its place is given back, and the next call has a good connection."""
    limit_connections(monkeypatch, 1)
    with RawServer(script) as server:

        async def main() -> None:
            async with EmissaryClient(KEY, server_url=server.url) as client:
                async with anyio.create_task_group() as group:
                    group.start_soon(partial(getattr(client.training_jobs, f"{method}_async"), **ARGUMENTS[method]))
                    assert await anyio.to_thread.run_sync(server.wait_for_requests, 1)
                    group.cancel_scope.cancel()
                assert await anyio.to_thread.run_sync(server.wait_until_open, 0)
                await client.training_jobs.list_async(project_id="project", timeout_ms=5000, retries=None)
                assert (server.connections, len(server.requests)) == (2, 2)

        anyio.run(main, backend=backend)


@either_loop
def test_a_cancelled_call_leaves_no_descriptor(backend: str) -> None:
    """Of many that are cancelled at once, while they send and while they wait."""
    calls = 20

    async def main(server: RawServer) -> None:
        async with EmissaryClient(KEY, server_url=server.url) as client:

            async def one() -> None:
                await client.training_jobs.list_async(project_id="project")

            async with anyio.create_task_group() as group:
                for _ in range(calls):
                    group.start_soon(one)
                assert await anyio.to_thread.run_sync(server.wait_for_requests, calls)
                group.cancel_scope.cancel()
            assert await anyio.to_thread.run_sync(server.wait_until_open, 0)

    before = descriptors()
    with RawServer(silent) as server:
        anyio.run(main, server, backend=backend)
        assert server.connections == calls
    assert descriptors() == before


@either_loop
def test_a_call_that_is_cancelled_while_it_waits_for_a_place(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes none away."""
    limit_connections(monkeypatch, 1)
    gate = Gate()
    with RawServer(answering(gate)) as server:

        async def main() -> None:
            async with EmissaryClient(KEY, server_url=server.url) as client:

                async def one() -> None:
                    await client.training_jobs.list_async(project_id="project")

                async with anyio.create_task_group() as first:
                    first.start_soon(one)
                    assert await anyio.to_thread.run_sync(gate.arrived.wait, PATIENCE)
                    with anyio.move_on_after(0.03) as scope:
                        await one()
                    assert scope.cancelled_caught
                    gate.open()
                await client.training_jobs.list_async(project_id="project", timeout_ms=5000)
                assert (server.connections, len(server.requests)) == (1, 2)

        anyio.run(main, backend=backend)


@either_loop
def test_a_call_that_is_cancelled_while_it_waits_to_retry(backend: str) -> None:
    """It does not try again."""
    with RawServer(answering(Series(Answer(503, b"", {"retry-after": "30"})))) as server:

        async def main() -> None:
            waiting = anyio.Event()
            hooks = SDKHooks()
            hooks.register_after_error_hook(lambda _context, _response, _error: waiting.set())
            async with EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client:

                async def one() -> None:
                    await client.training_jobs.list_async(project_id="project")

                async with anyio.create_task_group() as group:
                    group.start_soon(one)
                    await waiting.wait()
                    await anyio.wait_all_tasks_blocked()
                    group.cancel_scope.cancel()
                assert len(server.requests) == 1
                assert await client.training_jobs.list_async(project_id="project") == []
                assert server.connections == 1

        anyio.run(main, backend=backend)


def test_ctrl_c_while_a_retry_waits(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes out as it is; the client can still be used, on the connection that it has."""

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    async def interrupted_async(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupted)
    monkeypatch.setattr(anyio, "sleep", interrupted_async)
    with (
        RawServer(answering(Series(Answer(503)))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        with pytest.raises(KeyboardInterrupt):
            call(client, "list")
        assert len(server.requests) == 1
        assert call(client, "list") == []
        assert server.connections == 1


@pytest.mark.parametrize("call", ["sync"], indirect=True)
@pytest.mark.parametrize("script", [silent_at_first, half_an_answer_at_first])
def test_ctrl_c_while_an_answer_is_awaited(call: Call, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes out as it is, and the connection, whose answer may still come, is not used again."""
    limit_connections(monkeypatch, 1)
    main_thread = threading.main_thread().ident
    assert main_thread == threading.get_ident()
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:

        def press() -> None:
            assert server.wait_for_requests(1)
            os.kill(os.getpid(), signal.SIGINT)

        presser = threading.Thread(target=press)
        presser.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                call(client, "list")
        finally:
            presser.join()
            signal.signal(signal.SIGINT, previous)
        assert server.wait_until_open(0)
        assert call(client, "list", timeout_ms=5000) == []
        assert server.connections == 2
