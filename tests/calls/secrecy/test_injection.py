"""No argument becomes a header, a request or a path of its own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY
from ...support.libraries import LIBRARIES, name_of
from ...support.rawserver import RawResponse, RawServer, responding
from ..operations.declared import OPERATIONS, Declared
from .support import http_options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from ...support.calling import Call

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
clients = pytest.mark.parametrize("library", [None, *LIBRARIES], ids=name_of)


def examples(count: int) -> settings:
    """Return the settings of a property with this number of examples."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=count, suppress_health_check=checks)


class Target:
    """A server, and an HTTP client of it that one SDK client after another uses."""

    def __init__(self, call: Call, server: RawServer, options: dict[str, Any]) -> None:
        self._call = call
        self._server = server
        self._options: dict[str, Any] = {"server_url": server.url, "retry_config": None, **options}

    def send(self, *, key: str = KEY, user_agent: Any = None, **arguments: Any) -> dict[str, str] | Exception:
        """Make a call; return the headers that arrived, or the ValueError that refused it before it was sent."""
        before = len(self._server.requests)
        try:
            client = EmissaryClient(key, **self._options)
            if user_agent is not None:
                client.sdk_configuration.user_agent = user_agent
            self._call(client, "create", **arguments)
        except ValueError as error:
            assert len(self._server.requests) == before
            return error
        self._call.close_client(client)
        (request,) = self._server.requests[before:]
        return dict(request.headers)


@contextlib.contextmanager
def target(call: Call, library: ModuleType | None) -> Generator[Target]:
    """Run a server, and yield it with an HTTP client."""
    created = RawResponse(201, b'{"id":"t"}')
    with RawServer(responding(lambda _: created)) as server, http_options(call, library) as options:
        yield Target(call, server, options)


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "key": lambda ending: {"key": f"some-key{ending}"},
    "value": lambda ending: {"http_headers": {"X-Trace": f"a{ending}"}},
    "name": lambda ending: {"http_headers": {f"X-Trace{ending}": "a"}},
    "user agent": lambda ending: {"user_agent": f"agent{ending}"},
    "server_url": lambda ending: {"server_url": f"http://127.0.0.1:9/a{ending}"},
}


@clients
@pytest.mark.parametrize("place", PLACES)
def test_line_ends_and_other_invalid_characters(call: Call, library: ModuleType | None, place: str) -> None:
    """They are refused before anything is sent."""
    with target(call, library) as server:
        for ending in ENDINGS:
            refused = server.send(**PLACES[place](ending))
            assert isinstance(refused, ValueError), ending
            assert "Evil" not in str(refused) or place in ("name", "server_url")


@pytest.mark.parametrize("name", ["Content-Length", "Transfer-Encoding", "content-length", "TRANSFER-ENCODING"])
def test_headers_that_delimit_the_body(call: Call, name: str) -> None:
    """They are refused: two different lengths of a body allow to smuggle requests."""
    with target(call, None) as server:
        assert isinstance(server.send(http_headers={name: "0"}), ValueError)


@clients
def test_any_header(call: Call, library: ModuleType | None) -> None:
    """It is refused, or arrives unchanged, and no other header with it."""
    with target(call, library) as server:
        usual = server.send()
        assert isinstance(usual, dict)

        @examples(20)
        @given(names, values)
        @example("X", "")
        @example("X-Tab", "a\tb")
        def check(name: str, value: str) -> None:
            sent = server.send(http_headers={name: value})
            if isinstance(sent, dict):
                assert set(sent) == {*usual, name.lower()}
                assert sent[name.lower()] == value

        check()


NASTY = [
    "/",
    "a/b",
    "/a",
    "a/",
    "//",
    "../x",
    "..%2f",
    "%2e%2e",
    "%2E",
    "%",
    "%%",
    "%zz",
    "%00",
    "...",
    "..;",
    ".%2e",
    "?",
    "a?b=c",
    "#",
    "a#b",
    ";",
    "a;b=c",
    ":",
    "@",
    "user:pass@host",
    "\\",
    "..\\..",
    "&",
    "=",
    "+",
    "*",
    "~",
    "'",
    "\x00",
    "a\x00b",
    "\n",
    "a\r\nHost: evil",
    "\t",
    "\x7f",
    "\x1b[2J",
    "a b",
    " a ",
    "\u00a0a",
    "\u2028",
    "\ufeff",
    "\u00e9",
    "e\u0301",
    "\u0661",
    "\u202e",
    "\uff0e\uff0e",
    "\uff0f",
    "\u2024\u2024",
    "\U0001f680",
    "\ud800",
    "{project_id}",
    "{0}",
    "{",
    "%(x)s",
    "$x",
    "<b>",
    '"',
    "`id`",
    "|",
    "^",
    "[::1]",
    "http://evil.example/",
    "a" * 10_000,
    "/" * 10_000,
    "\U0001f680" * 2_500,
    ".",
    "..",
    "",
    " ",
    "\u3000",
]
WITH_IDS = [declared for declared in OPERATIONS if declared.operation.path_parameters]
ids = st.text(min_size=1, max_size=60) | st.text("./\\%?#:@;&=+ \x00\r\n{}", min_size=1, max_size=12)


def check_path(call: Call, client: EmissaryClient, server: RawServer, declared: Declared, *given: str) -> bool:
    """Make one call and check the path that arrived; return False if the call was refused and nothing was sent."""
    before = len(server.requests)
    values = dict(zip(declared.operation.path_parameters, given, strict=False))
    try:
        call(client, declared.method, **{**declared.arguments, **values})
    except ValueError as error:
        assert any(name in str(error) for name in values)  # noqa: PT017  # most IDs are valid
        assert len(server.requests) == before
        return False
    (request,) = server.requests[before:]
    assert request.target.isascii()
    assert not {"?", "#"} & set(request.target)
    expected = [values.get(part.strip("{}"), part) for part in declared.operation.path.split("/")]
    assert [unquote_to_bytes(part).decode() for part in request.target.split("/")] == expected
    assert request.headers["host"] == server.url.removeprefix("http://")
    return True


@clients
def test_any_id(call: Call, library: ModuleType | None) -> None:
    """It is one segment of the path, or it is refused before anything is sent."""
    bodies = {declared.method: declared.content() for declared in WITH_IDS}
    body = [b""]
    with (
        RawServer(responding(lambda _: RawResponse(200, body[0]))) as server,
        http_options(call, library) as options,
    ):
        client = EmissaryClient(KEY, server_url=server.url, retry_config=None, **options)

        @examples(40)
        @given(st.sampled_from(WITH_IDS), ids, ids)
        @example(WITH_IDS[0], "a", "../../../v1/projects/b")
        def check(declared: Declared, one: str, two: str) -> None:
            body[0] = bodies[declared.method]
            check_path(call, client, server, declared, one, two)

        check()
        (cancel,) = (declared for declared in WITH_IDS if declared.method == "training_jobs.cancel")
        body[0] = b""
        refused = {
            value
            for value in NASTY
            if not all(check_path(call, client, server, cancel, *pair) for pair in ((value, "a"), ("a", value)))
        }
        call.close_client(client)
    assert refused == {value for value in NASTY if value.strip() in ("", ".", "..", "\ud800")}
