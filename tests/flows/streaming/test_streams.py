"""Whole streams: against the emulator, and against a server of plain sockets."""

from __future__ import annotations

import gc
import json
import threading
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models

from ...support.answers import KEY, as_json
from ...support.calling import Call, client_of
from ...support.internals import limit_connections
from ...support.rawserver import PATIENCE, Connection, RawResponse, RawServer, responding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from emissary_client_sdk import emulator

MODEL = "Llama-3.2-1B-Instruct"
CHAT: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "Why is the sky blue?"}]}
TEXT: dict[str, Any] = {"model": MODEL, "prompt": "Once upon a time"}
METHODS: dict[str, dict[str, Any]] = {"chat.completions": CHAT, "completions": TEXT}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
DONE = b"data: [DONE]\n\n"
END = b"0\r\n\r\n"

methods = pytest.mark.parametrize("method", METHODS)


@pytest.fixture(params=["sync", "async", "trio"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Run the test synchronously, on asyncio and on trio."""
    with Call(request.param) as calling:
        yield calling


def event(text: str, finish_reason: str | None = None) -> bytes:
    """Return a chunk of a text as an HTTP chunk with one event."""
    return chunked(b"data: %s\n\n" % json.dumps({"choices": [{"text": text, "finish_reason": finish_reason}]}).encode())


def chunked(data: bytes) -> bytes:
    """Return data as a chunk of an HTTP body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


class Streamed:
    """One stream, read completely or until ``stop`` returns true.

    :ivar chunks: The chunks.
    :ivar text: The text of the stream at its end.
    :ivar error: The error that ended it, or None.
    """

    def __init__(
        self,
        call: Call,
        client: EmissaryClient,
        method: str = "completions",
        stop: Callable[[models.CompletionChunk], object] = lambda _: False,
        **arguments: Any,
    ) -> None:
        self.chunks: list[Any] = []
        self.text = ""
        self.error: Any = None
        stream = call.start(client, f"{method}.stream", **{**METHODS[method], **arguments})
        try:
            call.run(lambda: self._read_async(stream, stop) if call.is_async else self._read(stream, stop))
        except errors.EmissaryClientError as error:
            self.error = error
        self.text = stream.text

    def _read(self, stream: Any, stop: Callable[[Any], object]) -> None:
        with stream as entered:
            assert iter(entered) is stream
            for chunk in stream:
                self.chunks.append(chunk)
                if stop(chunk):
                    break

    async def _read_async(self, stream: Any, stop: Callable[[Any], object]) -> None:
        async with stream as entered:
            assert aiter(entered) is stream
            async for chunk in stream:
                self.chunks.append(chunk)
                if stop(chunk):
                    break


@methods
def test_stream_of_the_emulator(platform: emulator.Server, call: Call, method: str) -> None:
    """The chunks add up to the text of the whole completion."""
    with EmissaryClient(KEY, server_url=platform.url) as client:
        whole = call(client, f"{method}.create", **METHODS[method])
        stream = Streamed(call, client, method, extra_body={"stream_options": {"include_usage": True}})
        call.close_client(client)
    kind = models.ChatCompletionChunk if method == "chat.completions" else models.CompletionChunk
    assert stream.error is None
    assert {type(chunk) for chunk in stream.chunks} == {kind}
    assert len(stream.chunks) > 3
    assert "".join(chunk.text for chunk in stream.chunks) == stream.text == whole.text
    assert stream.chunks[-2].choices[0].finish_reason == "stop"
    assert stream.chunks[-1].usage.total_tokens > 0


@methods
def test_request(call: Call, method: str) -> None:
    """It asks for a stream and accepts JSON, a response of which counts as one chunk."""
    part = {"text": "all"} if method == "completions" else {"message": {"content": "all"}}
    whole = as_json({"choices": [{**part, "finish_reason": "stop"}]})
    with RawServer(responding(lambda _: whole)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        stream = Streamed(call, client, method, extra_body={"seed": 7}, http_headers={"X-Team": "blue"})
        Streamed(call, client, method, http_headers={"Accept": "text/event-stream"})
        call.close_client(client)
    first, second = server.requests
    assert (len(stream.chunks), stream.text) == (1, "all")
    assert json.loads(first.body) == {**METHODS[method], "seed": 7, "stream": True}
    assert first.headers["accept"] == "text/event-stream, application/json"
    assert first.headers["x-team"] == "blue"
    assert second.headers["accept"] == "text/event-stream"
    assert server.connections == 1 + (call.way == "trio")


def test_chunks_arrive_one_by_one(call: Call) -> None:
    """Each as soon as the server has sent it, and later than the timeout of a call if need be."""
    seen = threading.Event()

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("one"))
        assert seen.wait(PATIENCE)
        connection.send(event(" two", "stop") + chunked(DONE) + END)

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        stream = Streamed(call, client, stop=lambda _: seen.set())
        call.close_client(client)
    assert [chunk.text for chunk in stream.chunks] == ["one", " two"]
    assert (stream.text, stream.error) == ("one two", None)


INTERRUPTIONS: dict[str, tuple[bytes | None, str]] = {
    "closed": (b"", "incomplete chunked read"),
    "ended": (END, "the response ended before the completion was finished"),
    "reset": (None, ""),
    "not chunked": (b"rubbish\r\n", ""),
    "error event": (chunked(b'data: {"error": "no GPU for %s"}\n\n' % KEY.encode()), "no GPU for [redacted]"),
    "invalid event": (chunked(b"data: %s\n\n" % KEY.encode()), "invalid event"),
}


@pytest.mark.parametrize(("rest", "message"), INTERRUPTIONS.values(), ids=list(INTERRUPTIONS))
def test_interrupted_stream(call: Call, rest: bytes | None, message: str) -> None:
    """The error has the text so far, nothing is sent again, and the client stays usable."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("one"))
        if rest is None:
            seen.wait(PATIENCE)
            connection.reset()
        else:
            connection.send(rest)

    seen = threading.Event()
    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        stream = Streamed(call, client, stop=lambda _: seen.set())
        assert len(server.requests) == 1
        assert server.wait_until_open(0)
        call.close_client(client)
    assert type(stream.error) is errors.StreamInterruptedError
    assert stream.error.text == stream.text == "one"
    assert message in str(stream.error)
    assert str(stream.error).startswith("POST /v1/completions: ")
    assert KEY not in str(stream.error)


def test_end_of_the_connection(call: Call) -> None:
    """A stream is read completely, so that its connection can be reused; a failure after ``[DONE]`` is ignored."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("one") + chunked(DONE + b"data: rubbish\n\n") + END)
        connection.read_request()
        connection.send(HEAD + event("two") + chunked(DONE))

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        streams = [Streamed(call, client), *([] if call.way == "trio" else [Streamed(call, client)])]
        call.close_client(client)
    assert [(stream.text, stream.error) for stream in streams] == [("one", None), ("two", None)][: len(streams)]
    assert server.connections == 1


def test_error_of_the_callers_client(call: Call) -> None:
    """An exception that is not about the connection is raised as it is."""

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Broken())

    client = client_of(respond)
    with pytest.raises(LookupError, match="mine"):
        Streamed(call, client)


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response that raises an exception."""

    def __iter__(self) -> Iterator[bytes]:
        raise LookupError("mine")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raise LookupError("mine")
        yield b""


def test_stream_that_stalls(call: Call) -> None:
    """The timeout applies to each wait for data."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("one"))
        connection.hold()

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url, timeout_ms=100) as client:
        stream = Streamed(call, client)
        call.close_client(client)
    assert isinstance(stream.error.__cause__, httpx.ReadTimeout)
    assert (stream.error.text, len(server.requests)) == ("one", 1)


def test_failure_before_the_stream(call: Call, waits: list[float]) -> None:
    """It is retried like a call, and raises the errors of a call."""
    responses = [RawResponse(503), None, RawResponse(404, b'{"status": 404, "error": "no such model", "code": "c"}')]
    with (
        RawServer(responding(lambda _: responses.pop(0))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        stream = Streamed(call, client)
        call.close_client(client)
    assert type(stream.error) is errors.APIErrorNotFound
    assert "Check that model names a deployed deployment" in str(stream.error)
    assert stream.chunks == []
    assert len(waits) == 2
    assert len(server.requests) == 3


def endless(connection: Connection) -> None:
    """Send chunks without end."""
    connection.read_request()
    connection.send(HEAD)
    while not connection.pause(0.001):
        connection.send(event("more "))


def test_leaving_closes_the_connection(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next stream finds a free one, and nothing is left to the garbage collector."""
    limit_connections(monkeypatch, 1)
    with RawServer(endless) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for number in range(1, 3):
            stream = Streamed(call, client, stop=lambda _: True)
            assert stream.text.startswith("more ")
            assert server.wait_until_open(0)
            assert server.connections == number
        with pytest.raises(ZeroDivisionError):
            Streamed(call, client, stop=lambda _: 1 / 0)
        assert server.wait_until_open(0)
        gc.collect()
        call.close_client(client)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cancelling_closes_the_connection(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the next chunk is awaited."""
    limit_connections(monkeypatch, 1)

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("one"))
        connection.hold()

    async def main(url: str) -> None:
        async with EmissaryClient(KEY, server_url=url) as client:
            for _ in range(2):
                stream = client.completions.stream_async(**TEXT)
                with anyio.CancelScope() as scope:
                    async with stream:
                        async for _chunk in stream:
                            scope.cancel()
                assert scope.cancelled_caught
                assert stream.text == "one"

    with RawServer(script) as server:
        anyio.run(main, server.url, backend=backend)
        assert server.wait_until_open(0)
        assert server.connections == 2
    gc.collect()


def test_stream_outside_a_with_block(call: Call) -> None:
    """It sends nothing, and says how it is used."""
    with EmissaryClient(KEY) as client:
        stream = call.start(client, "completions.stream", **TEXT)
        assert stream.text == ""
        with pytest.raises(RuntimeError, match="use the stream in a with statement"):
            call.run(stream.__anext__ if call.is_async else stream.__next__)
        with pytest.raises(TypeError, match="missing"):
            call.start(client, "completions.stream", model=MODEL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'data: {"object": "error", "message": "out of memory"}\n\n', "out of memory"),
        (b'event: error\ndata: {"code": 3}\n\n', "{'code': 3}"),
        (b"event: error\ndata: overloaded\n\n", "overloaded"),
        (b'data: {"detail": "no such model"}\n\n', "no such model"),
        (b'data: {"choices": [{"text": "", "finish_reason": "error"}]}\n\n', "the finish reason is error"),
    ],
)
def test_error_within_a_stream(call: Call, data: bytes, message: str) -> None:
    """It is the server's message, with the text so far; a stream cut by it never counts as complete."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("so far") + chunked(data) + chunked(DONE) + END)

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        stream = Streamed(call, client)
        call.close_client(client)
    assert str(stream.error).endswith(f"the server reports an error: {message}")
    assert (stream.error.text, stream.text) == ("so far", "so far")


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (as_json({"message": "no"}), "reports an error: no"),
        (
            RawResponse(200, b"<html>log in</html>", {"content-type": "text/html"}),
            "sent text/html instead of events: <h",
        ),
        (RawResponse(200, b""), "without a content type instead of events: an empty body"),
    ],
)
def test_response_without_events(call: Call, response: RawResponse, message: str) -> None:
    """The error shows the type and the beginning of the body."""
    with RawServer(responding(lambda _: response)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        stream = Streamed(call, client)
        call.close_client(client)
    assert isinstance(stream.error, errors.StreamInterruptedError)
    assert message in str(stream.error)


def test_several_choices(call: Call) -> None:
    """The text is that of index 0, and the stream is finished when all choices that have begun are."""

    def choice(index: int, text: str, reason: str | None = None) -> bytes:
        choices = [{"index": index, "text": text, "finish_reason": reason}]
        return chunked(b"data: %s\n\n" % json.dumps({"choices": choices}).encode())

    parts = [choice(1, "x"), choice(0, "a"), choice(0, "b", "stop")]

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + b"".join(parts) + END)

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        cut = Streamed(call, client)
        parts.append(choice(1, "y", "length"))
        whole = Streamed(call, client)
        call.close_client(client)
    assert (cut.text, type(cut.error)) == ("ab", errors.StreamInterruptedError)
    assert (whole.text, whole.error) == ("ab", None)


def test_iteration_ends_at_done(call: Call) -> None:
    """A server that keeps the connection open after ``[DONE]``, or sends pings, delays nothing."""
    left = threading.Event()

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(HEAD + event("all", "stop") + chunked(DONE) + chunked(b": ping\n\n"))
        left.wait(PATIENCE)

    with RawServer(script) as server, EmissaryClient(KEY, server_url=server.url) as client:
        stream = Streamed(call, client)  # would wait for the server, which waits for this
        left.set()
        call.close_client(client)
    assert (stream.text, stream.error) == ("all", None)


def test_stream_is_entered_once_and_read_within_its_block(call: Call, platform: emulator.Server) -> None:
    """Reading it later is an error of ours, unless it is finished; entering it again sends nothing."""
    with EmissaryClient(KEY, server_url=platform.url) as client:

        async def use() -> None:
            unfinished = client.completions.stream_async(**TEXT)
            async with unfinished:
                await anext(unfinished)
            with pytest.raises(errors.StreamInterruptedError, match="left before the completion was finished"):
                await anext(unfinished)
            with pytest.raises(RuntimeError, match="entered once"):
                await unfinished.__aenter__()
            await client.aclose()

        if call.is_async:
            call.run(use)
            return
        unfinished = client.completions.stream(**TEXT)
        with unfinished:
            next(unfinished)
        with pytest.raises(errors.StreamInterruptedError, match="left before the completion was finished"):
            next(unfinished)
        with pytest.raises(RuntimeError, match="entered once"):
            unfinished.__enter__()
