"""Connections are reused, unless their state forbids it, and limited in number."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk._transport import pool
from emissary_client_sdk._transport.client import DefaultClient
from emissary_client_sdk._transport.pool import ConnectionPool
from emissary_client_sdk.errors import EnvironmentSettingError

from ...support.calling import Call
from ...support.internals import limit_connections
from ...support.rawserver import PATIENCE, Connection, RawResponse, RawServer, Request, refusing_url, responding
from .driver import SHORT, Driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...support.rawserver import Script

# Trio warns of unfinished generators of httpx, if the garbage collector finds them during a run.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")
OK = RawResponse(200, b"[]")
every_way = pytest.mark.parametrize("http", ["sync", "async", "trio"], indirect=True)


@pytest.mark.parametrize("http", ["sync", "async"], indirect=True)
def test_one_connection_serves_all_requests(http: Driver) -> None:
    """Whatever the method, the status and the body are."""
    responses = [OK, RawResponse(204), RawResponse(503, b"later"), RawResponse(404, b"missing")]
    remaining: Iterator[RawResponse] = iter(responses * 2)
    with RawServer(responding(lambda _: next(remaining))) as server:
        for method in ("GET", "POST", "DELETE", "GET") * 2:
            http.send(server.url, method, content=b"{}" if method == "POST" else None)
        assert (server.connections, len(server.requests)) == (1, 8)
        assert server.requests[1].body == b"{}"


def truncate(connection: Connection) -> None:
    """Close the connection within a body."""
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[")


@every_way
@pytest.mark.parametrize("fail", [Connection.reset, Connection.close, truncate, Connection.hold])
def test_failed_connection_is_never_reused(http: Driver, fail: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is closed, and its slot is free again."""
    limit_connections(monkeypatch, 1)

    def script(connection: Connection) -> None:
        while connection.read_request() is not None:
            if connection.number == 1:
                fail(connection)
                return
            connection.respond(OK)

    with RawServer(script) as server:
        with pytest.raises(httpx.TransportError) as raised:
            http.send(server.url, timeout=SHORT)
        assert raised.value.request.url == server.url
        assert server.wait_until_open(0)
        assert http.send(server.url).content == b"[]"
        assert server.connections == 2


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 2\r\n\r\n",
        b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n",
        b"HTTP/1.0 201 Created\r\n\r\n",
    ],
    ids=["announced", "not announced", "without a length"],
)
def test_connection_that_the_server_closes_is_not_reused(http: Driver, head: bytes) -> None:
    """The next request is sent once, on a new connection."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(head + b"[]")

    with RawServer(script) as server:
        for _ in range(3):
            assert http.send(server.url, "POST", content=b"{}").content == b"[]"
            assert server.wait_until_open(0)
        assert (server.connections, len(server.requests)) == (3, 3)


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Advance the clock by which idle connections expire."""
    present = time.monotonic

    def later() -> float:
        return present() + seconds

    for module in (time, pool):
        monkeypatch.setattr(module, "monotonic", later)


def test_idle_connection_expires(http: Driver, server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reused within half a minute, and closed after that."""
    http.send(server.url)
    let_pass(monkeypatch, 15)
    http.send(server.url)
    assert server.connections == 1
    let_pass(monkeypatch, 31)
    http.send(server.url)
    assert server.connections == 2
    assert server.wait_until_open(1)


def test_each_origin_has_its_own_connections(http: Driver, server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another name of the same server is another origin; expired connections of any origin are closed."""
    with RawServer(responding(lambda _: OK)) as other:
        held = http.stream(server.url)
        http.send(other.url)
        http.read(held)
        for url in (server.url, other.url, other.url, f"http://localhost:{other.port}", server.url):
            http.send(url)
        assert (server.connections, other.connections) == (1, 2)
        let_pass(monkeypatch, 31)
        http.send(other.url)
        assert server.wait_until_open(0)


def test_surplus_idle_connection_is_closed(http: Driver, server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The idle connections of all origins together are limited."""
    limit_connections(monkeypatch, 1)
    with RawServer(responding(lambda _: OK)) as other:
        http.send(server.url)
        http.send(other.url)
        assert server.wait_until_open(0)
        assert other.open_connections == 1


class Crowd:
    """A handler that responds to no one until ``size`` requests wait at the same time."""

    def __init__(self, size: int) -> None:
        self._barrier = threading.Barrier(size)
        self._left = size

    def __call__(self, _request: Request) -> RawResponse:
        """Respond once the crowd is complete."""
        self._left -= 1
        if self._left >= 0:
            self._barrier.wait(PATIENCE)
        return OK


def send_together(http: Driver, url: str, times: int) -> None:
    """Send requests at the same time, in threads or tasks."""
    http.run_together(lambda: http.client.send(http.request(url)), times)


@pytest.mark.parametrize("http", ["async", "trio"], indirect=True)
def test_tasks_share_a_hundred_connections(http: Driver) -> None:
    """All hundred are used at once, and the other tasks wait for one of them."""
    with RawServer(responding(Crowd(100))) as server:
        send_together(http, server.url, 200)
        assert (server.connections, len(server.requests)) == (100, 200)


@pytest.mark.parametrize("http", ["sync"], indirect=True)
def test_threads_share_connections(http: Driver) -> None:
    """The connections of the first round serve the others."""
    with RawServer(responding(Crowd(8))) as server:
        for _ in range(5):
            send_together(http, server.url, 8)
        assert (server.connections, len(server.requests)) == (8, 40)


def test_threads_that_send_the_first_requests_share_a_pool(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each creates a pool, and the first one is used by all."""
    barrier = threading.Barrier(2)

    def open_together() -> Any:
        barrier.wait(PATIENCE)
        return ConnectionPool()

    monkeypatch.setattr("emissary_client_sdk._transport.client.ConnectionPool", open_together)
    client = DefaultClient()
    Call("sync").run_together(lambda: client.send(client.build_request("GET", server.url)), 2)
    assert server.open_connections == server.connections
    client.close()
    assert server.wait_until_open(0)


def test_waiting_for_a_connection_times_out(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request was not sent; its slot is not lost."""
    limit_connections(monkeypatch, 1)

    def script(connection: Connection) -> None:
        while connection.read_request() is not None:
            connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[")
            connection.pause(0)
            connection.send(b"]")

    with RawServer(script) as server:
        held = http.stream(server.url)
        with pytest.raises(httpx.PoolTimeout, match="all connections were in use") as raised:
            http.send(server.url, timeout=0.05)
        assert raised.value.request.method == "GET"
        http.read(held)
        http.send(server.url)
        assert (server.connections, len(server.requests)) == (1, 2)


def test_failure_to_connect_does_not_hold_a_slot(
    http: Driver, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invalid name, an unreachable server, or an invalid certificate file."""
    limit_connections(monkeypatch, 1)
    with pytest.raises(httpx.ConnectError):
        http.send("http://localhost..")  # the URL of a hook
    with pytest.raises(httpx.ConnectError, match="there is no port 65536"):
        http.send("http://localhost:65536")
    with refusing_url() as url, pytest.raises(httpx.ConnectError) as raised:
        http.send(url)
    monkeypatch.setenv("SSL_CERT_FILE", __file__)
    with pytest.raises(EnvironmentSettingError):
        http.send("https://host.invalid")
    assert str(raised.value.request.url) == url
    assert http.send(server.url).status_code == 200
