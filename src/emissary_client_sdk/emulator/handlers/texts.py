"""Completions and chat completions: made-up texts, whole or streamed."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ... import models
from .. import bodies
from ..call import Call
from ..openai import ChatOptions, CompletionOptions, TextOptions
from ..problem import Problem
from . import learned, served


def complete(call: Call) -> object:
    """Continue a text."""
    fields = bodies.read(call.body, models.GetCompletionsFromDeploymentRequestBody)
    options = bodies.options(fields, CompletionOptions)
    model = served.find(call, fields["model"])
    choices, note = _choices(call, model, fields["prompt"], f" [{served.NOTE}]", options)
    prompt = served.words(fields["prompt"])
    return _Generation(call, "text_completion", model.name, prompt, choices, options, note, echo=options.echo).answer()


def chat(call: Call) -> object:
    """Answer a conversation."""
    fields = bodies.read(call.body, models.GetChatCompletionsRequestBody)
    for message in fields["messages"]:
        if not models.Role(message["role"]).is_known:
            raise Problem(400, f"messages: a role must be one of {', '.join(models.Role)}, not {message['role']!r}")
    options = bodies.options(fields, ChatOptions)
    model = served.find(call, fields["model"])
    prompt = "\n".join(map(_text, fields["messages"]))
    asked = [_text(message) for message in fields["messages"] if message["role"] == models.Role.USER]
    quote = (asked or [prompt])[-1][:200].strip()
    choices, note = _choices(call, model, prompt, f"{served.NOTE} The question was: {quote}", options)
    return _Generation(call, "chat.completion", model.name, served.words(prompt), choices, options, note).answer()


def _text(message: dict[str, Any]) -> str:
    """Return the text of a message, whose content may be missing, null or a list of parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(str(part.get("text", "")) for part in content)


@dataclass(frozen=True)
class _GeneratedText:
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


@dataclass(frozen=True)
class _Generation:
    """An answer with one or more texts.

    :ivar note: What made the texts; None if they say it themselves.
    :ivar echo: Whether each text begins with the prompt.
    """

    call: Call
    kind: str
    model: str
    prompt: list[str]
    choices: list[_GeneratedText]
    options: TextOptions
    note: str | None
    echo: bool = False

    def answer(self) -> object:
        """Return the whole answer, or a stream if the request asks for one."""
        if self.options.stream:
            return self._chunks()
        choices = [
            {"index": index, **self._whole(choice), "finish_reason": choice.finish}
            for index, choice in enumerate(self.choices)
        ]
        return {**self._head(self.kind), "choices": choices, "usage": self._usage()}

    @property
    def _is_chat(self) -> bool:
        return self.kind == "chat.completion"

    def _head(self, kind: str) -> dict[str, Any]:
        prefix = "chatcmpl" if self._is_chat else "cmpl"
        identity = {"id": f"{prefix}-{served.digest(self.call)}", "created": int(self.call.now)}
        note = {} if self.note is None else {"note": self.note}
        return {**identity, "model": self.model, "object": kind, **note}

    def _whole(self, choice: _GeneratedText) -> dict[str, Any]:
        text = "".join(self._written(choice))
        if self._is_chat:
            return {"message": {"role": "assistant", "content": text}, "refusal": None}
        return {"text": text, "logprobs": None, "prompt_logprobs": None, "stop_reason": choice.stop}

    def _chunks(self) -> Iterator[object]:
        """Yield the chunks of a stream; those of several choices alternate."""
        head = self._head("chat.completion.chunk" if self._is_chat else self.kind)

        def chunk(index: int, part: dict[str, Any], finish: str | None = None) -> object:
            return {**head, "choices": [{"index": index, **part, "finish_reason": finish}]}

        def part(word: str) -> dict[str, Any]:
            return {"delta": {"content": word}} if self._is_chat else {"text": word, "logprobs": None}

        if self._is_chat:
            for index in range(len(self.choices)):
                yield chunk(index, {"delta": {"role": "assistant", "content": ""}})
        for words in itertools.zip_longest(*map(self._written, self.choices)):
            yield from (chunk(index, part(word)) for index, word in enumerate(words) if word is not None)
        for index, choice in enumerate(self.choices):
            yield chunk(index, {"delta": {}} if self._is_chat else part(""), choice.finish)
        if self.options.stream_options.include_usage:
            yield {**head, "choices": [], "usage": self._usage()}

    def _written(self, choice: _GeneratedText) -> list[str]:
        return [*self.prompt, *choice.words] if self.echo else choice.words

    def _usage(self) -> dict[str, Any]:
        written = sum(len(choice.words) for choice in self.choices)
        tokens = {"prompt_tokens": len(self.prompt), "completion_tokens": written}
        return {**tokens, "total_tokens": len(self.prompt) + written}
