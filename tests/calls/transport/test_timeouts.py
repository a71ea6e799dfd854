"""Every wait ends: connecting, waiting for the head of a response, and reading its body."""

from __future__ import annotations

from typing import Any

import httpcore
import httpx
import pytest

from emissary_client_sdk._transport.request import build_request
from emissary_client_sdk._transport.stream import ResponseDeadline

from ...support.rawserver import Connection, RawServer, trickling
from .driver import SHORT, Driver

# Trio warns of unfinished generators of httpx, if the garbage collector finds them during a run.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
every_way = pytest.mark.parametrize("http", ["sync", "async", "trio"], indirect=True)


@every_way
def test_silent_server_times_out(http: Driver) -> None:
    """The error names its request, and the connection is closed."""
    with RawServer(Connection.hold) as server:
        with pytest.raises(httpx.ReadTimeout) as raised:
            http.send(server.url, timeout=SHORT)
        assert raised.value.request.url == server.url
        assert server.wait_until_open(0)


def test_connecting_times_out(http: Driver) -> None:
    """The server never answers the TLS handshake."""
    with RawServer(Connection.hold) as server:
        with pytest.raises(httpx.ConnectTimeout):
            http.send(server.url.replace("http://", "https://"), timeout=httpx.Timeout(10.0, connect=0.1))
        assert server.wait_until_open(0)


@every_way
@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (HEAD + b"x-slow: ", b"z"),
        (HEAD + b"content-length: 1000000\r\n\r\n", b" "),
        (b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 1000000\r\n\r\n", b" "),
        (CHUNKED + b"2;extension=", b"z"),
        (CHUNKED + b"2\r\n[]\r\n0\r\nX: ", b"z"),
    ],
    ids=["head", "body", "error body", "chunk extension", "trailer"],
)
def test_trickling_response_times_out(http: Driver, start: bytes, piece: bytes) -> None:
    """Each byte is in time, but the response as a whole is not."""
    with RawServer(trickling(start, piece)) as server:
        with pytest.raises(httpx.ReadTimeout):
            http.send(server.url, timeout=SHORT)
        assert server.wait_until_open(0)


def test_deadline_covers_all_reads_of_a_response(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if each of them finds data at once. The next response, and a streamed one, start over."""
    times = iter([100.0, 104.0, 105.0, 200.0])
    monkeypatch.setattr("emissary_client_sdk._transport.stream.monotonic", lambda: next(times))
    deadline = ResponseDeadline()
    assert [deadline.left(5.0), deadline.left(5.0)] == [5.0, 1.0]
    with pytest.raises(httpcore.ReadTimeout, match="the response did not arrive in time"):
        deadline.left(5.0)
    deadline.reset()
    assert deadline.left(5.0) == 5.0
    deadline.apply_per_read()
    assert deadline.left(5.0) == 5.0


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [
        ({}, {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0}),
        ({"timeout": 1.5}, {"connect": 1.5, "read": 1.5, "write": 1.5, "pool": 1.5}),
        ({"timeout": None}, {"connect": None, "read": None, "write": None, "pool": None}),
        ({"timeout": httpx.Timeout(2, read=9)}, {"connect": 2, "read": 9, "write": 2, "pool": 2}),
    ],
)
def test_timeouts_have_defaults(timeout: dict[str, Any], expected: dict[str, float]) -> None:
    """Sixty seconds, five to connect, unless the caller sets others; other extensions are kept."""
    request = build_request("GET", "http://host.invalid", extensions={"mine": 1}, **timeout)
    assert request.extensions == {"mine": 1, "timeout": expected}


@pytest.mark.parametrize("extensions", [{"timeout": httpx.Timeout(None).as_dict()}, {"timeout": {"connect": 5.0}}])
def test_timeouts_are_optional(http: Driver, server: RawServer, extensions: dict[str, object]) -> None:
    """A hook may replace a request by one whose timeouts are disabled."""
    request = httpx.Request("GET", server.url, extensions=extensions)
    assert http.run(lambda: http.client.send(request)).content == b"[]"


@every_way
def test_request_of_a_hook_has_timeouts(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook may replace a request by one without timeouts, which gets the default ones."""
    monkeypatch.setattr("emissary_client_sdk._transport.request.DEFAULT_TIMEOUT", httpx.Timeout(SHORT))
    with RawServer(Connection.hold) as server, pytest.raises(httpx.ReadTimeout):
        http.run(lambda: http.client.send(httpx.Request("GET", server.url)))
