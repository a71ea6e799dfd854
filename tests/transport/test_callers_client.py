"""A caller's own HTTP client, of httpx or httpx2: it is used as it is, and stays the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, __version__, errors

from ..support.answers import BODY, JOB, KEY, METHODS, Series, well_behaved
from ..support.rawserver import Answer, Connection, RawServer, answering, refusing_url, silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from ..support.calling import Call

both = pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)


@pytest.fixture
def server() -> Iterator[RawServer]:
    """Give a server that answers as the platform would."""
    with RawServer(answering(well_behaved)) as running:
        yield running


def client_of(call: Call, http: Any, url: str, **options: Any) -> EmissaryClient:
    """Make a client that uses a caller's."""
    return EmissaryClient(KEY, server_url=url, **call.using(http), **options)


@both
def test_every_method_works(call: Call, server: RawServer, library: ModuleType) -> None:
    """On one connection; closing our client leaves the caller's open."""
    with call.http_client(library) as http:
        client = client_of(call, http, server.url)
        assert call(client, "create", request_body=BODY).id == JOB["id"]
        for method in METHODS:
            call(client, method)
        call.close_client(client)
        client.close()
        assert not http.is_closed
        again = client_of(call, http, server.url)
        call(again, "list")
        assert server.connections == 1
        again.close()
    assert {request.headers["x-api-key"] for request in server.requests} == {KEY}


@both
def test_it_keeps_its_headers_and_user_agent(call: Call, server: RawServer, library: ModuleType) -> None:
    """What the SDK has to send is added; what one call says wins."""
    headers = {"User-Agent": "mine/1", "X-Team": "blue", "Accept-Encoding": "identity"}
    with call.http_client(library, headers=headers) as http:
        client = client_of(call, http, server.url)
        call(client, "list")
        call(client, "list", http_headers={"X-Team": "red"})
    first, second = (request.headers for request in server.requests)
    assert (first["user-agent"], first["x-team"], first["accept-encoding"]) == ("mine/1", "blue", "identity")
    assert (first["x-api-key"], first["accept"]) == (KEY, "application/json")
    assert second["x-team"] == "red"


def test_a_user_agent_that_is_only_the_library_s_gives_way(call: Call, server: RawServer) -> None:
    """So that the platform knows who asks."""
    with call.http_client(httpx) as http:
        call(client_of(call, http, server.url), "list")
    assert server.requests[0].headers["user-agent"].startswith(f"emissary-client-sdk/{__version__}")


@both
def test_it_keeps_its_timeout(call: Call, server: RawServer, library: ModuleType) -> None:
    """Unless the client or the call says another one."""
    seen: list[Any] = []

    def note(request: Any) -> None:
        seen.append(request.extensions["timeout"]["read"])

    hooks = {"request": [call.hook(note)]}
    with call.http_client(library, timeout=7, event_hooks=hooks) as http:
        call(client_of(call, http, server.url), "list")
        call(client_of(call, http, server.url), "list", timeout_ms=1500)
        call(client_of(call, http, server.url, timeout_ms=2500), "list")
    assert seen == [7, 1.5, 2.5]


@both
def test_it_keeps_its_event_hooks(call: Call, library: ModuleType, waits: list[float]) -> None:
    """They run for each attempt, as with any request of this client."""
    seen: list[object] = []

    def on_request(request: Any) -> None:
        seen.append(request.method)

    def on_response(response: Any) -> None:
        seen.append(response.status_code)

    hooks = {"request": [call.hook(on_request)], "response": [call.hook(on_response)]}
    with RawServer(answering(Series(Answer(429)))) as server, call.http_client(library, event_hooks=hooks) as http:
        call(client_of(call, http, server.url), "retrieve")
    assert seen == ["GET", 429, "GET", 200]
    assert len(waits) == 1


@both
def test_it_keeps_its_auth(call: Call, server: RawServer, library: ModuleType) -> None:
    """A client that authenticates needs no API key."""
    with call.http_client(library, auth=("user", "password")) as http:
        call(EmissaryClient(server_url=server.url, **call.using(http)), "list")
    assert server.requests[0].headers["authorization"].startswith("Basic ")
    assert "x-api-key" not in server.requests[0].headers


@both
def test_without_an_auth_a_key_is_needed(call: Call, server: RawServer, library: ModuleType) -> None:
    """As with the SDK's own client."""
    with call.http_client(library) as http, pytest.raises(errors.MissingAPIKeyError):
        call(EmissaryClient(server_url=server.url, **call.using(http)), "list")
    assert server.connections == 0


@both
def test_it_keeps_its_proxy(call: Call, server: RawServer, library: ModuleType) -> None:
    """The request goes there, for the whole URL."""
    with call.http_client(library, proxy=server.url) as http:
        call(client_of(call, http, "http://platform.invalid"), "list")
    assert server.requests[0].target == "http://platform.invalid/v1/projects/project/training-jobs"


@both
def test_it_keeps_its_cookies(call: Call, library: ModuleType) -> None:
    """Its own and those that a server sets."""
    answer = Answer(200, b"[]", {"set-cookie": "lane=a; Path=/"})
    with RawServer(answering(Series(answer))) as server, call.http_client(library, cookies={"mine": "1"}) as http:
        client = client_of(call, http, server.url)
        call(client, "list")
        call(client, "list")
    assert server.requests[0].headers["cookie"] == "mine=1"
    assert set(server.requests[1].headers["cookie"].split("; ")) == {"mine=1", "lane=a"}


@both
def test_a_refused_connection(call: Call, library: ModuleType, waits: list[float]) -> None:
    """Is known for what it is: nothing was sent, so it is tried again."""
    with refusing_url() as url, call.http_client(library) as http:
        with pytest.raises(errors.NoResponseError, match="after 4 attempts: ConnectError") as caught:
            call(client_of(call, http, url), "create")
        assert isinstance(caught.value.__cause__, library.ConnectError)
    assert not isinstance(caught.value, errors.APITimeoutError)
    assert not caught.value.request_may_have_been_processed
    assert len(waits) == 3


@both
def test_a_dropped_connection(call: Call, library: ModuleType, waits: list[float]) -> None:
    """A create is not repeated, a read is."""
    with RawServer(answering(Series(None, None))) as server, call.http_client(library) as http:
        client = client_of(call, http, server.url)
        with pytest.raises(errors.NoResponseError) as caught:
            call(client, "create")
        assert isinstance(caught.value.__cause__, library.TransportError)
        assert caught.value.request_may_have_been_processed
        assert call(client, "retrieve").id == "job"
    assert (len(server.requests), len(waits)) == (3, 1)


@both
def test_a_timeout(call: Call, library: ModuleType) -> None:
    """Is an APITimeoutError, with the library's exception as its cause."""
    with RawServer(silent) as server, call.http_client(library, timeout=0.1) as http:
        with pytest.raises(errors.APITimeoutError) as caught:
            call(client_of(call, http, server.url), "list", retries=None)
        assert isinstance(caught.value.__cause__, library.ReadTimeout)


@both
def test_an_answer_that_breaks_off(call: Call, library: ModuleType) -> None:
    """Is no answer, whatever its status was."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[")

    with RawServer(script) as server, call.http_client(library) as http:
        with pytest.raises(errors.NoResponseError) as caught:
            call(client_of(call, http, server.url), "list", retries=None)
        assert isinstance(caught.value.__cause__, library.RemoteProtocolError)


@both
def test_errors_have_the_library_s_response(call: Call, library: ModuleType) -> None:
    """It can be looked at, but the key is not in it any more."""
    with RawServer(answering(Series(Answer(404, b"none")))) as server, call.http_client(library) as http:
        with pytest.raises(errors.SDKError) as caught:
            call(client_of(call, http, server.url), "list")
        assert isinstance(caught.value.raw_response, library.Response)
        assert caught.value.body == "none"
        raw: Any = caught.value.raw_response
        assert KEY not in repr(list(raw.request.headers.raw))


@both
def test_hooks_see_the_library_s_own_objects(call: Call, server: RawServer, library: ModuleType) -> None:
    """Requests and responses are those of the caller's client."""
    seen: list[Any] = []
    hooks = SDKHooks()
    hooks.register_before_request_hook(lambda _, request: seen.append(request))
    hooks.register_after_success_hook(lambda _, response: seen.append(response))
    with call.http_client(library) as http:
        call(client_of(call, http, server.url, hooks=hooks), "list")
    assert isinstance(seen[0], library.Request)
    assert isinstance(seen[1], library.Response)


@both
def test_a_closed_client_of_the_caller_s(call: Call, server: RawServer, library: ModuleType) -> None:
    """Is the caller's mistake, and comes out as the library tells it."""
    with call.http_client(library) as http:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        call(client_of(call, http, server.url), "list")
    assert server.connections == 0
