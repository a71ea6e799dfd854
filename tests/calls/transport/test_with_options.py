"""``with_options``: a client with other settings that borrows connections, hooks and key."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, errors

from ..call.stepping import CANARY, CREATE, Stepped, pause

if TYPE_CHECKING:
    from emissary_client_sdk.hooks import BeforeRequestContext

    from ...support.calling import Call
    from ...support.rawserver import RawServer


def test_settings_are_those_of_the_client_with_the_options() -> None:
    """An option that is not given is the client's; an option of a call replaces it."""
    client = EmissaryClient(CANARY, server_url="https://one.example", timeout_ms=1000, retry_config=0)
    assert isinstance(Stepped(client.with_options()).end(500), errors.APIServerError)
    derived = client.with_options(
        retries=1, timeout_ms=2000, http_headers={"X-Team": "a", "X-Run": "1"}, server_url="https://two.example/v1"
    ).with_options(http_headers={"x-run": "2"})
    stepped = Stepped(derived)
    request = stepped.request()
    assert (request.url.host, request.extensions["timeout"]["read"]) == ("two.example", 2.0)
    assert request.headers.get_list("x-run") == ["2"]
    assert request.headers["x-team"] == "a"
    assert pause(stepped.respond(500)) > 0
    stepped.end(500)
    request = Stepped(derived, http_headers={"X-TEAM": "b"}, timeout_ms=3, server_url="https://three.example").request()
    assert (request.url.host, request.extensions["timeout"]["read"]) == ("three.example", 0.003)
    assert request.headers.get_list("x-team") == ["b"]
    request = Stepped(client).request()
    assert (request.url.host, request.extensions["timeout"]["read"]) == ("one.example", 1.0)
    assert "x-team" not in request.headers
    assert Stepped(client.with_options(retries=None), retries=1).respond(500)
    assert Stepped(client.with_options(retries=1), CREATE).request().method == "POST"


def test_credentials_in_the_headers_of_the_client() -> None:
    """They replace the key and are redacted like it."""
    client = EmissaryClient().with_options(http_headers={"Authorization": f"Bearer {CANARY}"}, retries=None)
    with pytest.raises(errors.MissingAPIKeyError):
        Stepped(EmissaryClient()).start()
    stepped = Stepped(client)
    assert stepped.request().headers["authorization"].endswith(CANARY)
    with pytest.raises(errors.APIErrorForbidden) as caught:
        stepped.respond(403, text=f"bad token {CANARY}")
    assert CANARY not in str(caught.value)


def test_connections_hooks_and_key_are_shared(call: Call, server: RawServer) -> None:
    """One connection serves both clients, whichever is used first; hooks and keys may change later."""
    keys = ["key-of-monday", "key-of-tuesday"]
    seen: list[str] = []
    client = EmissaryClient(lambda: keys[0], server_url=server.url)
    derived = client.with_options(retries=0)
    hooks = client.sdk_configuration.get_hooks()

    def see(context: BeforeRequestContext, _: object) -> None:
        seen.append(context.operation_id)

    hooks.register_before_request_hook(see)
    call(derived, "list")
    keys.pop(0)
    call(client, "list")
    call(derived, "list")
    assert len(seen) == 3
    assert [request.headers["x-api-key"] for request in server.requests] == ["key-of-monday", *["key-of-tuesday"] * 2]
    assert server.connections == 1
    call.close_client(client)


def test_closing(call: Call, server: RawServer) -> None:
    """The derived client closes nothing that it borrowed; the client closes both."""
    client = EmissaryClient(CANARY, server_url=server.url)
    first, second = client.with_options(), client.with_options(timeout_ms=1000)
    call(first, "list")
    call.close_client(first)
    first.close()
    with pytest.raises(errors.ClientClosedError):
        call(first, "list")
    call(second, "list")
    assert server.connections == 1
    call.close_client(client)
    assert server.wait_until_open(0)
    with pytest.raises(errors.ClientClosedError):
        call(second, "list")
    assert repr(second) == f"<EmissaryClient closed {server.url}>"


def test_pickled_copy_is_on_its_own(call: Call, server: RawServer) -> None:
    """It has the options, and closes the connections that it opens."""
    client = EmissaryClient(CANARY, server_url="https://one.example")
    derived = client.with_options(server_url=server.url, http_headers={"X-Team": "a"})
    copy: EmissaryClient = pickle.loads(pickle.dumps(derived))  # noqa: S301
    client.close()
    call(copy, "list")
    assert server.requests[0].headers["x-team"] == "a"
    call.close_client(copy)
    assert server.wait_until_open(0)


class Team(EmissaryClient):
    """A subclass with a constructor and an attribute of its own."""

    def __init__(self, team: str) -> None:
        super().__init__(CANARY)
        self.team = team


def test_subclass() -> None:
    """The derived client is of the same class with the same attributes, but with resources of its own."""
    client = Team("a")
    assert client.projects.sdk_configuration is client.sdk_configuration
    derived = client.with_options(timeout_ms=5)
    assert (type(derived), derived.team) == (Team, "a")
    assert derived.projects.sdk_configuration is derived.sdk_configuration
    assert derived.sdk_configuration.timeout_ms == 5


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"retries": -1}, ValueError, "retries must be"),
        ({"retries": "2"}, TypeError, "retries must be"),
        ({"timeout_ms": 0}, ValueError, "timeout_ms must be"),
        ({"http_headers": {"a b": "c"}}, ValueError, "http_headers: 'a b' is not"),
        ({"server_url": "nonsense"}, ValueError, "server_url must be a URL"),
    ],
)
def test_invalid_options_are_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    """An invalid option is refused with its name."""
    with pytest.raises(error, match=message):
        EmissaryClient(CANARY).with_options(**options)
