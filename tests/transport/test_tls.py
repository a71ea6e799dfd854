"""HTTPS: whom the SDK's own clients trust, and what protocol they agree on."""

from __future__ import annotations

import ssl
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import BODY, KEY, METHODS, well_behaved
from ..support.http2 import answering_http2
from ..support.rawserver import RawServer, answering

if TYPE_CHECKING:
    from ..support.calling import Call
    from ..support.tls import Authority


@pytest.fixture
def _trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the tests' authority, by the variable that OpenSSL has for it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


def causes(error: BaseException | None) -> list[type[BaseException]]:
    """Give the types of an exception and of those behind it."""
    found: list[type[BaseException]] = []
    while error is not None:
        found.append(type(error))
        error = error.__cause__ or error.__context__
    return found


def refused(call: Call, server: RawServer, client: EmissaryClient) -> None:
    """Expect a create to be refused because of the certificate, at the first attempt."""
    with pytest.raises(errors.NoResponseError, match="No response after 1 attempt: ConnectError") as caught:
        call(client, "create")
    assert not isinstance(caught.value, errors.APITimeoutError)
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert ssl.SSLCertVerificationError in causes(caught.value)
    assert not caught.value.request_may_have_been_processed
    assert server.wait_until_open(0)
    assert (server.connections, server.refusals, server.requests) == (1, 1, [])


def test_a_server_that_nobody_vouches_for(call: Call, authority: Authority, waits: list[float]) -> None:
    """It is refused, and no other attempt is made: its certificate would be the same."""
    with (
        RawServer(answering(well_behaved), tls=authority.context()) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        refused(call, server, client)
    assert waits == []


@pytest.mark.usefixtures("_trusted")
def test_a_server_of_another_name(call: Call, authority: Authority, waits: list[float]) -> None:
    """A good certificate of somebody else's is no better."""
    with (
        RawServer(answering(well_behaved), tls=authority.context("another.invalid")) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        refused(call, server, client)
    assert waits == []


@pytest.mark.usefixtures("_trusted")
def test_an_authority_that_the_environment_names(call: Call, authority: Authority) -> None:
    """Its servers are trusted, and a connection serves call after call."""
    with (
        RawServer(answering(well_behaved), tls=authority.context()) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        for method in METHODS:
            call(client, method)
        assert (server.connections, len(server.requests)) == (1, len(METHODS))


def test_an_environment_that_changes(call: Call, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program may read its .env file late: what counts is what it says when the connection is made."""
    with (
        RawServer(answering(well_behaved), tls=authority.context()) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        with pytest.raises(errors.NoResponseError):
            call(client, "list")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        assert call(client, "list") == []


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("call", ["sync", "async", "trio"], indirect=True)
def test_http2_where_the_server_offers_it(call: Call, authority: Authority) -> None:
    """It is agreed on during the handshake; headers and body arrive, and one connection serves all calls."""
    with (
        RawServer(answering_http2(well_behaved), tls=authority.context(protocols=("h2", "http/1.1"))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        assert call(client, "create", request_body=BODY).id == "job"
        for method in METHODS:
            call(client, method)
        assert server.connections == (1 if call.way != "trio" else 1 + len(METHODS))
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/v1/projects/project/training-jobs")
    assert request.headers["x-api-key"] == KEY
    assert request.body == b'{"base_model":"Llama-3.2-1B-Instruct","train_dataset_id":"ds-train"}'


@pytest.mark.usefixtures("_trusted")
def test_no_http2_without_the_package_for_it(call: Call, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then HTTP/1.1 is spoken with a server that could do both."""
    monkeypatch.setitem(sys.modules, "h2", None)
    with (
        RawServer(answering(well_behaved), tls=authority.context(protocols=("h2", "http/1.1"))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        assert call(client, "list") == []
        assert server.connections == 1


@pytest.mark.usefixtures("_trusted")
def test_clients_share_one_context(call: Call, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making one takes longer than a hundred requests, so it is made once for all clients and connections."""
    made = count_contexts(monkeypatch)
    copy = authority.file.with_name(f"{call.way}.pem")  # a name that no other test has, so no context is there yet
    copy.write_bytes(authority.file.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(copy))
    with RawServer(answering(well_behaved), tls=authority.context()) as server:
        for _ in range(3):
            with EmissaryClient(KEY, server_url=server.url) as client:
                call(client, "list")
    assert (server.connections, len(made)) == (3, 1)


def test_plain_http_makes_no_context(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that talks to a server nearby does not pay for certificates."""
    made = count_contexts(monkeypatch)
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for method in METHODS:
            call(client, method)
    assert made == []


def count_contexts(monkeypatch: pytest.MonkeyPatch) -> list[ssl.SSLContext]:
    """Note each TLS context that loads the certificates, from now on."""
    made: list[ssl.SSLContext] = []
    original: Any = ssl.SSLContext.load_verify_locations

    def load(context: ssl.SSLContext, *arguments: Any, **options: Any) -> None:
        made.append(context)
        original(context, *arguments, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load)
    return made
