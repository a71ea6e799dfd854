"""HTTPS: which servers are trusted, and the shared TLS context."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any

import anyio
import httpcore
import httpx
import pytest

from emissary_client_sdk._transport import stream, tls
from emissary_client_sdk.errors import EnvironmentSettingError

from ...support.rawserver import Connection, RawResponse, RawServer, responding
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


def test_invalid_record_is_a_network_error(http: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is when nothing is encrypted, in both modes."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send_unencrypted(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        connection.hold()

    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RawServer(script, tls=authority.context()) as server, pytest.raises(httpx.ReadError, match="BAD_RECORD"):
        http.send(server.url)


def test_failure_to_encrypt_is_a_network_error() -> None:
    """Of asynchronous streams, which httpcore does not translate."""

    class Broken(httpcore.AsyncNetworkStream):
        async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
            raise ssl.SSLError("broken")

    with pytest.raises(httpcore.WriteError, match="broken"):
        anyio.run(stream.AsyncDeadlineStream(Broken(), stream.ResponseDeadline()).write, b"x" * 8192)


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("SSL_CERT_FILE", "missing.pem", "which cannot be used: No such file or directory"),
        ("SSL_CERT_FILE", "", "which cannot be used: Is a directory"),
        ("SSL_CERT_FILE", "text", "which cannot be used: it has no PEM certificates"),
        ("SSL_CERT_DIR", "text", "which is not a folder"),
        ("SSLKEYLOGFILE", "missing/log", "which cannot be written: No such file or directory"),
    ],
)
def test_setting_that_cannot_be_used(
    http: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    """The error names the variable and says that nothing was sent; a plain HTTP server needs none of them."""
    (tmp_path / "text").write_text("no certificate")
    monkeypatch.setenv(variable, str(tmp_path / value))
    with RawServer(OK) as server:
        with pytest.raises(EnvironmentSettingError, match=f"^{variable} is .*{value}', {problem}. Nothing") as raised:
            http.send(server.url.replace("http:", "https:"))
        assert (raised.value.variable, raised.value.request_may_have_been_processed) == (variable, False)
        assert server.connections == 0
        assert http.send(server.url).content == b"[]"


def test_folder_of_certificates(http: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment may name several folders, of which one exists. Certifi's unreadable file is an OSError."""
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(["/missing", str(authority.file.parent)]))
    with RawServer(OK, tls=authority.context()) as server, pytest.raises(httpx.ConnectError):
        http.send(server.url)  # the folder has no links with the hashes of the certificates
    monkeypatch.delenv("SSL_CERT_DIR")
    monkeypatch.setattr("certifi.where", lambda: "/missing")
    monkeypatch.setattr(tls, "_contexts", {})
    with pytest.raises(FileNotFoundError):
        http.send("https://host.invalid")
