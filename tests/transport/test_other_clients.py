"""A caller's own HTTP client that is no library's: anything with build_request and send."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk.httpclient import AsyncHttpClient, HttpClient

from ..support.answers import JOB, KEY, METHODS, Series, as_json
from ..support.rawserver import Answer, RawServer, answering

if TYPE_CHECKING:
    from ..support.calling import Call


class Duck:
    """The least that a client can be; it keeps what it was told and answers what it has."""

    def __init__(self, *outcomes: httpx.Response | Exception) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[httpx.Request] = []

    def build_request(self, method: str, url: Any, **options: Any) -> httpx.Request:
        """Make a request, of a URL as text."""
        assert isinstance(url, str)
        timeout = options.pop("timeout", "none")
        request = httpx.Request(method, url, **options)
        request.extensions["told"] = timeout
        return request

    def next(self, request: httpx.Request) -> httpx.Response:
        """Give the next outcome."""
        self.sent.append(request)
        outcome = self.outcomes.pop(0) if self.outcomes else httpx.Response(200, json=JOB)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class SyncDuck(Duck):
    """For synchronous calls; its ``send`` takes nothing but the request."""

    def send(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        return self.next(request)


class AsyncDuck(Duck):
    """For asynchronous calls."""

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        return self.next(request)


class OpenMindedDuck(SyncDuck):
    """It takes any option, and keeps them."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Answer a request."""
        request.extensions["options"] = options
        return self.next(request)


def duck(call: Call, *outcomes: httpx.Response | Exception) -> Duck:
    """Make a client for the calls."""
    return (AsyncDuck if call.is_async else SyncDuck)(*outcomes)


def test_it_needs_no_more_than_two_methods(call: Call) -> None:
    """It is told the timeout only where there is one, and closing leaves it alone."""
    http = duck(call)
    with EmissaryClient(KEY, **call.using(http)) as client:
        assert call(client, "retrieve").id == "job"
        assert call(client, "create", timeout_ms=1500).id == "job"
        for method in ("delete", "cancel"):
            assert call(client, method) is None
    assert [request.extensions["told"] for request in http.sent] == ["none", 1.5, "none", "none"]
    assert str(http.sent[0].url) == "https://api.withemissary.com/v1/projects/project/training-jobs/job"
    assert http.sent[0].headers["x-api-key"] == KEY
    assert http.sent[0].headers["user-agent"].startswith("emissary-client-sdk/")
    assert http.sent[1].content.startswith(b'{"base_model"')


@pytest.mark.parametrize("call", ["sync"], indirect=True)
def test_one_that_takes_options_is_told_not_to_follow_redirects(call: Call) -> None:
    """Should it be one that would."""
    http = OpenMindedDuck()
    call(EmissaryClient(KEY, client=http), "retrieve")
    assert http.sent[0].extensions["options"] == {"follow_redirects": False}


def test_it_is_retried_like_any_other(call: Call, waits: list[float]) -> None:
    """Errors among its answers and exceptions alike."""
    http = duck(call, httpx.Response(503, text="later"), httpx.ReadError("broken"), ConnectionResetError("gone"))
    assert call(EmissaryClient(KEY, **call.using(http)), "retrieve").id == "job"
    assert (len(http.sent), len(waits)) == (4, 3)


@pytest.mark.parametrize(
    ("error", "kind", "may_have_been_processed"),
    [
        (TimeoutError("late"), errors.APITimeoutError, True),
        (ConnectionRefusedError("no"), errors.NoResponseError, False),
        (BrokenPipeError("broken"), errors.NoResponseError, True),
        (httpx.WriteTimeout("late"), errors.APITimeoutError, True),
        (httpx.ConnectTimeout("late"), errors.APITimeoutError, False),
        (httpx.ProxyError("407"), errors.NoResponseError, False),
        (httpx.UnsupportedProtocol("gopher"), errors.NoResponseError, True),
        (httpx.InvalidURL("no"), errors.NoResponseError, True),
    ],
)
def test_what_it_raises_is_known(
    call: Call,
    error: Exception,
    kind: type[errors.NoResponseError],
    may_have_been_processed: bool,  # a parameter
) -> None:
    """The language's own exceptions and httpx's."""
    with pytest.raises(errors.NoResponseError) as caught:
        call(EmissaryClient(KEY, retry_config=None, **call.using(duck(call, error))), "list")
    assert type(caught.value) is kind
    assert caught.value.__cause__ is error
    assert caught.value.request_may_have_been_processed is may_have_been_processed


@pytest.mark.parametrize("error", [KeyError("mine"), AttributeError("mine"), ssl.SSLError("mine")])
def test_a_mistake_of_its_own_comes_out_as_it_is(call: Call, waits: list[float], error: Exception) -> None:
    """It is nobody's network, so nothing is tried again."""
    http = duck(call, error)
    with pytest.raises(type(error), match="mine") as caught:
        call(EmissaryClient(KEY, **call.using(http)), "list")
    assert caught.value is error
    assert (len(http.sent), waits) == (1, [])


def test_a_mock_transport_serves_for_tests(call: Call) -> None:
    """Httpx's own way to test a program."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=JOB))
    with call.http_client(httpx, transport=transport) as http:
        client = EmissaryClient(KEY, **call.using(http))
        for method in set(METHODS) - {"list", "list_checkpoints"}:
            call(client, method)


class Wrapper:
    """A caller's client around another one, which may be the SDK's own."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.statuses: list[int] = []
        self.build_request = inner.build_request


class SyncWrapper(Wrapper):
    """For synchronous calls."""

    def send(self, request: httpx.Request) -> httpx.Response:
        """Note the status."""
        response: httpx.Response = self.inner.send(request, follow_redirects=True)
        self.statuses.append(response.status_code)
        return response


class AsyncWrapper(Wrapper):
    """For asynchronous calls."""

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Note the status."""
        response: httpx.Response = await self.inner.send(request, follow_redirects=True)
        self.statuses.append(response.status_code)
        return response


def test_the_sdk_s_own_client_can_be_wrapped(call: Call, waits: list[float]) -> None:
    """It is an HTTP client like any other, keeps its connection, and follows no redirect even when told to."""
    redirect = Answer(302, b"", {"location": "http://elsewhere.invalid/"})
    with (
        RawServer(answering(Series(Answer(503), as_json(JOB), redirect))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        config = client.sdk_configuration
        wrapper = AsyncWrapper(config.async_client) if call.is_async else SyncWrapper(config.client)
        setattr(config, "async_client" if call.is_async else "client", wrapper)
        assert call(client, "retrieve").id == "job"
        with pytest.raises(errors.SDKError, match="redirect"):
            call(client, "list")
        assert server.connections == 1
        assert wrapper.statuses == [503, 200, 302]
        assert len(waits) == 1


class NoSend:
    """It builds requests only."""

    def build_request(self, *_: object) -> None:
        """Build nothing."""


class NoBuild:
    """It sends only."""

    def send(self, *_: object) -> None:
        """Send nothing."""


@pytest.mark.parametrize(
    ("argument", "given", "message"),
    [
        ("client", NoSend(), "client must be an HTTP client .* NoSend has no send"),
        ("client", NoBuild(), "client must be an HTTP client .* NoBuild has no build_request"),
        ("async_client", NoSend(), "async_client must be an HTTP client .* NoSend has no send"),
        ("client", "http://", "client must be an HTTP client .* str has no build_request"),
        ("client", httpx.AsyncClient(), "client must not be a AsyncClient: pass it as async_client"),
        ("async_client", httpx.Client(), "async_client must not be a Client: pass it as client"),
    ],
)
def test_the_wrong_kind_is_refused(argument: str, given: Any, message: str) -> None:
    """When the client is made, and when it is set later, with the argument's name."""
    options: dict[str, Any] = {argument: given}
    with pytest.raises(TypeError, match=message):
        EmissaryClient(KEY, **options)
    with pytest.raises(TypeError, match=message):
        setattr(EmissaryClient(KEY).sdk_configuration, argument, given)


def test_a_client_that_is_set_later(call: Call) -> None:
    """It takes the place of the SDK's own."""
    client = EmissaryClient(KEY)
    http = duck(call)
    setattr(client.sdk_configuration, "async_client" if call.is_async else "client", http)
    assert call(client, "retrieve").id == "job"
    assert len(http.sent) == 1


def test_the_protocols_tell_what_is_needed() -> None:
    """At run time too."""
    assert isinstance(SyncDuck(), HttpClient)
    assert isinstance(AsyncDuck(), AsyncHttpClient)
    assert not isinstance(NoSend(), HttpClient)
