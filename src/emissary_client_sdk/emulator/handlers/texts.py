"""Completions and chat completions: made-up texts, whole or streamed."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from ... import models
from .. import bodies
from ..call import Call
from ..openai import ChatOptions, CompletionOptions, TextOptions
from ..problem import Problem
from . import learned, served

_CHAT = "chat.completion"


def complete(call: Call) -> object:
    """Continue a text."""
    fields = bodies.read(call.body, models.GetCompletionsFromDeploymentRequestBody)
    options = bodies.options(fields, CompletionOptions)
    made_up = f" [{served.NOTE}]"
    return _answer(call, fields["model"], "text_completion", fields["prompt"], made_up, options, echo=options.echo)


def chat(call: Call) -> object:
    """Answer a conversation."""
    fields = bodies.read(call.body, models.GetChatCompletionsRequestBody)
    for message in fields["messages"]:
        if not models.Role(message["role"]).is_known:
            raise Problem(400, f"messages: a role must be one of {', '.join(models.Role)}, not {message['role']!r}")
    options = bodies.options(fields, ChatOptions)
    prompt = "\n".join(map(_text, fields["messages"]))
    asked = [_text(message) for message in fields["messages"] if message["role"] == models.Role.USER]
    quote = (asked or [prompt])[-1][:200].strip()
    return _answer(call, fields["model"], _CHAT, prompt, f"{served.NOTE} The question was: {quote}", options)


def _text(message: dict[str, Any]) -> str:
    """Return the text of a message, whose content may be missing, null or a list of parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(str(part.get("text", "")) for part in content)


class _GeneratedText(NamedTuple):
    """One of the texts of an answer.

    :ivar finish: The reason for its end.
    :ivar stop: The string that ended it, or None.
    """

    words: list[str]
    finish: str
    stop: str | None


def _choices(
    call: Call, model: served.ServedModel, prompt: str, made_up: str, options: TextOptions
) -> tuple[list[_GeneratedText], str | None]:
    """Return the texts of an answer, and a note on what made them unless they say it themselves."""
    wanted: str | None = call.answers.find("text", model.name)
    prompts = None
    if wanted is None and (prompts := learned.model_of(call, model.deployment, models.TaskType.TEXT_GENERATION)):
        wanted = prompts.complete(prompt)
    numbered = (made_up if number == 1 else f"{made_up} This is choice {number}." for number in itertools.count(1))
    texts = numbered if wanted is None else itertools.repeat(wanted)
    choices = [_choice(text, options) for text in itertools.islice(texts, options.n)]
    return choices, None if prompts is None else learned.NEAREST_NOTE


def _choice(text: str, options: TextOptions) -> _GeneratedText:
    words = served.words(text)
    written = "".join(words[: options.limit])
    found = [(written.index(stop), stop) for stop in options.stops if stop in written]
    if found:
        end, stop = min(found)
        return _GeneratedText(served.words(written[:end]), "stop", stop)
    return _GeneratedText(words[: options.limit], "stop" if written == text else "length", None)


def _answer(
    call: Call, name: str, kind: str, prompt: str, made_up: str, options: TextOptions, *, echo: bool = False
) -> object:
    """Return the whole answer of a model, or a stream if the request asks for one."""
    choices, note = _choices(call, served.find(call, name), prompt, made_up, options)
    asked, written = served.words(prompt), sum(len(choice.words) for choice in choices)
    usage = {"prompt_tokens": len(asked), "completion_tokens": written, "total_tokens": len(asked) + written}
    if echo:
        choices = [choice._replace(words=asked + choice.words) for choice in choices]
    prefix = "chatcmpl" if kind == _CHAT else "cmpl"
    identity = {"id": f"{prefix}-{served.digest(call)}", "created": int(call.now), "model": name, "object": kind}
    head = identity if note is None else {**identity, "note": note}
    if options.stream:
        return _chunks(head, choices, usage if options.stream_options.include_usage else None)
    views: list[dict[str, Any]] = []
    for index, choice in enumerate(choices):
        text = "".join(choice.words)
        if kind == _CHAT:
            view: dict[str, Any] = {"message": {"role": "assistant", "content": text}, "refusal": None}
        else:
            view = {"text": text, "logprobs": None, "prompt_logprobs": None, "stop_reason": choice.stop}
        views.append({"index": index, **view, "finish_reason": choice.finish})
    return {**head, "choices": views, "usage": usage}


def _chunks(head: dict[str, Any], choices: list[_GeneratedText], usage: dict[str, int] | None) -> Iterator[object]:
    """Yield the chunks of a stream; those of several choices alternate."""
    is_chat = head["object"] == _CHAT
    if is_chat:
        head = {**head, "object": f"{_CHAT}.chunk"}

    def chunk(index: int, part: dict[str, Any], finish: str | None = None) -> object:
        return {**head, "choices": [{"index": index, **part, "finish_reason": finish}]}

    def part(word: str) -> dict[str, Any]:
        return {"delta": {"content": word}} if is_chat else {"text": word, "logprobs": None}

    if is_chat:
        for index in range(len(choices)):
            yield chunk(index, {"delta": {"role": "assistant", "content": ""}})
    for words in itertools.zip_longest(*(choice.words for choice in choices)):
        yield from (chunk(index, part(word)) for index, word in enumerate(words) if word is not None)
    for index, choice in enumerate(choices):
        yield chunk(index, {"delta": {}} if is_chat else part(""), choice.finish)
    if usage is not None:
        yield {**head, "choices": [], "usage": usage}
