"""Server-sent events, parsed from pieces of any size, and the chunks in them."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk import errors, models
from emissary_client_sdk._flows import events
from emissary_client_sdk._flows.events import Chunks, EventParser

from ...calls.hostile.support import examples, json_values

DEEP = 100_000
STREAM = (
    "\ufeff: a comment\r\nevent: message\r\nid: 1\r\ndata: {\r\ndata: é}\r\n\r\n"
    "data:no space\rdata\rdata:  two spaces\r\r"
    "\n\nretry: 5\ndata: 🚀\n\n: data: no\n\ndatabase: no\n\n data: no\n\ndata: \n\ndata: not complete\n"
).encode()
EVENTS = ["{\né}", "no space\n\n two spaces", "🚀", ""]


def parse(*pieces: bytes) -> list[str]:
    """Return the events in the pieces of a stream."""
    parser = EventParser()
    return [data for piece in pieces for _, data in parser.feed(piece)]


def test_every_split() -> None:
    """The place where a piece ends makes no difference: within a line end, a character or the byte-order mark."""
    assert parse(STREAM) == EVENTS
    assert parse(*(bytes([byte]) for byte in STREAM)) == EVENTS
    for place in range(len(STREAM) + 1):
        assert parse(STREAM[:place], b"", STREAM[place:]) == EVENTS


def expected_events(stream: str) -> list[str]:
    """Parse a complete stream as the specification says."""
    found: list[str] = []
    data: list[str] = []
    for line in re.split("\r\n|\r|\n", stream.removeprefix("\ufeff"))[:-1]:
        name, _, value = line.partition(":")
        if line and name == "data":
            data.append(value.removeprefix(" "))
        elif not line:
            found += ["\n".join(data)] if data else []
            data = []
    return found


LINES = st.sampled_from(["data: a", "data:b", "data", "data: é", ": c", "", "", "x: y", "data : z", "\ufeffdata: q"])


@examples(100)
@given(
    st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r", "\r\n"])).map("".join), max_size=12).map("".join),
    st.lists(st.integers(0, 80), max_size=6),
)
def test_any_stream_in_any_pieces(stream: str, places: list[int]) -> None:
    """The events are those of the specification."""
    content = stream.encode()
    cuts = [0, *sorted(places), len(content)]
    pieces = [content[start:end] for start, end in itertools.pairwise(cuts)]
    assert parse(*pieces) == expected_events(stream)


def test_size_of_an_event_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never ends an event cannot fill the memory; comments do not count."""
    monkeypatch.setattr(events, "_MAX_EVENT", 100)
    assert parse(*[b": ping\n"] * 50, b"data: a\n\n") == ["a"]
    for piece in (b"x" * 30, b"data: 1234\n"):
        with pytest.raises(ValueError, match="larger than"):
            parse(*[piece] * 20)


def read(*pieces: bytes, content_type: str = "text/event-stream") -> tuple[list[str], Any, Chunks[Any]]:
    """Return the texts of the chunks, the error or None, and the chunks."""
    chunks: Chunks[Any] = Chunks(models.CompletionChunk, "POST /v1/completions", content_type, lambda text: text)
    texts: list[str] = []
    try:
        for piece in pieces:
            texts += [chunk.text for chunk in chunks.feed(piece)]
        texts += [chunk.text for chunk in chunks.end()]
    except errors.StreamInterruptedError as error:
        return texts, error, chunks
    return texts, None, chunks


def event(value: object) -> bytes:
    """Return an event with a JSON value."""
    return b"data: %s\n\n" % json.dumps(value).encode()


def part(text: str | None, finish_reason: str | None = None) -> dict[str, Any]:
    """Return a chunk of a text."""
    return {"choices": [{"text": text, "finish_reason": finish_reason}]}


ONE = event(part("one"))


@pytest.mark.parametrize(
    "end",
    [
        b"data: [DONE]\n\n",
        b"data: [DONE]\n\ndata: rubbish\n\n",
        event(part(None, "stop")),
        b"data: [DONE]",
        event(part(None, "stop"))[:-1],
    ],
    ids=range(5),
)
def test_complete_stream(end: bytes) -> None:
    """It ends with ``[DONE]``, after which nothing is read, or with the reason for its end; empty lines may lack."""
    middle = b"data:\n\n" + event({"error": None})
    texts, error, chunks = read(event({"choices": []}), ONE, event(part(" two")), middle, end, b"")
    assert error is None
    assert "".join(texts) == chunks.text == "one two"
    assert chunks.is_done


BAD_EVENTS: dict[str, tuple[bytes, str]] = {
    "error": (event({"error": "no  more\nGPUs"}), "the server reports an error: no more GPUs"),
    "error object": (event({"error": {"message": "busy", "code": 1}}), "reports an error: busy"),
    "lone surrogate": (event({"error": "a\ud800b"}), "reports an error: a?b"),
    "error number": (event({"error": 5}), "reports an error: 5"),
    "long error": (event({"error": "x" * 10_000}), "reports an error: x"),
    "last line": (b'data: {"error": "busy"}', "reports an error: busy"),
    "half an error": (b'event: error\ndata: {"mess', 'reports an error: {"mess'),
    "error of a choice": (event({"choices": [{"error": {"message": "busy"}}]}), "reports an error: busy"),
    "no JSON": (b"data: rubbish\n\n", "invalid event"),
    "no JSON with an error": (b'data: "error"}\n\n', "invalid event"),
    "list": (event(["error"]), "invalid event"),
    "number": (b"data: 1e999\n\n", "invalid event"),
    "deep": (b"data: " + b"[" * DEEP + b"\n\n", "invalid event"),
    "deep with an error": (b'data: {"error":' + b"[" * DEEP + b"]" * DEEP + b"}\n\n", "invalid event"),
    "5,000 digits": (b'data: {"error":1' + b"0" * 5000 + b"}\n\n", "invalid event"),
    "wrong type": (event({"choices": 3}), "invalid event"),
    "invalid UTF-8": (b'data: {"choices":"\xff"}\n\n', "invalid event"),
    "nothing": (b"", "the response ended before the completion was finished"),
    "half an event": (b'data: {"cho', "the response ended before the completion was finished"),
    "HTML": (b"<html>\n\nmaintenance", "the response ended before the completion was finished"),
}


@pytest.mark.parametrize(("content", "message"), BAD_EVENTS.values(), ids=list(BAD_EVENTS))
def test_interrupted_stream(content: bytes, message: str) -> None:
    """The error has the text so far."""
    texts, error, chunks = read(ONE, content)
    assert texts == ["one"]
    assert (error.text, chunks.text) == ("one", "one")
    assert message in str(error)
    assert str(error).startswith("POST /v1/completions: ")
    assert len(str(error)) < 700
    assert error.request_may_have_been_processed


@examples(100)
@given(
    st.lists(json_values | st.dictionaries(st.sampled_from(["error", "choices", "message"]), json_values), max_size=3)
)
def test_any_json_in_events(values: list[Any]) -> None:
    """Each value is a chunk, or the stream is interrupted."""
    read(*(event(value) for value in values))
    read(json.dumps(values[:1]).encode(), content_type="application/json")


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=latin-1"])
def test_json_response_is_one_chunk(content_type: str) -> None:
    """In UTF-8, whatever the charset is, and with a byte-order mark."""
    content = b"\xef\xbb\xbf" + json.dumps(part("été", "stop"), ensure_ascii=False).encode()
    texts, error, chunks = read(content[:30], content[30:], content_type=content_type)
    assert (texts, error, chunks.is_done) == (["été"], None, True)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"[" * DEEP, b'{"choices":3}', b'{"error":"busy"}'])
def test_json_response_that_is_not_a_completion(content: bytes) -> None:
    """It interrupts the stream."""
    texts, error, _ = read(content, content_type="application/json")
    assert texts == []
    assert "is not a completion" in str(error) or "reports an error: busy" in str(error)


def test_size_of_a_json_response_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its content is kept in memory."""
    monkeypatch.setattr(events, "MAX_CONTENT_BYTES", 100)
    _, error, _ = read(*[b" " * 60] * 2, content_type="application/json")
    assert "MiB of content" in str(error)
