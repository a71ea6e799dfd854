"""The proxies that the environment names."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk._transport import proxies
from emissary_client_sdk._transport.proxies import origin_of, proxy_of
from emissary_client_sdk.errors import EnvironmentSettingError

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
    """NO_PROXY names hosts that are reached directly, also if the proxy cannot be used."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.0/8")
    with RawServer(OK) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("HTTPS_PROXY", "socks://unknown")
        http.send(server.url)
        assert (len(server.requests), proxy.connections) == (1, 0)
        http.send(PLATFORM)
        assert (len(server.requests), len(proxy.requests)) == (1, 1)


@pytest.mark.parametrize(
    ("no_proxy", "direct", "proxied"),
    [
        ("example.com", ["http://example.com", "http://a.EXAMPLE.com."], ["http://badexample.com", "http://com"]),
        (".example.com, *.org.", ["http://example.com:81", "http://a.org"], ["http://org.com"]),
        ("localhost:8080 ,,b", ["http://localhost:8080", "http://b"], ["http://localhost", "http://localhost:80"]),
        ("*", ["http://example.com", "http://127.0.0.1", "http://[::1]"], []),
        ("10.0.0.0/8,192.168.1.1", ["http://10.1.2.3", "http://192.168.1.1:9"], ["http://11.0.0.1", "http://10.com"]),
        ("[::1]:80 fe80::/10 [fd00::]/8", ["http://[::1]", "http://[fe80::1]", "http://[fd01::1]"], ["http://[::2]"]),
        ("::1", ["http://[::1]:90"], ["http://127.0.0.1", "https://[::2]"]),
        ("127.0.0.1:443,/,[,10.0.0.0/99,:,.", ["https://127.0.0.1"], ["http://127.0.0.1", "http://10.0.0.0"]),
    ],
)
def test_no_proxy_is_read_as_by_curl(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, direct: list[str], proxied: list[str]
) -> None:
    """Names include their subdomains; addresses may be ranges; an entry may have a port; others are ignored."""
    monkeypatch.setenv("NO_PROXY", no_proxy)
    monkeypatch.setenv("ALL_PROXY", "proxy.example")
    monkeypatch.setenv("HTTPS_PROXY", " ")
    assert {url: proxy_of(origin_of(httpx.URL(url))) for url in direct} == dict.fromkeys(direct)
    assert None not in [proxy_of(origin_of(httpx.URL(url))) for url in proxied]


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("ALL_PROXY", "socks://proxy:1080", "has the scheme 'socks'; use one of http, https, socks5, socks5h"),
        ("http_proxy", "http://my proxy:3128", "is not the URL of a proxy"),
        ("http_proxy", "http://127.0.0.1 :3128", "is not the URL of a proxy"),
        ("HTTP_PROXY", "http://user:secret#word@proxy:3128", "is not the URL of a proxy"),
        ("HTTP_PROXY", "http://user:12#secret@proxy:3128", "is .*; special characters of a .* must be percent-encoded"),
        ("HTTP_PROXY", "http://user:12/secret@proxy:3128", "is not the URL of a proxy"),
        ("HTTP_PROXY", "http://user:12?secret@proxy:3128", "is not the URL of a proxy"),
        ("HTTP_PROXY", "http://proxy..example:3128", "is not the URL of a proxy"),
        ("HTTP_PROXY", "http://127.0.0.1:65537", "is not the URL of a proxy"),
        ("HTTP_PROXY", "http://:3128", "is not the URL of a proxy"),
        ("ALL_PROXY", "socks5://proxy:1080", "names a SOCKS proxy, which needs the package socksio"),
    ],
)
def test_proxy_that_cannot_be_used(
    http: Driver, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    """The error names the variable and says that nothing was sent. It shows no part of a password."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(EnvironmentSettingError, match=f"^{variable} {problem}.*Nothing was sent") as raised:
        http.send(PLATFORM)
    assert "secret" not in repr(chain(raised.value))
    assert raised.value.variable == variable


def chain(error: BaseException) -> list[BaseException]:
    """Return an exception and those that a traceback shows with it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [error] if cause is None else [error, *chain(cause)]


def test_name_of_the_setting(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in lower case has priority; without any, it is the setting of the system. Spaces at an end are ignored."""
    monkeypatch.setenv("HTTP_PROXY", " http://127.0.0.1:1 ")
    monkeypatch.setenv("http_proxy", "ftp://proxy")
    with pytest.raises(EnvironmentSettingError, match=r"^http_proxy has the scheme 'ftp'"):
        http.send(PLATFORM)
    monkeypatch.delenv("http_proxy")
    with pytest.raises(httpx.ConnectError):
        http.send(PLATFORM)
    monkeypatch.setattr(proxies, "getproxies", lambda: {"http": "ftp://proxy"})
    monkeypatch.delenv("HTTP_PROXY")
    with pytest.raises(EnvironmentSettingError, match=r"^the proxy setting of the system has the scheme 'ftp'"):
        http.send(PLATFORM)


def socks(connection: Connection) -> None:
    """Speak SOCKS 5 with a user name and a password, and then serve requests itself."""
    assert connection.read() == b"\5\1\2"
    connection.send(b"\5\2")
    assert connection.read() == b"\1\4user\6secret"
    connection.send(b"\1\0")
    assert connection.read() == b"\5\1\0\3\x10platform.invalid\0\x50"
    connection.send(b"\5\0\0\1\0\0\0\0\0\0")
    OK(connection)


def test_socks_proxy(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is reused. A silent one times out like a connection."""
    for script in (socks, Connection.hold):
        with RawServer(script) as proxy:
            monkeypatch.setenv("ALL_PROXY", proxy.url.replace("http://", "socks5h://user:secret@"))
            if script is socks:
                assert [http.send(PLATFORM).content for _ in range(2)] == [b"[]", b"[]"]
                assert proxy.connections == 1
            else:
                with pytest.raises(httpx.ReadTimeout):
                    http.send(PLATFORM, timeout=httpx.Timeout(10.0, connect=0.1))
            http.close()


def test_proxy_over_tls(http: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its certificate is checked like that of a server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RawServer(OK, tls=authority.context()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert http.send(PLATFORM).content == b"[]"
        assert [request.target for request in proxy.requests] == [f"{PLATFORM}/"]


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
    """It is a ConnectError, as for a server, and names the proxy without the password."""
    with refusing_url() as url:
        monkeypatch.setenv("ALL_PROXY", url.replace("//", "//user:secret@"))
        with pytest.raises(httpx.ConnectError) as raised:
            http.send(PLATFORM)
    assert vars(raised.value)["proxy"] == url


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


def test_head_that_trickles_through_a_proxy_times_out(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for the head of a response."""
    slow = trickling(b"HTTP/1.1 200 OK\r\nx-slow: ", b"z", b"\r\ncontent-length: 2\r\n\r\n[]")
    with RawServer(slow) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(httpx.ReadTimeout):
            http.send(PLATFORM, timeout=0.4)
