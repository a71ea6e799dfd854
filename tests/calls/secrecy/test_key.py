"""The key is in nothing that a call leaves behind, however the call ends and whatever the server repeats."""

from __future__ import annotations

import io
import json
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import rich
from rich.console import Console

from emissary_client_sdk import UNSET, EmissaryClient, SDKHooks, errors

from ...support.rawserver import Connection, RawResponse, RawServer, refusing_url
from .support import CANARY, Witness, http_options, see_call, walk, watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ...support.calling import Call

OK = "HTTP/1.1 200 OK\r\n"
AS_RECEIVED = "log of httpcore"  # its debug log shows responses as they were received, but no request


def repeating(status: int, body: str, **headers: str) -> bytes:
    """Return a response after which the connection is closed; ``_`` in the names of headers stands for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawResponse(status, body.encode(), {"connection": "close", **named}).encode()


RESPONSES: dict[str, bytes] = {
    "success": repeating(200, "[]"),
    "401": repeating(401, json.dumps({"status": 401, "error": f"bad key {CANARY}"})),
    "400 with the key twice": repeating(400, json.dumps({"status": 400, "error": CANARY, "more": [CANARY]})),
    "403 in plain text": repeating(403, f"no such key: {CANARY}"),
    "500 with the request's headers": repeating(500, json.dumps({"headers": {"x-api-key": CANARY}})),
    "redirect": repeating(302, "", location=f"http://elsewhere.example/?key={CANARY}"),
    "unreadable list": repeating(200, json.dumps([{"progress": CANARY, "name": CANARY}])),
    "HTML": repeating(200, f"<html>{CANARY}</html>"),
    "headers": repeating(403, "", x_request_id=CANARY, www_authenticate=f"Key {CANARY}", x_echo=CANARY),
    "cookie": repeating(403, "", set_cookie=f"key={CANARY}"),
    "half a body": f"{OK}content-length: 999\r\n\r\n[{{'key':'{CANARY}'".encode(),
    "status line": f"{CANARY} is not a status line\r\n\r\n".encode(),
    "invalid header": f"{OK}{CANARY}\r\n\r\n".encode(),
    "invalid gzip": f"{OK}content-encoding: gzip\r\ncontent-length: {len(CANARY)}\r\n\r\n{CANARY}".encode(),
    "nothing": b"",
}
clients = pytest.mark.parametrize("library", [None, httpx], ids=["own", "caller's"])


def serving(response: bytes) -> RawServer:
    """Return a server that sends these bytes on each connection and closes it."""

    def script(connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.send(response)

    return RawServer(script)


def watched(url: str, witness: Witness, *, key: Any = CANARY, **options: Any) -> Callable[[], EmissaryClient]:
    """Return a function that creates a client whose hooks are watched."""
    given: dict[str, Any] = {"server_url": url, "hooks": witness.hooks, "retry_config": None, **options}
    return lambda: EmissaryClient(key, **given)


def check(witness: Witness, *secrets: str) -> None:
    """Check that the key appears nowhere but in the response as it was received."""
    assert [line for line in witness.found(*secrets or (CANARY,)) if not line.startswith(AS_RECEIVED)] == []


@clients
@pytest.mark.parametrize("has_hooks", [True, False], ids=["hooks", "no hooks"])
@pytest.mark.parametrize("response", RESPONSES.values(), ids=list(RESPONSES))
def test_responses(call: Call, response: bytes, library: ModuleType | None, *, has_hooks: bool) -> None:
    """Neither the client nor a log, a result, an error or its pickle shows the key."""
    with serving(response) as server, http_options(call, library) as options, watching() as witness:
        options |= {} if has_hooks else {"hooks": None}
        see_call(witness, call, watched(server.url, witness, **options), "list")
        assert [request.headers["x-api-key"] for request in server.requests] == [CANARY]
    check(witness)


def test_http_libraries_log_no_request_header(call: Call) -> None:
    """At the lowest level the loggers of httpx and httpcore report requests, but not their headers."""
    with serving(RESPONSES["success"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness), "list")
    assert any(place.startswith(AS_RECEIVED) for place, _ in witness.seen)
    assert any("x-api-key" in text and "[redacted]" in text for _, text in witness.seen)
    assert witness.found(CANARY) == []


def test_server_that_does_not_respond(call: Call) -> None:
    """A refused connection and a timeout do not show the key."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(f"{OK}content-length: 999\r\n\r\n{CANARY}".encode())
        connection.hold()

    with refusing_url() as url, RawServer(script) as server, watching() as witness:
        see_call(witness, call, watched(url, witness), "create")
        see_call(witness, call, watched(server.url, witness, timeout_ms=100), "retrieve")
    check(witness)


def test_retries(call: Call, waits: list[float]) -> None:
    """The log of a retry does not show the key."""
    with serving(RESPONSES["500 with the request's headers"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness, retry_config=UNSET), "list")
        assert len(server.requests) == len(waits) + 1 == 4
    check(witness)


@pytest.mark.parametrize(
    "event", [f'{{"error": "bad key {CANARY}"}}', CANARY, f'{{"choices": "{CANARY}"}}'], ids=["error", "text", "JSON"]
)
def test_streams(call: Call, event: str) -> None:
    """Neither a stream nor the error that ends it shows the key."""
    with serving(repeating(200, f"data: {event}\n\n", content_type="text/event-stream")) as server:
        client = EmissaryClient(CANARY, server_url=server.url)
        stream = call.start(client, "completions.stream", model="m", prompt="p")

        async def read_async() -> None:
            async with stream:
                await anext(stream)

        def read() -> None:
            with stream:
                next(stream)

        with watching() as witness:
            with pytest.raises(errors.StreamInterruptedError) as caught:
                call.run(read_async if call.is_async else read)
            witness.see_error(caught.value)
            for place, value in walk("stream", stream):
                witness.see(place, value)
        call.close_client(client)
        assert server.requests[0].headers["x-api-key"] == CANARY
    check(witness)


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_key_from_a_hook(call: Call, header: str) -> None:
    """It is redacted like the client's own."""
    hooks = SDKHooks()

    def add(_: object, request: Any) -> None:
        request.headers[header] = f"Bearer {CANARY}" if header == "Authorization" else CANARY

    hooks.register_before_request_hook(add)
    with serving(RESPONSES["403 in plain text"]) as server, watching() as witness:
        see_call(witness, call, watched(server.url, witness, key="another-key-0123", hooks=hooks), "list")
        assert server.requests[0].headers[header.lower()].endswith(CANARY)
    check(witness)


def test_key_is_in_no_attribute_but_its_source(call: Call) -> None:
    """Neither recursively in ``vars`` of the client, nor in what ``rich.inspect`` shows; only a pickle has it."""
    console = Console(file=io.StringIO(), width=1000)
    with serving(RESPONSES["success"]) as server:
        client = EmissaryClient(CANARY, server_url=server.url)
        call(client, "list")
        places = [place for place, value in walk("client", client) if CANARY in repr(value)]
        for shown in (client, client.sdk_configuration, client.training_jobs):
            rich.inspect(shown, private=True, dunder=True, console=console)
        call.close_client(client)
    assert places == []
    assert len(list(walk("client", client))) > 30
    assert isinstance(console.file, io.StringIO)
    shown_text = console.file.getvalue()
    assert "server_url" in shown_text
    assert [line for line in shown_text.splitlines() if CANARY in line] == []
    assert pickle.loads(pickle.dumps(client)).sdk_configuration.security().api_key == CANARY  # noqa: S301
