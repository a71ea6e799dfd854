"""HTTP clients of a caller: of httpx, of httpx2, or any object with build_request and send."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors
from emissary_client_sdk.httpclient import AsyncHttpClient, HttpClient

from ...support.answers import JOB, KEY, METHODS, as_json
from ...support.libraries import LIBRARIES, name_of
from ...support.rawserver import RawResponse, RawServer, responding

if TYPE_CHECKING:
    from types import ModuleType

    from ...support.calling import Call

both = pytest.mark.parametrize("library", LIBRARIES, ids=name_of)


def client_with(call: Call, http: Any, url: str | None = None, **options: Any) -> EmissaryClient:
    """Return a client that uses the caller's."""
    return EmissaryClient(KEY, server_url=url, **call.using(http), **options)


@both
def test_every_method_works_and_the_client_stays_open(call: Call, server: RawServer, library: ModuleType) -> None:
    """Closing ours does not close the caller's; a closed one of the caller's raises its own error."""
    with call.http_client(library) as http:
        for _ in range(2):
            client = client_with(call, http, server.url)
            for method in METHODS:
                call(client, method)
            call.close_client(client)
        assert not http.is_closed
        assert server.connections == 1
    assert {request.headers["x-api-key"] for request in server.requests} == {KEY}
    with pytest.raises(RuntimeError, match="closed"):
        call(client_with(call, http, server.url), "list")


@both
def test_its_headers_cookies_and_proxy_are_kept(call: Call, server: RawServer, library: ModuleType) -> None:
    """The headers of a call win; the library's own User-Agent is replaced."""
    headers = {"User-Agent": "mine/1", "X-Team": "blue"}
    with call.http_client(library, headers=headers, cookies={"a": "1"}, proxy=server.url) as http:
        client = client_with(call, http, "http://platform.invalid")
        call(client, "list")
        call(client, "list", http_headers={"X-Team": "red"})
    with call.http_client(library) as http:
        call(client_with(call, http, server.url), "list")
    first, second, third = server.requests
    assert first.target == "http://platform.invalid/v1/projects/project/training-jobs"
    assert (first.headers["user-agent"], first.headers["x-team"], first.headers["cookie"]) == ("mine/1", "blue", "a=1")
    assert (first.headers["x-api-key"], first.headers["accept"]) == (KEY, "application/json")
    assert second.headers["x-team"] == "red"
    assert third.headers["user-agent"].startswith("emissary-client-sdk/")


@both
def test_its_timeout_is_kept_unless_another_is_set(call: Call, server: RawServer, library: ModuleType) -> None:
    """By the call or for the client."""
    seen: list[Any] = []
    with call.http_client(library, timeout=7, event_hooks={"request": [call.hook(seen.append)]}) as http:
        call(client_with(call, http, server.url), "list")
        call(client_with(call, http, server.url), "list", timeout_ms=1500)
        call(client_with(call, http, server.url, timeout_ms=2500), "list")
    assert [request.extensions["timeout"]["read"] for request in seen] == [7, 1.5, 2.5]


@both
def test_hooks_see_each_attempt(call: Call, library: ModuleType, waits: list[float]) -> None:
    """The client's event hooks and ours, with the library's requests and responses."""
    seen: list[Any] = []
    ours = SDKHooks()
    ours.register_before_request_hook(lambda _, request: seen.append(request))
    ours.register_after_success_hook(lambda _, response: seen.append(response))
    events = {name: [call.hook(seen.append)] for name in ("request", "response")}
    responses = iter([RawResponse(429), as_json(JOB)])
    with (
        RawServer(responding(lambda _: next(responses))) as server,
        call.http_client(library, event_hooks=events) as http,
    ):
        call(client_with(call, http, server.url, hooks=ours), "retrieve")
    request, response = library.Request, library.Response
    assert [type(one) for one in seen] == [request, request, response] * 2 + [response]
    assert len(waits) == 1


@both
@pytest.mark.parametrize("status", [301, 307])
def test_redirect_is_not_followed(call: Call, server: RawServer, library: ModuleType, status: int) -> None:
    """Not even by a client that follows redirects: the key would be sent to the other host."""
    redirect = RawResponse(status, b"", {"location": server.url})
    with (
        RawServer(responding(lambda _: redirect)) as first,
        call.http_client(library, follow_redirects=True) as http,
        pytest.raises(errors.SDKError, match="redirect") as raised,
    ):
        call(client_with(call, http, first.url), "list")
    assert (raised.value.status_code, server.connections) == (status, 0)
    response: Any = raised.value.raw_response
    assert isinstance(response, library.Response)
    assert KEY not in repr(list(response.request.headers.raw))


class Minimal:
    """The least that a client can be: it accepts no other arguments, and returns or raises the outcomes."""

    def __init__(self, call: Call, *outcomes: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._outcomes = iter(outcomes)
        self.send = call.hook(self._send)

    def build_request(self, method: str, url: str, **options: Any) -> httpx.Request:
        """Return a request that remembers its timeout."""
        timeout = options.pop("timeout", "unset")
        return httpx.Request(method, url, **options, extensions={"mine": timeout})

    def _send(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        outcome = next(self._outcomes, httpx.Response(200, json=JOB))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_two_methods_are_enough(call: Call, waits: list[float]) -> None:
    """A timeout is passed only if one is set; errors are retried as with any client."""
    http = Minimal(call, httpx.Response(503), httpx.ReadError("broken"), ConnectionResetError("gone"))
    client = client_with(call, http)
    assert call(client, "retrieve").id == "job"
    assert call(client, "create", timeout_ms=1500).id == "job"
    assert [request.extensions["mine"] for request in http.requests] == ["unset"] * 4 + [1.5]
    assert http.requests[0].headers["x-api-key"] == KEY
    assert len(waits) == 3
    assert (isinstance(http, AsyncHttpClient), isinstance(http, HttpClient)) == (True, True)


def test_own_client_can_be_wrapped(call: Call, server: RawServer) -> None:
    """It is an HTTP client like any other, and can be replaced at any time."""
    name = "async_client" if call.is_async else "client"
    with EmissaryClient(KEY, server_url=server.url) as client:
        own = getattr(client.sdk_configuration, name)
        wrapper = SimpleNamespace(build_request=own.build_request, send=own.send)
        setattr(client.sdk_configuration, name, wrapper)
        for _ in range(2):
            assert call(client, "retrieve").id == "job"
        assert (server.connections, len(server.requests)) == (1, 2)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("client", SimpleNamespace(build_request=print), "client must be an HTTP client .* has no send"),
        ("client", SimpleNamespace(send=print), "client must be an HTTP client .* has no build_request"),
        ("async_client", "http://", "async_client must be an HTTP client .* str has no build_request"),
        ("client", httpx.AsyncClient(), "client must not be a AsyncClient: pass it as async_client"),
        ("async_client", httpx.Client(), "async_client must not be a Client: pass it as client"),
    ],
)
def test_other_objects_are_refused(argument: str, value: Any, message: str) -> None:
    """At once, and when they are set later."""
    options: dict[str, Any] = {argument: value}
    with pytest.raises(TypeError, match=message):
        EmissaryClient(KEY, **options)
    with pytest.raises(TypeError, match=message):
        setattr(EmissaryClient(KEY).sdk_configuration, argument, value)
