"""Inference: made-up answers of deployed models, always the same for the same request."""

import hashlib
import itertools
import math
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ... import models
from ..call import Call, Events
from ..catalog import BASE_MODELS
from ..lifecycle import Phase
from ..problem import Problem
from ..store import Row
from . import deployments

NOTE = "The Emissary emulator made this answer up."
DIMENSIONS = 384
MOST_DIMENSIONS = 4096
_LABELS = ("negative", "positive")  # of a model whose training data are not known
_WORD = re.compile(r"\s*\S+")


def complete(call: Call) -> object:
    """Continue a text."""
    fields = call.fields(models.GetCompletionsFromDeploymentRequestBody)
    return _Text(call, fields, "cmpl", "text_completion", _words(fields["prompt"])).answer()


def chat(call: Call) -> object:
    """Answer a conversation."""
    fields = call.fields(models.GetChatCompletionsRequestBody)
    for message in fields["messages"]:
        if not models.Role(message["role"]).is_known:
            raise Problem(400, f"messages: a role must be one of {', '.join(models.Role)}, not {message['role']!r}")
    prompt = " ".join(message["content"] for message in fields["messages"])
    last = [message["content"] for message in fields["messages"] if message["role"] == "user"][-1:]
    return _Text(call, fields, "chatcmpl", "chat.completion", _words(prompt), last).answer()


def embed(call: Call) -> object:
    """Return a unit vector for each text; ``dimensions``, as in OpenAI's API, sets the length."""
    fields = call.fields(models.GetEmbeddingsFromDeploymentRequestBody)
    model = _model(call, fields["model"])
    dimensions = fields.get("dimensions", DIMENSIONS)
    if isinstance(dimensions, bool) or not isinstance(dimensions, int) or not 0 < dimensions <= MOST_DIMENSIONS:
        raise Problem(400, f"dimensions: must be an integer from 1 to {MOST_DIMENSIONS}, not {dimensions!r}")
    texts = [fields["input"]] if isinstance(fields["input"], str) else fields["input"]
    wanted = call.answers.find("embedding", model.name)
    vectors = (_vector(text, dimensions) if wanted is None else wanted for text in texts)
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    tokens = sum(len(_words(text)) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "model": model.name, "data": data, "usage": usage, "note": NOTE}


def classify(call: Call) -> object:
    """Score a text against the labels of the model."""
    fields = call.fields(models.GetClassificationFromDeploymentRequestBody, data_format=models.DataFormat)
    model = _model(call, fields["model"])
    probs = call.answers.find("probs", model.name)
    if probs is None:
        scores = {label: _logit(label, fields["input"]) for label in model.labels}
        probs = _softmax(scores) if model.exclusive else {label: _sigmoid(score) for label, score in scores.items()}
    else:
        scores = {label: math.log(max(value, 1e-9)) for label, value in probs.items()}
    by_probs = fields.get("data_format") == "probs"
    tokens = len(_words(fields["input"]))
    return {
        "id": f"classify-{_digest(call)}",
        "created": int(call.now),
        "model": model.name,
        "data": [{"index": 0, **({"probs": probs} if by_probs else {"logits": scores})}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens},
        "note": NOTE,
    }


@dataclass(frozen=True)
class _ServedModel:
    name: str
    labels: Sequence[str] = _LABELS
    exclusive: bool = True


def _model(call: Call, name: str) -> _ServedModel:
    """Return the model that a request names: a deployment, a serverless base model, or one with a set answer.

    :raises Problem: It does not exist, is not deployed (404), or is being woken by this request (503).
    """
    row = call.db.find("deployment", name=name) or call.db.find("deployment", id=name)
    if row is not None:
        _check_deployed(call, row)
        return _ServedModel(name, row.state.get("labels", _LABELS), row.state.get("exclusive", True))
    base = BASE_MODELS.get(name)
    if (base is not None and base.serverless) or call.answers.names(name):
        return _ServedModel(name)
    raise Problem(404, f"there is no deployment or serverless base model {name[:80]!r}", code="object_not_found")


def _check_deployed(call: Call, row: Row) -> None:
    at = deployments.state_of(call, row)
    if at.phase is Phase.STOPPED:
        at = deployments.wake(call, row)
    elif at.phase is Phase.READY:
        used = row if row.parent is None else call.find("engine", row.parent)
        call.db.update(used, accessed=call.now)
    if at.status is models.DeploymentStatus.REACTIVATING:
        seconds = max(1, math.ceil(at.ready - call.now))
        error = f"deployment {row.name!r} is starting again: its status is {at.status}"
        raise Problem(503, error, headers={"Retry-After": str(seconds)}, commit=True)
    if at.phase is not Phase.READY:
        error = f"deployment {row.name!r} is not deployed: its status is {at.status}"
        raise Problem(404, error, code="object_not_found")


class _Text:
    """A made-up text, whole or streamed."""

    def __init__(
        self, call: Call, fields: dict[str, Any], prefix: str, kind: str, prompt: list[str], quoted: Sequence[str] = ()
    ) -> None:
        self._model = _model(call, fields["model"]).name
        self._fields = fields
        self._kind = kind
        self._head = {"id": f"{prefix}-{_digest(call)}", "created": int(call.now), "model": self._model}
        self._prompt = len(prompt)
        wanted = call.answers.find("text", self._model)
        if wanted is None:
            quote = "".join(itertools.islice(quoted or prompt, 20)).strip()[:200]
            wanted = f"{NOTE} The question was: {quote}" if kind.startswith("chat") else f" [{NOTE}]"
        words = _words(wanted)
        self._words = words[: _limit(fields)]
        self._finish = "stop" if len(self._words) == len(words) else "length"

    def answer(self) -> object:
        """Return the whole answer, or a stream if the request asks for one."""
        if self._fields.get("stream") is True:
            return Events(list(self._chunks()))
        text = "".join(self._words)
        if self._kind == "text_completion":
            choice: dict[str, Any] = {"text": text, "logprobs": None, "prompt_logprobs": None, "stop_reason": None}
        else:
            choice = {"message": {"role": "assistant", "content": text}, "refusal": None}
        choices = [{"index": 0, **choice, "finish_reason": self._finish}]
        return {**self._head, "object": self._kind, "choices": choices, "usage": self._usage()}

    def _chunks(self) -> Iterator[object]:
        text = self._kind == "text_completion"
        head = {**self._head, "object": self._kind if text else f"{self._kind}.chunk"}

        def chunk(part: dict[str, Any], finish: str | None = None) -> object:
            return {**head, "choices": [{"index": 0, **part, "finish_reason": finish}]}

        if not text:
            yield chunk({"delta": {"role": "assistant", "content": ""}})
        for word in self._words:
            yield chunk({"text": word, "logprobs": None} if text else {"delta": {"content": word}})
        yield chunk({"text": "", "logprobs": None} if text else {"delta": {}}, self._finish)
        if self._fields.get("stream_options") == {"include_usage": True}:
            yield {**head, "choices": [], "usage": self._usage()}

    def _usage(self) -> dict[str, Any]:
        written = len(self._words)
        return {
            "prompt_tokens": self._prompt,
            "completion_tokens": written,
            "total_tokens": self._prompt + written,
        }


def _limit(fields: dict[str, Any]) -> int | None:
    for name in ("max_tokens", "max_completion_tokens"):
        limit = fields.get(name)
        if limit is not None:
            if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
                raise Problem(400, f"{name}: must be a positive integer, not {limit!r}")
            return limit
    return None


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _digest(call: Call) -> str:
    return hashlib.sha256(call.body).hexdigest()[:32]


def _vector(text: str, dimensions: int) -> list[float]:
    numbers = struct.unpack(f"<{dimensions}h", hashlib.shake_128(text.encode()).digest(2 * dimensions))
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [number / length for number in numbers]


def _logit(label: str, text: str) -> float:
    number = int.from_bytes(hashlib.sha256(f"{label}\0{text}".encode()).digest()[:2], "big")
    return round(number / 8192 - 4, 4)  # from -4 to 4


def _softmax(scores: dict[str, float]) -> dict[str, float]:
    powers = {label: math.exp(score) for label, score in scores.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))
