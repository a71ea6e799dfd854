"""Nothing is opened before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks

from ..support.answers import KEY, well_behaved
from ..support.processes import descriptors
from ..support.rawserver import RawServer, answering

if TYPE_CHECKING:
    from ..support.calling import Call

_KINDS = (httpx.HTTPTransport, httpx.AsyncHTTPTransport, httpx.Client, httpx.AsyncClient)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each transport and client of httpx's that is made."""
    noted: list[str] = []
    for kind in _KINDS:

        def init(self: Any, *arguments: Any, _original: Any = kind.__init__, **options: Any) -> None:
            noted.append(type(self).__name__)
            _original(self, *arguments, **options)

        monkeypatch.setattr(kind, "__init__", init)
    return noted


def test_a_client_that_makes_no_call_opens_nothing(call: Call, made: list[str]) -> None:
    """However it is looked at, and closed."""
    before = descriptors()
    client = EmissaryClient(KEY)
    assert "training_jobs" in dir(client)
    assert client.training_jobs is client.training_jobs
    assert repr(client) == "<EmissaryClient https://api.withemissary.com>"
    assert descriptors() == before
    call.close_client(client)
    assert made == []


def test_a_call_with_bad_input_opens_nothing(call: Call, made: list[str]) -> None:
    """It is refused before a connection is thought of."""
    before = descriptors()
    with EmissaryClient(KEY, hooks=SDKHooks()) as client, pytest.raises(ValueError, match="project_id"):
        call(client, "list", project_id="..")
    assert not {"HTTPTransport", "AsyncHTTPTransport"} & set(made)
    assert descriptors() == before


def test_a_call_makes_one_transport_of_its_own_kind(call: Call, made: list[str]) -> None:
    """A synchronous program pays nothing for asynchronous calls, nor the other way round."""
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for _ in range(3):
            call(client, "list")
    transports = [name for name in made if name.endswith("Transport")]
    assert transports == ["AsyncHTTPTransport" if call.is_async else "HTTPTransport"]
