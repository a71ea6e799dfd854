"""HTTPS: which servers are trusted, and the shared TLS context."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ...support.rawserver import RawResponse, RawServer, responding
from .driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from ...support.calling import Way
    from ...support.tls import Authority

OK = responding(lambda _: RawResponse(200, b"[]"))


def causes(error: BaseException | None) -> list[type[BaseException]]:
    """Return the types of an exception and its causes."""
    found: list[type[BaseException]] = []
    while error is not None:
        found.append(type(error))
        error = error.__cause__ or error.__context__
    return found


@pytest.mark.parametrize("name", ["127.0.0.1", "another.invalid"])
def test_untrusted_certificate_is_refused(
    http: Driver, authority: Authority, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown authority, or a trusted one with a certificate for another name."""
    if name != "127.0.0.1":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RawServer(OK, tls=authority.context(name)) as server:
        with pytest.raises(httpx.ConnectError) as raised:
            http.send(server.url)
        assert ssl.SSLCertVerificationError in causes(raised.value)
        assert server.wait_until_open(0)
        assert (server.connections, server.refusals, server.requests) == (1, 1, [])


@pytest.mark.parametrize("http", ["sync", "async", "trio"], indirect=True)
def test_environment_is_read_when_a_connection_is_made(
    http: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program may read its .env file late. HTTP/1.1 is spoken with servers that also offer HTTP/2."""
    with RawServer(OK, tls=authority.context(protocols=("h2", "http/1.1"))) as server:
        with pytest.raises(httpx.ConnectError):
            http.send(server.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        for _ in range(3):
            assert http.send(server.url).content == b"[]"
        if http.way != "trio":  # each run of trio has its own connections
            assert server.connections == 2


def test_clients_share_one_context(authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is created once per environment, and not at all for plain HTTP."""
    created: list[ssl.SSLContext] = []
    load: Any = ssl.SSLContext.load_verify_locations

    def counted(context: ssl.SSLContext, *arguments: Any, **options: Any) -> None:
        created.append(context)
        load(context, *arguments, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    copy = tmp_path / "authority.pem"
    copy.write_bytes(authority.file.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(copy))
    for context, expected in ((None, 0), (authority.context(), 1)):
        with RawServer(OK, tls=context) as server:
            ways: list[Way] = ["sync", "sync", "async"]
            for way in ways:
                with Driver(way) as driver:
                    driver.send(server.url)
                    driver.close()
        assert (server.connections, len(created)) == (3, expected)
