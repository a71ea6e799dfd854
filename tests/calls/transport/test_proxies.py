"""The proxies that the environment names."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import httpx
import pytest

from ...support.rawserver import Connection, RawResponse, RawServer, refusing_url, responding, silent, trickling
from .driver import SHORT, Driver

if TYPE_CHECKING:
    from ...support.calling import Way
    from ...support.rawserver import Script
    from ...support.tls import Authority

PLATFORM = "http://platform.invalid"
OK = responding(lambda _: RawResponse(200, b"[]", {"set-cookie": "a=b"}))


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxy_for_http_is_reused(http: Driver, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """It receives whole URLs on a connection that is reused, and its cookies are ignored."""
    with RawServer(OK) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert http.send(f"{PLATFORM}/a").content == b"[]"
        assert http.send(f"{PLATFORM}/b", "POST", content=b"{}").content == b"[]"
        assert [request.target for request in proxy.requests] == [f"{PLATFORM}/a", f"{PLATFORM}/b"]
        assert "cookie" not in proxy.requests[1].headers
        assert proxy.connections == 1
        http.close()
        assert proxy.wait_until_open(0)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_dropped_client_closes_its_proxy_connections(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the last reference, or with the event loop."""
    with RawServer(OK) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with Driver(way) as http:
            http.send(PLATFORM)
        del http
        gc.collect()
        assert proxy.wait_until_open(0)


def test_no_proxy_names_direct_hosts(http: Driver, server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY names hosts that are reached directly."""
    with RawServer(OK) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        http.send(server.url)
        assert (len(server.requests), proxy.connections) == (1, 0)
        http.send(PLATFORM)
        assert (len(server.requests), len(proxy.requests)) == (1, 1)


def test_proxy_for_https_sees_no_headers(http: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens a tunnel; the key goes through it encrypted."""
    tls = authority.context("platform.invalid")

    def tunnel(connection: Connection) -> None:
        request = connection.read_request()
        assert request is not None
        assert (request.method, request.target) == ("CONNECT", "platform.invalid:443")
        assert "x-api-key" not in request.headers
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.start_tls(tls)
        OK(connection)

    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RawServer(tunnel) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        for _ in range(2):
            assert http.send("https://platform.invalid", headers={"X-API-Key": "key"}).content == b"[]"
        assert [request.method for request in proxy.requests] == ["CONNECT", "GET", "GET"]
        assert proxy.requests[1].headers["x-api-key"] == "key"


def test_refused_tunnel_is_a_proxy_error(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request was not sent."""
    with RawServer(responding(lambda _: RawResponse(407))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(httpx.ProxyError):
            http.send("https://platform.invalid")


def test_unreachable_proxy_is_a_connect_error(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a ConnectError, as for a server."""
    with refusing_url() as url:
        monkeypatch.setenv("ALL_PROXY", url)
        with pytest.raises(httpx.ConnectError):
            http.send(PLATFORM)


def test_redirect_of_a_proxy_is_not_followed(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The login page of a hotel's network must not get the key."""
    redirect = RawResponse(302, b"", {"location": "http://login.invalid/"})
    with RawServer(responding(lambda _: redirect)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert http.send(PLATFORM).status_code == 302
        assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    "script",
    [silent, trickling(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n[", b" ")],
    ids=["silent", "slow"],
)
def test_response_through_a_proxy_times_out(http: Driver, monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    """A body that trickles, too."""
    with RawServer(script) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(httpx.ReadTimeout):
            http.send(PLATFORM, timeout=SHORT)


@pytest.mark.xfail(strict=True, reason="httpx sends to proxies and applies its read timeout to each read of a head")
def test_head_that_trickles_through_a_proxy_times_out(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for the head of a response."""
    slow = trickling(b"HTTP/1.1 200 OK\r\nx-slow: ", b"z", b"\r\ncontent-length: 2\r\n\r\n[]")
    with RawServer(slow) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(httpx.ReadTimeout):
            http.send(PLATFORM, timeout=0.4)
