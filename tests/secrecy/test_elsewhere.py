"""Where the key must not go: to another server, into the emulator's log or database, into other libraries' logs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx
import httpx2
import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors

from ..support.answers import METHODS, as_json
from ..support.http2 import answering_http2
from ..support.rawserver import Answer, RawServer, answering
from ..support.tls import Authority
from .support import CANARY, http_options, see_call, watching

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from ..support.calling import Call

clients = pytest.mark.parametrize("library", [None, httpx, httpx2], ids=["own", "httpx", "httpx2"])


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Give an authority of the tests' own, which is trusted."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@clients
def test_a_redirect_to_another_host(call: Call, library: ModuleType | None) -> None:
    """No method follows one, not with a client that would: the other server sees no connection at all."""
    with RawServer(answering(lambda _: Answer())) as other:
        location = {"location": f"http://localhost:{other.port}/"}
        answers = iter([Answer(status, b"", location) for status in (301, 302, 303, 307, 308) for _ in METHODS])
        with (
            RawServer(answering(lambda _: next(answers))) as server,
            http_options(call, library, follow_redirects=True) as options,
        ):
            client = EmissaryClient(CANARY, server_url=server.url, retry_config=None, **options)
            redirected(call, client, *METHODS * 5)
            assert [request.headers["x-api-key"] for request in server.requests] == [CANARY] * 5 * len(METHODS)
        assert other.connections == 0


@clients
@pytest.mark.parametrize("to_tls", [True, False], ids=["to https", "to http"])
def test_a_redirect_to_another_scheme(
    call: Call, library: ModuleType | None, authority: Authority, *, to_tls: bool
) -> None:
    """The same host with another scheme gets no key either, least of all in clear."""
    one, two = (None, authority.context()) if to_tls else (authority.context(), None)
    with RawServer(answering(lambda _: Answer()), tls=two) as other:
        redirect = Answer(307, b"", {"location": f"{other.url}/v1/projects/p/training-jobs"})
        with (
            RawServer(answering(lambda _: redirect), tls=one) as server,
            http_options(call, library, follow_redirects=True) as options,
        ):
            redirected(call, EmissaryClient(CANARY, server_url=server.url, retry_config=None, **options), "list")
            assert len(server.requests) == 1
        assert other.connections == 0


class Narrow(httpx.Client):
    """A client of a caller's that follows redirects, and whose ``send`` takes nothing but a request."""

    def send(self, request: httpx.Request) -> httpx.Response:  # type: ignore[override]
        """Send it as the base class does by default."""
        return super().send(request)


@pytest.mark.parametrize("call", ["sync"], indirect=True)
def test_a_client_that_cannot_be_told(call: Call) -> None:
    """A caller's client that follows redirects and takes no options takes the key nowhere else."""
    with RawServer(answering(lambda _: as_json([]))) as other:
        redirect = Answer(307, b"", {"location": f"http://localhost:{other.port}/"})
        with (
            RawServer(answering(lambda _: redirect)) as server,
            Narrow(follow_redirects=True) as http,
            pytest.raises((errors.SDKError, TypeError, ValueError)),
        ):
            call(EmissaryClient(CANARY, server_url=server.url, client=http), "list")
        assert [request for request in other.requests if CANARY in request.headers.values()] == []


def redirected(call: Call, client: EmissaryClient, *methods: str) -> None:
    """Make calls that are redirected, with a client that would follow; each says that the SDK does not."""
    for method in methods:
        with pytest.raises(errors.SDKError, match="redirect"):
            call(client, method)
    call.close_client(client)


@pytest.mark.usefixtures("authority")
def test_no_library_logs_the_key_over_http2(call: Call, authority: Authority) -> None:
    """With HTTP/2 too the libraries' loggers, with the root logger at its lowest level, do not say with which key."""
    script = answering_http2(lambda _: as_json([]))
    with RawServer(script, tls=authority.context(protocols=("h2",))) as server, watching() as witness:
        see_call(witness, call, lambda: EmissaryClient(CANARY, server_url=server.url), "list")
        assert server.requests[0].headers["x-api-key"] == CANARY
    assert any(place.startswith("log of httpcore.http2") for place, _ in witness.seen)
    assert witness.details(CANARY) == []


def test_the_emulator_keeps_no_key(call: Call, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the emulator's log, at any level, nor a byte of its database's files shows a key that it was sent."""
    database = tmp_path / "jobs.sqlite"
    caplog.set_level(1)
    with emulator.serve(database=database, job_seconds=3600, api_key=CANARY) as server:
        for key in (CANARY, f"{CANARY}-wrong"):
            client = EmissaryClient(key, server_url=server.url, retry_config=None)
            for method in METHODS:
                with_errors(call, client, method)
            server.faults.add(status=500)
            server.faults.add(drop="after", operation="create")
            with_errors(call, client, "list")
            with_errors(call, client, "create")
            call.close_client(client)
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    lines = [record.getMessage() for record in caplog.records if record.name == "emissary_client_sdk.emulator"]
    assert len(lines) > 2 * len(METHODS)
    assert [line for line in lines if CANARY in line] == []
    stored += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Llama" in stored
    assert CANARY.encode() not in stored
    assert logging.getLogger("emissary_client_sdk.emulator").isEnabledFor(logging.INFO)


def with_errors(call: Call, client: EmissaryClient, method: str) -> None:
    """Make a call, whatever it ends with."""
    try:
        call(client, method)
    except errors.EmissaryClientError as error:
        assert CANARY not in repr(error) + str(error)  # noqa: PT017  # some of the calls succeed
