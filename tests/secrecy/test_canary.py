"""A canary for a key: calls end in every way there is, and nothing that anybody can see shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import UNSET, EmissaryClient, SDKHooks

from ..support.rawserver import Answer, Connection, RawServer, refusing_url
from .support import CANARY, Witness, http_options, see_call, watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ..support.calling import Call

OK = "HTTP/1.1 200 OK\r\n"


def echo(status: int, body: str, **headers: str) -> bytes:
    """Make an answer after which the connection is closed; in its headers' names ``_`` stands for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body.encode(), {"connection": "close", **named}).encode()


ANSWERS: dict[str, bytes] = {
    "a success": echo(200, "[]"),
    "a 401 that repeats the key": echo(401, json.dumps({"status": 401, "error": f"bad key {CANARY}"})),
    "a 400 that repeats it twice": echo(400, json.dumps({"status": 400, "error": CANARY, "more": [CANARY]})),
    "a 403 in plain text": echo(403, f"no such key: {CANARY}"),
    "a 500 with the request's headers": echo(500, json.dumps({"headers": {"x-api-key": CANARY}})),
    "a redirect that repeats it": echo(302, "", location=f"http://elsewhere.example/?key={CANARY}"),
    "a success that cannot be read": echo(200, json.dumps([{"progress": CANARY, "name": CANARY}])),
    "a success that is no JSON": echo(200, f"<html>{CANARY}</html>"),
    "headers that repeat it": echo(403, "", x_request_id=CANARY, www_authenticate=f"Key {CANARY}", x_echo=CANARY),
    "a cookie that holds it": echo(403, "", set_cookie=f"key={CANARY}"),
    "half of a body that repeats it": f"{OK}content-length: 999\r\n\r\n[{{'key':'{CANARY}'".encode(),
    "no HTTP but the key": f"{CANARY} is no status line\r\n\r\n".encode(),
    "a header that is none": f"{OK}{CANARY}\r\n\r\n".encode(),
    "gzip that is none": f"{OK}content-encoding: gzip\r\ncontent-length: {len(CANARY)}\r\n\r\n{CANARY}".encode(),
    "no answer": b"",
}
# httpcore's own debug log shows what a server sent, as it came. Whoever turns it on sees answers, not the request.
AS_IT_CAME = "log of httpcore"

both_clients = pytest.mark.parametrize("library", [None, httpx], ids=["own", "caller's"])


def serving(answer: bytes) -> RawServer:
    """Make a server that answers each connection's first request with these bytes, and closes it."""

    def script(connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.send(answer)

    return RawServer(script)


def watched(url: str, witness: Witness, *, key: Any = CANARY, **options: Any) -> Callable[[], EmissaryClient]:
    """Make what makes a client, with every hook watching."""

    def make() -> EmissaryClient:
        given: dict[str, Any] = {"server_url": url, "hooks": witness.hooks, "retry_config": None, **options}
        return EmissaryClient(key, **given)

    return make


def check(witness: Witness, *secrets: str) -> None:
    """Hold that nobody has seen the key but where the server's answer is logged as it came."""
    shown = [line for line in witness.details(*secrets) if not line.startswith(AS_IT_CAME)]
    assert shown == []


@both_clients
@pytest.mark.parametrize("has_hooks", [True, False], ids=["hooks", "no hooks"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
def test_answers(call: Call, answer: bytes, library: ModuleType | None, *, has_hooks: bool) -> None:
    """However a server answers, and whatever it repeats, the key is in nothing that the call leaves behind."""
    with serving(answer) as server, http_options(call, library) as options, watching() as witness:
        options |= {} if has_hooks else {"hooks": None}
        see_call(witness, call, watched(server.url, witness, **options), "list")
        assert [request.headers["x-api-key"] for request in server.requests] == [CANARY]
    check(witness, CANARY)


def test_http_libraries_log_no_request_header(call: Call) -> None:
    """At their lowest level the HTTP libraries' loggers say that a request was sent, and not with which key."""
    with serving(ANSWERS["a success"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness), "list")
    assert any(place.startswith("log of httpcore") for place, _ in witness.seen)
    assert any("x-api-key" in text and "[redacted]" in text for _, text in witness.seen)
    assert witness.places(CANARY) == set()


def test_a_server_that_refuses(call: Call) -> None:
    """Where nobody listens, the error and what is behind it do not show the key."""
    with refusing_url() as url, watching() as witness:
        see_call(witness, call, watched(url, witness), "create")
    check(witness, CANARY)


def test_a_server_that_stalls(call: Call) -> None:
    """A timeout does not show the key, though the answer had begun to repeat it."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(f"{OK}content-length: 999\r\n\r\n{CANARY}".encode())
        connection.hold()

    with RawServer(script) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness, timeout_ms=200), "retrieve")
    check(witness, CANARY)


def test_retries(call: Call, waits: list[float]) -> None:
    """What is logged of a retry does not show the key."""
    with serving(ANSWERS["a 500 with the request's headers"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness, retry_config=UNSET), "list")
        assert len(server.requests) == len(waits) + 1 == 4
    check(witness, CANARY)


BAD_OPTIONS: dict[str, dict[str, Any]] = {
    "server_url": {"server_url": "https://nobody:\r\n"},
    "http_headers": {"http_headers": {"X-Trace": "a\r\nEvil: 1"}},
    "header name": {"http_headers": {"X Trace": "a"}},
    "timeout_ms": {"timeout_ms": float("nan")},
    "retries": {"retries": 3},
    "project_id": {"project_id": ".."},
}


@both_clients
@pytest.mark.parametrize("options", BAD_OPTIONS.values(), ids=list(BAD_OPTIONS))
def test_bad_options(call: Call, options: dict[str, Any], library: ModuleType | None) -> None:
    """A call that is refused before it is sent does not show the key."""
    with serving(ANSWERS["a success"]) as server, http_options(call, library) as using, watching() as witness:
        see_call(witness, call, watched(server.url, witness, **using), "list", **options)
        assert server.requests == []
    assert any(place == "frame" for place, _ in witness.seen)
    check(witness, CANARY)


@pytest.mark.parametrize("register", ["before_request", "after_success", "after_error"])
def test_hooks_that_fail(call: Call, register: str) -> None:
    """A hook that raises, or that returns something else, leaves no frame of the SDK's with the key in it."""

    def hook(*_: object) -> Any:
        raise LookupError("a hook's own")

    def careless_hook(*_: object) -> Any:
        return "neither a request nor a response"

    answer = ANSWERS["a 401 that repeats the key" if register == "after_error" else "a success"]
    for function in (hook, careless_hook):
        hooks = SDKHooks()
        getattr(hooks, f"register_{register}_hook")(function)
        with serving(answer) as server, watching() as witness:
            see_call(witness, call, watched(server.url, witness, hooks=hooks), "list")
        assert any(place == "frame" for place, _ in witness.seen)
        check(witness, CANARY)


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_a_hook_that_brings_the_key(call: Call, header: str) -> None:
    """A key that a hook puts into the request is concealed as the client's own is."""
    hooks = SDKHooks()

    def bring(_: object, request: Any) -> None:
        request.headers[header] = CANARY

    hooks.register_before_request_hook(bring)
    with serving(ANSWERS["a 403 in plain text"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness, key="another-key-0123", hooks=hooks), "list")
        assert server.requests[0].headers[header.lower()] == CANARY
    check(witness, CANARY)


def _raising() -> str:
    local = f"the key would be {CANARY}"
    raise LookupError(f"no {local[:3]} here")


@pytest.mark.parametrize(
    "key",
    [f"{CANARY}\n", f"{CANARY}\r\nEvil: 1", f"{CANARY}\u00e9", f"{CANARY}\x00", [CANARY], CANARY.encode(), 12345678901],
    ids=["line", "header", "letter", "NUL", "list", "bytes", "number"],
)
@pytest.mark.parametrize("is_function", [True, False], ids=["function", "value"])
def test_keys_that_cannot_be_sent(call: Call, key: Any, *, is_function: bool) -> None:
    """A key that cannot be sent is refused without being shown, and nothing is sent."""
    given = (lambda: key) if is_function else key
    with serving(ANSWERS["a success"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness, key=given), "list")
        assert server.requests == []
    witness.seen += [("", "")] * 10  # a client that is refused leaves little to be seen
    check(witness, CANARY, "12345678901")


def test_a_function_that_fails(call: Call) -> None:
    """A function for the key that raises is the caller's business; the SDK's frames do not show an earlier key."""
    keys = iter([CANARY])

    def give() -> str:
        for key in keys:
            return key
        return _raising()

    with serving(ANSWERS["a success"]) as server, watching() as witness:
        make = watched(server.url, witness, key=give, hooks=None)
        client = make()
        call(client, "list")
        see_call(witness, call, lambda: client, "list")
        assert len(server.requests) == 1
    check(witness, CANARY)
