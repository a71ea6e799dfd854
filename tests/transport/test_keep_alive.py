"""The SDK's own clients keep connections for the next call, and only those that are good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import JOB, KEY, METHODS, Series, as_json, well_behaved
from ..support.internals import let_pass, limit_connections
from ..support.rawserver import Answer, Connection, RawServer, answering

if TYPE_CHECKING:
    from ..support.calling import Call
    from ..support.rawserver import Script

IDLE_SECONDS = 31.0  # a little longer than an idle connection is kept


def test_one_connection_serves_call_after_call(call: Call) -> None:
    """Of every method."""
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for method in METHODS * 3:
            call(client, method)
        assert (server.connections, len(server.requests)) == (1, 3 * len(METHODS))


def test_an_error_s_connection_is_used_again(call: Call, waits: list[float]) -> None:
    """An answer that is read whole leaves the connection good, whatever its status, and so for the retry."""
    with (
        RawServer(answering(Series(Answer(503, b"later"), Answer(404, b"none")))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        with pytest.raises(errors.SDKError):
            call(client, "list")
        call(client, "list")
        assert (server.connections, len(server.requests), len(waits)) == (1, 3, 1)


def break_off(connection: Connection) -> None:
    """Promise more than comes."""
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[")


def talk_nonsense(connection: Connection) -> None:
    """Speak another protocol."""
    connection.send(b"220 mail.invalid ESMTP\r\n\r\n")


def spoil_a_chunk(connection: Connection) -> None:
    """Break the encoding in the middle of a body."""
    connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\nzz\r\n")


@pytest.mark.parametrize("fail", [Connection.reset, Connection.close, break_off, talk_nonsense, spoil_a_chunk])
def test_a_connection_that_failed_is_never_used_again(call: Call, waits: list[float], fail: Script) -> None:
    """It is closed, and the retry has a new one."""

    def script(connection: Connection) -> None:
        answered = 0
        while connection.read_request() is not None:
            if connection.number == 1 and answered == 1:
                fail(connection)
                return
            answered += 1
            connection.answer(as_json(JOB))

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for _ in range(3):
            assert call(client, "retrieve").id == "job"
        assert [request.connection for request in server.requests] == [1, 1, 2, 2]
        assert server.wait_until_open(1)
        assert len(waits) == 1


def test_a_timeout_s_connection_is_never_used_again(call: Call, waits: list[float]) -> None:
    """Its answer may still come, and must not become the next call's."""

    def script(connection: Connection) -> None:
        while connection.read_request() is not None:
            if connection.number == 1:
                connection.hold()
            else:
                connection.answer(as_json(JOB))

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.APITimeoutError):
            call(client, "retrieve", timeout_ms=100, retries=None)
        assert server.wait_until_open(0)
        assert call(client, "retrieve").id == "job"
        assert server.connections == 2
        assert waits == []


def test_a_server_that_closes_after_its_answer(call: Call, waits: list[float]) -> None:
    """Each call has a connection of its own, and none fails."""
    answer = as_json(JOB, connection="close")

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.answer(answer)

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for _ in range(3):
            call(client, "retrieve")
        assert server.connections == 3
        assert waits == []


def test_a_server_that_closes_an_idle_connection(call: Call, waits: list[float]) -> None:
    """The next call notices before it sends anything, so it need not be retried: a create least of all."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.answer(as_json(JOB, 201))

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for _ in range(3):
            call(client, "create")
            assert server.wait_until_open(0)
        assert server.connections == 3
        assert waits == []


def test_an_answer_without_a_length_ends_with_its_connection(call: Call) -> None:
    """As HTTP/1.0 servers do it."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(b'HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{"id":"job"}')

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        assert [call(client, "retrieve").id for _ in range(2)] == ["job", "job"]
        assert server.connections == 2


def test_an_idle_connection_grows_old(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half a minute it is closed and not used again."""
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        call(client, "list")
        let_pass(monkeypatch, IDLE_SECONDS / 2)
        call(client, "list")
        assert server.connections == 1
        let_pass(monkeypatch, IDLE_SECONDS)
        call(client, "list")
        assert server.connections == 2
        assert server.wait_until_open(1)


def test_an_idle_connection_to_a_forgotten_server_is_closed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later call to another server sees to it."""
    with (
        RawServer(answering(well_behaved)) as first,
        RawServer(answering(well_behaved)) as second,
        EmissaryClient(KEY, server_url=first.url) as client,
    ):
        call(client, "list")
        let_pass(monkeypatch, IDLE_SECONDS)
        call(client, "list", server_url=second.url)
        assert first.wait_until_open(0)
        assert second.open_connections == 1


def test_several_servers_have_connections_of_their_own(call: Call) -> None:
    """Each keeps its own, in whatever order they are called."""
    with (
        RawServer(answering(well_behaved)) as first,
        RawServer(answering(well_behaved)) as second,
        EmissaryClient(KEY, server_url=first.url) as client,
    ):
        for _ in range(3):
            call(client, "list")
            call(client, "list", server_url=second.url)
            call(client, "list", server_url=second.url)
        assert (first.connections, len(first.requests)) == (1, 3)
        assert (second.connections, len(second.requests)) == (1, 6)


def test_no_more_idle_connections_than_are_allowed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one too many, that which was idle for longest is closed."""
    limit_connections(monkeypatch, 2)
    with (
        RawServer(answering(well_behaved)) as first,
        RawServer(answering(well_behaved)) as second,
        RawServer(answering(well_behaved)) as third,
        EmissaryClient(KEY) as client,
    ):
        for server in (first, second, third):
            call(client, "list", server_url=server.url)
        assert first.wait_until_open(0)
        assert (second.open_connections, third.open_connections) == (1, 1)


def test_a_server_under_another_name(call: Call) -> None:
    """Another name is another server, even on the same machine: its connection is not shared."""
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        call(client, "list")
        call(client, "list", server_url=f"http://localhost:{server.port}")
        assert server.connections == 2
