"""Fields of OpenAI's API, as its clients send them: honored, or refused by a 400 that names them."""

import base64
import struct
from typing import Any

import pytest

from .conftest import INFERENCE, MODEL, Api
from .test_inference import MESSAGES, events

CHAT, COMPLETIONS, EMBEDDINGS, _ = INFERENCE
BODIES: dict[str, dict[str, Any]] = {
    CHAT: {"model": MODEL, "messages": MESSAGES},
    COMPLETIONS: {"model": MODEL, "prompt": "One,  two"},
    EMBEDDINGS: {"model": "All-Mpnet-Base-V2-Embedding", "input": ["a", "b"]},
}

REFUSED_TEXTS: list[dict[str, Any]] = [
    {"n": 0},
    {"n": 129},
    {"n": True},
    {"stop": ""},
    {"stop": [1]},
    {"stream": "yes"},
    {"stream_options": 1},
    {"max_tokens": 0},
    {"max_completion_tokens": 1.5},
    {"logprobs": True},
]
REFUSED: dict[str, list[dict[str, Any]]] = {
    COMPLETIONS: [*REFUSED_TEXTS, {"suffix": "x"}, {"best_of": 2}, {"echo": 1}, {"logprobs": 0}],
    CHAT: [
        *REFUSED_TEXTS,
        {"tools": [{"type": "function"}]},
        {"tool_choice": "required"},
        {"functions": [{}]},
        {"function_call": {"name": "f"}},
        {"response_format": {"type": "json_object"}},
        {"top_logprobs": 2},
        {"modalities": ["text", "audio"]},
        {"audio": {}},
        {"prediction": {}},
        {"web_search_options": {}},
    ],
    EMBEDDINGS: [{"encoding_format": "hex"}, {"dimensions": 4097}, {"input": [[1, 2]]}],
}


def choices(api: Api, path: str, **fields: Any) -> list[tuple[str, str]]:
    """Return text and reason of the end of each choice, which are those of a stream, too."""
    answer = api.post(path, {**BODIES[path], **fields})
    assert [choice["index"] for choice in answer["choices"]] == list(range(fields.get("n", 1)))
    whole = [(one["message"]["content"] if "message" in one else one["text"]) for one in answer["choices"]]
    ends = [choice["finish_reason"] for choice in answer["choices"]]
    streamed = [""] * len(whole)
    finished: dict[int, str] = {}
    for chunk in events(api, path, **{**BODIES[path], **fields}):
        (choice,) = chunk["choices"]
        streamed[choice["index"]] += choice["delta"].get("content", "") if "delta" in choice else choice["text"]
        finished |= {choice["index"]: choice["finish_reason"]} if choice["finish_reason"] else {}
    assert (streamed, finished) == (whole, dict(enumerate(ends)))
    return list(zip(whole, ends, strict=True))


@pytest.mark.parametrize("path", [CHAT, COMPLETIONS])
def test_n_choices_differ(api: Api, path: str) -> None:
    """The chunks of a stream alternate between the choices; a set answer is the answer of each."""
    found = choices(api, path, n=3)
    assert len({text for text, _ in found}) == 3
    order = [chunk["choices"][0]["index"] for chunk in events(api, path, **BODIES[path], n=2)]
    assert order[:4] == [0, 1, 0, 1]
    api.app.answers.set(text="Yes. \n")
    assert choices(api, path, n=2) == [("Yes. \n", "stop")] * 2
    assert api.post(path, {**BODIES[path], "n": 2})["usage"]["completion_tokens"] == 2


@pytest.mark.parametrize(
    ("stop", "limit", "expected"),
    [
        (" three", None, ("one two", "stop")),
        (["three", "two", "four"], None, ("one ", "stop")),
        (["absent"], None, ("one two three", "stop")),
        ("three", 1, ("one", "length")),
        ("two", 1, ("one", "length")),
        ([], 3, ("one two three", "stop")),
        ("one", None, ("", "stop")),
    ],
)
def test_stop_ends_the_text(api: Api, stop: Any, limit: int | None, expected: tuple[str, str]) -> None:
    """Before the first of the strings that occurs, unless the maximum of tokens is reached earlier."""
    api.app.answers.set(text="one two three")
    fields = {"stop": stop} if limit is None else {"stop": stop, "max_tokens": limit}
    found = [choices(api, path, **fields) for path in (CHAT, COMPLETIONS)]
    assert found == [[expected]] * 2
    (choice,) = api.post(COMPLETIONS, {**BODIES[COMPLETIONS], "stop": [" two", "two"]})["choices"]
    assert (choice["text"], choice["stop_reason"]) == ("one", " two")


def test_echo_repeats_the_prompt(api: Api) -> None:
    """It does not count as written."""
    (plain,) = choices(api, COMPLETIONS, max_completion_tokens=2)
    (echoed,) = choices(api, COMPLETIONS, max_completion_tokens=2, echo=True)
    assert echoed == ("One,  two" + plain[0], "length")
    assert api.post(COMPLETIONS, {**BODIES[COMPLETIONS], "echo": True, "max_tokens": 2})["usage"] == {
        "prompt_tokens": 2,
        "completion_tokens": 2,
        "total_tokens": 4,
    }


def test_embeddings_in_base64(api: Api) -> None:
    """They are the same numbers, as 32-bit floats in little-endian order."""
    plain, encoded = (
        api.post(EMBEDDINGS, {**BODIES[EMBEDDINGS], "dimensions": 7, "encoding_format": form})["data"]
        for form in ("float", "base64")
    )
    for numbers, text in zip(plain, encoded, strict=True):
        assert struct.unpack("<7f", base64.b64decode(text["embedding"])) == pytest.approx(numbers["embedding"])


@pytest.mark.parametrize(("path", "fields"), [(path, fields) for path, many in REFUSED.items() for fields in many])
def test_unsupported_value_is_refused(api: Api, path: str, fields: dict[str, Any]) -> None:
    """The message begins with the name of the field."""
    (name,) = fields
    assert api.error(400, "POST", path, {**BODIES[path], **fields}).startswith(name)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (CHAT, {"tools": [], "tool_choice": "none", "response_format": {"type": "text"}, "logprobs": False}),
        (CHAT, {"n": None, "stop": None, "audio": None, "tools": None, "stream": None, "stream_options": None}),
        (CHAT, {"seed": 1, "user": "me", "frequency_penalty": 0.5, "logit_bias": {"50256": -100}, "store": False}),
        (COMPLETIONS, {"suffix": "", "best_of": 1, "echo": False, "logprobs": None, "presence_penalty": 1}),
        (EMBEDDINGS, {"dimensions": None, "encoding_format": None, "user": "me"}),
    ],
)
def test_fields_that_ask_for_nothing_are_accepted(api: Api, path: str, fields: dict[str, Any]) -> None:
    """So are null and the settings of sampling, which cannot change an answer that is made up."""
    expected = api.post(path, BODIES[path])
    ignored = {"id": None}
    assert api.post(path, {**BODIES[path], **fields}) | ignored == expected | ignored


def test_conversation_goes_on_with_parts_and_tool_calls(api: Api) -> None:
    """The last text of the user is quoted, whatever the other messages are."""
    parts: list[Any] = [
        {"type": "text", "text": "And"},
        {"type": "image_url", "image_url": {}},
        {"type": "text", "text": "this?"},
    ]
    calls = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    messages: list[Any] = [
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "assistant", "tool_calls": calls},
        {"role": "user", "content": parts},
    ]
    answer = api.post(CHAT, {"model": MODEL, "messages": messages})
    assert answer["choices"][0]["message"]["content"].endswith("The question was: And  this?")
