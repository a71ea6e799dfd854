"""Waiting has an end: for a connection, for an answer, and for the whole of a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors

from ..support.answers import KEY, Series, well_behaved
from ..support.rawserver import Connection, RawServer, answering, trickling

if TYPE_CHECKING:
    from ..support.calling import Call

TIMEOUT_MS = 100


def test_a_server_that_says_nothing(call: Call) -> None:
    """The request has been sent, so it may have been acted on."""
    with RawServer(Connection.hold) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.APITimeoutError) as caught:
            call(client, "list", timeout_ms=TIMEOUT_MS, retries=None)
        assert isinstance(caught.value.__cause__, httpx.ReadTimeout)
        assert caught.value.__cause__.request.method == "GET"
        assert caught.value.request_may_have_been_processed
        assert server.wait_until_open(0)


def test_a_connection_that_is_not_made_in_time(call: Call, waits: list[float]) -> None:
    """Here the server never answers the TLS handshake. Nothing was sent, so even a create is tried again."""
    with RawServer(Connection.hold) as server:
        url = server.url.replace("http://", "https://")
        with EmissaryClient(KEY, server_url=url, timeout_ms=TIMEOUT_MS) as client:
            with pytest.raises(errors.APITimeoutError, match="after 2 attempts") as caught:
                call(client, "create")
            assert isinstance(caught.value.__cause__, httpx.ConnectTimeout)
            assert not caught.value.request_may_have_been_processed
            assert server.wait_until_open(0)
        assert (server.connections, len(waits)) == (2, 1)


@pytest.mark.parametrize("status", [200, 503])
def test_a_body_that_trickles_is_given_up(call: Call, status: int) -> None:
    """Each byte comes in time, but the whole does not; the connection is closed."""
    trickle = trickling(b"HTTP/1.1 %d OK\r\ncontent-length: 1000000\r\n\r\n" % status, b" ")
    with RawServer(trickle) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.APITimeoutError, match="the answer did not arrive in time") as caught:
            call(client, "list", timeout_ms=TIMEOUT_MS, retries=None)
        assert isinstance(caught.value.__cause__, httpx.ReadTimeout)
        assert server.wait_until_open(0)


@pytest.mark.xfail(strict=True, reason="httpx begins its read timeout anew with each piece of a head")
def test_a_head_that_trickles_is_given_up(call: Call) -> None:
    """The same for what comes before the body."""
    trickle = trickling(b"HTTP/1.1 200 OK\r\nx-slow: ", b"z", b"\r\ncontent-length: 2\r\n\r\n[]")
    with (
        RawServer(trickle) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        pytest.raises(errors.APITimeoutError),
    ):
        call(client, "list", timeout_ms=TIMEOUT_MS, retries=None)


def test_a_body_in_pieces_that_comes_in_time(call: Call) -> None:
    """However many pieces there are."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for piece in (b'{"id"', b":", b'"job"', b"}"):
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.send(b"0\r\n\r\n")

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        assert call(client, "retrieve").id == "job"


def test_the_default_timeouts(call: Call) -> None:
    """Sixty seconds, five to connect; a call's own timeout is for everything."""
    seen: list[object] = []
    hooks = SDKHooks()
    hooks.register_before_request_hook(lambda _, request: seen.append(request.extensions["timeout"]))
    with (
        RawServer(answering(well_behaved)) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        call(client, "list")
        call(client, "list", timeout_ms=1500)
    assert seen == [
        {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0},
        {"connect": 1.5, "read": 1.5, "write": 1.5, "pool": 1.5},
    ]


def test_a_request_that_a_hook_made_without_a_timeout(call: Call) -> None:
    """It gets the default one: no call waits for ever."""
    sent: list[httpx.Request] = []

    def before(_context: object, request: httpx.Request) -> httpx.Request:
        sent.append(httpx.Request(request.method, request.url, headers=request.headers))
        return sent[-1]

    hooks = SDKHooks()
    hooks.register_before_request_hook(before)
    with (
        RawServer(answering(Series())) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        assert call(client, "list") == []
    assert sent[0].extensions["timeout"] == {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0}


def test_a_hook_may_take_a_timeout_away(call: Call) -> None:
    """Who says None outright waits for ever; here the answer comes."""

    def before(_context: object, request: httpx.Request) -> None:
        request.extensions["timeout"] = httpx.Timeout(None).as_dict()

    hooks = SDKHooks()
    hooks.register_before_request_hook(before)
    with (
        RawServer(answering(well_behaved)) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        assert call(client, "list") == []
