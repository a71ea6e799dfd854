"""The key is sent to the configured server only, and the emulator does not keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors

from ...support.libraries import LIBRARIES, name_of
from ...support.rawserver import RawResponse, RawServer, responding
from ...support.tls import Authority
from ..operations.declared import OPERATIONS
from .support import CANARY, http_options

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from ...support.calling import Call

clients = pytest.mark.parametrize("library", [None, *LIBRARIES], ids=name_of)


@clients
@pytest.mark.parametrize("to_tls", [True, False], ids=["to https", "to http"])
def test_redirect_to_another_scheme(
    call: Call, library: ModuleType | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, to_tls: bool
) -> None:
    """The same host with another scheme receives no key either."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    one, two = (None, authority.context()) if to_tls else (authority.context(), None)
    with RawServer(responding(lambda _: RawResponse()), tls=two) as other:
        response = RawResponse(307, b"", {"location": f"{other.url}/v1/projects/p/training-jobs"})
        with (
            RawServer(responding(lambda _: response), tls=one) as server,
            http_options(call, library, follow_redirects=True) as options,
        ):
            client = EmissaryClient(CANARY, server_url=server.url, retry_config=None, **options)
            with pytest.raises(errors.SDKError, match="redirect"):
                call(client, "list")
            call.close_client(client)
            assert len(server.requests) == 1
        assert other.connections == 0


class NarrowClient(httpx.Client):
    """A client that follows redirects and whose ``send`` takes nothing but a request."""

    def send(self, request: httpx.Request) -> httpx.Response:  # type: ignore[override]
        """Send a request."""
        return super().send(request)


def test_client_that_must_follow_redirects_is_refused() -> None:
    """It would forward the key."""
    with RawServer(responding(lambda _: RawResponse())) as server, NarrowClient(follow_redirects=True) as http:
        client = EmissaryClient(CANARY, server_url=server.url, client=http)
        with pytest.raises(ValueError, match="redirects"):
            client.projects.list()
    assert server.connections == 0


def test_emulator_keeps_no_key(call: Call, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither its log, at any level, nor its database has one, right or wrong."""
    caplog.set_level(1)
    with emulator.serve(database=tmp_path / "emulator.sqlite", job_seconds=0, api_key=CANARY) as server:
        server.faults.add(drop="after", operation="projects.create")
        for key in (CANARY, f"{CANARY}-wrong"):
            client = EmissaryClient(key, server_url=server.url, retry_config=None)
            for declared in OPERATIONS:
                try:
                    call(client, declared.method, **declared.arguments)
                except errors.EmissaryClientError as error:
                    assert CANARY not in repr(error) + str(error)  # noqa: PT017  # some calls succeed
            call.close_client(client)
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    lines = [record.getMessage() for record in caplog.records if record.name == "emissary_client_sdk.emulator"]
    assert len(lines) >= 2 * len(OPERATIONS)
    assert [line for line in lines if CANARY in line] == []
    stored += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Llama" in stored
    assert CANARY.encode() not in stored
