"""Embeddings and classification: made-up answers of deployed models, always the same for the same request."""

import base64
import hashlib
import math
import struct
from collections.abc import Mapping, Sequence

from ... import models
from .. import bodies
from ..call import Call
from ..openai import EmbeddingOptions
from . import served


def embed(call: Call) -> object:
    """Return a unit vector for each text."""
    fields = call.fields(models.GetEmbeddingsFromDeploymentRequestBody)
    options = bodies.options(fields, EmbeddingOptions)
    model = served.find(call, fields["model"])
    texts = [fields["input"]] if isinstance(fields["input"], str) else fields["input"]
    wanted = call.answers.find("embedding", model.name)
    vectors = [_vector(text, options.dimensions) if wanted is None else wanted for text in texts]
    encoded = map(_base64, vectors) if options.encoding_format == "base64" else vectors
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(encoded)]
    tokens = sum(len(served.words(text)) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "model": model.name, "data": data, "usage": usage, "note": served.NOTE}


def classify(call: Call) -> object:
    """Score a text against the labels of the model, in alphabetical order as on the platform."""
    fields = call.fields(models.GetClassificationFromDeploymentRequestBody, data_format=models.DataFormat)
    model = served.find(call, fields["model"])
    probs: Mapping[str, float] | None = call.answers.find("probs", model.name)
    if probs is None:
        scores = {label: _logit(label, fields["input"]) for label in model.labels}
        probs = _softmax(scores) if model.exclusive else {label: _sigmoid(score) for label, score in scores.items()}
    else:
        scores = {label: math.log(max(value, 1e-9)) for label, value in probs.items()}
    by_probs = fields.get("data_format") == models.DataFormat.PROBS
    entry = {"probs": probs} if by_probs else {"logits": scores}
    tokens = len(served.words(fields["input"]))
    return {
        "id": f"classify-{served.digest(call)}",
        "created": int(call.now),
        "model": model.name,
        "data": [{"index": 0, **{form: dict(sorted(values.items())) for form, values in entry.items()}}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens},
        "note": served.NOTE,
    }


def _vector(text: str, dimensions: int) -> list[float]:
    numbers = struct.unpack(f"<{dimensions}h", hashlib.shake_128(text.encode()).digest(2 * dimensions))
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [number / length for number in numbers]


def _base64(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _logit(label: str, text: str) -> float:
    number = int.from_bytes(hashlib.sha256(f"{label}\0{text}".encode()).digest()[:2], "big")
    return round(number / 8192 - 4, 4)  # from -4 to 4


def _softmax(scores: dict[str, float]) -> dict[str, float]:
    powers = {label: math.exp(score) for label, score in scores.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))
