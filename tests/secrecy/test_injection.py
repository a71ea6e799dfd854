"""Nothing that a caller passes on becomes a header, a request or a line of its own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emissary_client_sdk import EmissaryClient

from ..support.answers import KEY, well_behaved
from ..support.rawserver import RawServer, answering
from .support import http_options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from ..support.calling import Call

ENDINGS = [
    "\r\nEvil: 1",
    "\nEvil: 1",
    "\rEvil: 1",
    "\r\n\r\nGET /evil HTTP/1.1\r\n",
    "\x00",
    "\x0b",
    "\x7f",
    "\u2028",
    "\u0101",
]
names = st.text(max_size=12) | st.text("abcX-_: \r\n\t\x00", max_size=8)
values = st.text(max_size=20) | st.text("ab \t\r\n:\x00\x85\u2028\u010a", max_size=10)
clients = pytest.mark.parametrize("library", [None, httpx, httpx2], ids=["own", "httpx", "httpx2"])


class Door:
    """A server, and an HTTP client of it that serves one SDK client after another."""

    def __init__(self, call: Call, server: RawServer, options: dict[str, Any]) -> None:
        self._call = call
        self._server = server
        self._options: dict[str, Any] = {"server_url": server.url, "retry_config": None, **options}

    def send(self, *, key: str = KEY, user_agent: Any = None, **arguments: Any) -> dict[str, str] | Exception:
        """Make a call; gives the headers that the server got, or the ValueError or TypeError that refused it unsent."""
        before = len(self._server.requests)
        try:
            client = EmissaryClient(key, **self._options)
            if user_agent is not None:
                client.sdk_configuration.user_agent = user_agent
            self._call(client, "create", **arguments)
        except (TypeError, ValueError) as error:
            assert len(self._server.requests) == before
            return error
        self._call.close_client(client)
        (request,) = self._server.requests[before:]
        return dict(request.headers)


@contextlib.contextmanager
def door(call: Call, library: ModuleType | None) -> Generator[Door, None, None]:
    """Give such a server and client."""
    with RawServer(answering(well_behaved)) as server, http_options(call, library) as options:
        yield Door(call, server, options)


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "key": lambda ending: {"key": f"some-key{ending}"},
    "value": lambda ending: {"http_headers": {"X-Trace": f"a{ending}"}},
    "name": lambda ending: {"http_headers": {f"X-Trace{ending}": "a"}},
    "user agent": lambda ending: {"user_agent": f"agent{ending}"},
    "idempotency key": lambda ending: {"http_headers": {"Idempotency-Key": f"k{ending}"}},
    "host": lambda ending: {"http_headers": {"Host": f"example.com{ending}"}},
    "server_url": lambda ending: {"server_url": f"http://127.0.0.1:9/a{ending}"},
}


@clients
@pytest.mark.parametrize("place", list(PLACES))
def test_what_would_be_a_header_of_its_own(call: Call, library: ModuleType | None, place: str) -> None:
    """A line break or another character that no header can hold is refused, wherever it is, before anything is sent."""
    with door(call, library) as opened:
        for ending in ENDINGS:
            refused = opened.send(**PLACES[place](ending))
            assert isinstance(refused, ValueError), ending
            assert "Evil" not in str(refused) or place in ("name", "server_url")


@pytest.mark.parametrize("wrong", [3, b"agent", ["agent"]], ids=repr)
def test_a_user_agent_that_is_no_text(wrong: Any) -> None:
    """A user agent of another type is refused by name."""
    with pytest.raises(TypeError, match="user_agent"):
        EmissaryClient(KEY).sdk_configuration.user_agent = wrong


@pytest.mark.parametrize("name", ["Content-Length", "Transfer-Encoding", "content-length", "TRANSFER-ENCODING"])
def test_what_would_be_a_request_of_its_own(call: Call, name: str) -> None:
    """A header that says where the body ends is refused: two opinions about it are how requests are smuggled."""
    with door(call, None) as opened:
        assert isinstance(opened.send(http_headers={name: "0"}), ValueError)


@clients
def test_any_header(call: Call, library: ModuleType | None) -> None:
    """A header of any name and value is refused, or arrives just so, and nothing else with it."""
    with door(call, library) as opened:
        usual = opened.send()
        assert isinstance(usual, dict)
        own = set(usual)

        @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(names, values)
        @example("X", "")
        @example("X-Tab", "a\tb")
        def holds(name: str, value: str) -> None:
            sent = opened.send(http_headers={name: value})
            if isinstance(sent, dict):
                assert set(sent) == own | {name.lower()}
                assert sent[name.lower()] == value

        holds()
