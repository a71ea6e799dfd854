"""Proxies that the environment names, with the SDK's own clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import KEY, Series, well_behaved
from ..support.rawserver import Answer, Connection, RawServer, answering, refusing_url, silent, trickling

if TYPE_CHECKING:
    from ..support.calling import Call
    from ..support.tls import Authority

PLATFORM = "http://platform.invalid"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_for_http(call: Call, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """It is asked for the whole URL, on a connection that is kept; the host is not looked up by us."""
    with RawServer(answering(well_behaved)) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        with EmissaryClient(KEY, server_url=PLATFORM) as client:
            assert call(client, "retrieve").id == "job"
            assert call(client, "create").id == "job"
            assert (proxy.connections, len(proxy.requests)) == (1, 2)
        assert proxy.requests[0].target == f"{PLATFORM}/v1/projects/project/training-jobs/job"
        assert proxy.requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize("way", ["close", "drop"])
def test_the_connection_to_a_proxy_is_closed(call: Call, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """With the client, and where nobody closes it with the event loop or with the last reference."""
    with RawServer(answering(well_behaved)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with call:
            client = EmissaryClient(KEY, server_url=PLATFORM)
            call(client, "list")
            if way == "close":
                call.close_client(client)
                assert proxy.wait_until_open(0)
            del client
        assert proxy.wait_until_open(0)


def test_no_proxy_for_this_host(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY sends the request straight to the server, while another still goes by the proxy."""
    with RawServer(answering(well_behaved)) as proxy, RawServer(answering(well_behaved)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with EmissaryClient(KEY, server_url=server.url) as client:
            call(client, "list")
            assert (len(server.requests), proxy.connections) == (1, 0)
            call(client, "list", server_url=PLATFORM)
            assert (len(server.requests), len(proxy.requests)) == (1, 1)


def test_a_proxy_for_https(call: Call, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for a tunnel only; the key goes through it to the server and is not for the proxy to see."""
    tls = authority.context("platform.invalid")

    def tunnel(connection: Connection) -> None:
        asked = connection.read_request()
        assert asked is not None
        assert (asked.method, asked.target) == ("CONNECT", "platform.invalid:443")
        assert KEY not in str(asked.headers)
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.start_tls(tls)
        answering(well_behaved)(connection)

    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RawServer(tunnel) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with EmissaryClient(KEY, server_url="https://platform.invalid") as client:
            assert call(client, "retrieve").id == "job"
            assert call(client, "list") == []
        assert [request.method for request in proxy.requests] == ["CONNECT", "GET", "GET"]
        assert proxy.requests[1].headers["x-api-key"] == KEY


def test_a_proxy_that_refuses_a_tunnel(call: Call, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    """Nothing reached the platform."""
    with RawServer(answering(lambda _: Answer(407))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with (
            EmissaryClient(KEY, server_url="https://platform.invalid", retry_config=None) as client,
            pytest.raises(errors.NoResponseError) as caught,
        ):
            call(client, "create")
        assert isinstance(caught.value.__cause__, httpx.ProxyError)
        assert not caught.value.request_may_have_been_processed
    assert waits == []


def test_a_proxy_that_is_not_there(call: Call, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    """Nothing reached the platform, so it is tried again."""
    with refusing_url() as url:
        monkeypatch.setenv("ALL_PROXY", url)
        with (
            EmissaryClient(KEY, server_url=PLATFORM) as client,
            pytest.raises(errors.NoResponseError, match="after 4 attempts") as caught,
        ):
            call(client, "create")
    assert not caught.value.request_may_have_been_processed
    assert len(waits) == 3


def test_redirects_of_a_proxy_are_not_followed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login page of a hotel's network must not get the key."""
    redirect = Answer(302, b"", {"location": "http://login.invalid/"})
    with RawServer(answering(Series(redirect))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with EmissaryClient(KEY, server_url=PLATFORM) as client, pytest.raises(errors.SDKError, match="redirect"):
            call(client, "list")
        assert len(proxy.requests) == 1


def test_a_timeout_behind_a_proxy(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one as everywhere."""
    with RawServer(silent) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with EmissaryClient(KEY, server_url=PLATFORM) as client, pytest.raises(errors.APITimeoutError):
            call(client, "list", timeout_ms=100, retries=None)


def test_a_body_that_trickles_through_a_proxy_is_given_up(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, but the whole does not."""
    with RawServer(trickling(b"HTTP/1.1 200 OK\r\ncontent-length: 102\r\n\r\n[", b" ", b"]")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with EmissaryClient(KEY, server_url=PLATFORM) as client, pytest.raises(errors.APITimeoutError):
            call(client, "list", timeout_ms=100, retries=None)
