"""Embeddings and classification: made-up answers of deployed models, always the same for the same request."""

import base64
import hashlib
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from ... import models
from .. import bodies, overlap
from ..call import Call
from ..openai import EmbeddingOptions
from . import learned, served

NO_TOOL = models.ToolCallData.NO_TOOL
_ROUNDING = 1e-3  # of probabilities that are written by hand
_LEAST = 1e-9  # the logit of 0 is infinite
_NOTE_OF_EXPERIMENTS = f"{served.NOTE} It counts the words that the input shares with the descriptions."


def embed(call: Call) -> object:
    """Return a unit vector for each text."""
    fields = bodies.read(call.body, models.GetEmbeddingsFromDeploymentRequestBody)
    options = bodies.options(fields, EmbeddingOptions)
    model = served.find(call, fields["model"])
    texts = [fields["input"]] if isinstance(fields["input"], str) else fields["input"]
    wanted = call.answers.find("embedding", model.name)
    embedder = None if wanted else learned.embedder(call, model.deployment, options.dimensions)
    vectors = [wanted or (embedder or _vector)(text, options.dimensions) for text in texts]
    encoded = map(_base64, vectors) if options.encoding_format == "base64" else vectors
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(encoded)]
    tokens = sum(len(served.words(text)) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    note = served.NOTE if embedder is None else learned.WORDS_NOTE
    return {"object": "list", "model": model.name, "data": data, "usage": usage, "note": note}


def classify(call: Call) -> object:
    """Score a text against the labels of the model, in alphabetical order as on the platform."""
    fields = bodies.read(call.body, models.GetClassificationFromDeploymentRequestBody, data_format=models.DataFormat)
    model = served.find(call, fields["model"])
    tokens = len(served.words(fields["input"]))
    usage = {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens}
    wanted: Mapping[str, float] | None = call.answers.find("probs", model.name)
    if wanted is None and learned.has_learned(model.deployment, models.TaskType.REGRESSION):
        value, note = _value(call, model, fields["input"])
        return _answer(call, model, "classify", note, data=[{"index": 0, "logits": value}], usage=usage)
    note = served.NOTE
    if wanted is not None:
        scores, probs = _logits(wanted, exclusive=model.exclusive), wanted
    elif model.experiment is not None:
        scores, probs = _scores_of_classes(model, fields["input"])
    elif (classifier := learned.model_of(call, model.deployment, models.TaskType.CLASSIFICATION)) is not None:
        (scores, probs), note = classifier.scores(fields["input"]), learned.LINEAR_NOTE
    else:
        scores = {label: _logit(label, fields["input"]) for label in model.labels}
        probs = _softmax(scores) if model.exclusive else {label: _sigmoid(score) for label, score in scores.items()}
    by_probs = fields.get("data_format") == models.DataFormat.PROBS
    form, chosen = ("probs", probs) if by_probs else ("logits", scores)
    entry = {"index": 0, form: dict(sorted(chosen.items()))}
    if model.experiment is not None:
        return _answer(call, model, "classify", data=[{**entry, "reasoning": ""}])
    return _answer(call, model, "classify", note, data=[entry], usage=usage)


def rate(call: Call) -> object:
    """Place a text on the scale of a regression."""
    fields = bodies.read(call.body, models.GetRegressionRequestBody)
    model = served.find(call, fields["model"])
    value, note = _value(call, model, fields["input"])
    return _answer(call, model, "classify", note, data=[{"index": 0, "logits": value}])


def find_entities(call: Call) -> object:
    """Return the named entities of a text by their type."""
    fields = bodies.read(call.body, models.GetEntitiesRequestBody)
    model = served.find(call, fields["model"])
    found: Mapping[str, Sequence[str]] | None = call.answers.find("entities", model.name)
    if found is None:
        found = {one["name"]: overlap.mentions(fields["input"], one["description"]) for one in model.classes}
    entities = {kind: [{"entity": text} for text in texts] for kind, texts in found.items()}
    return _answer(call, model, "ner", entities=entities)


def call_tool(call: Call) -> object:
    """Choose a tool for a text, with its arguments."""
    fields = bodies.read(call.body, models.GetToolCallRequestBody)
    model = served.find(call, fields["model"])
    wanted: tuple[str, dict[str, Any]] | None = call.answers.find("tool", model.name)
    if wanted is not None:
        tool, arguments = wanted
        probs = {tool: 1.0}
    else:
        scores, _ = _scores_of_classes(model, fields["input"])
        probs = _softmax({**scores, NO_TOOL: 1.0})
        tool = max(probs, key=probs.__getitem__)
        schema = next((one["parameters"] for one in model.classes if one["name"] == tool), None)
        arguments = {} if schema is None else overlap.arguments(fields["input"], schema)
    generation = [] if tool == NO_TOOL else [arguments]
    entry = {"index": 0, "generation": generation, "probs": dict(sorted(probs.items()))}
    return _answer(call, model, "classify", data=[entry])


def _answer(call: Call, model: served.ServedModel, prefix: str, note: str = served.NOTE, **content: object) -> object:
    identity = {"id": f"{prefix}-{served.digest(call)}", "created": int(call.now), "model": model.name}
    return {**identity, **content, "note": note if model.experiment is None else _NOTE_OF_EXPERIMENTS}


def _value(call: Call, model: served.ServedModel, text: str) -> tuple[float, str]:
    """Return the value of a text, and a note on what made it."""
    wanted: float | None = call.answers.find("value", model.name)
    if wanted is not None:
        return wanted, served.NOTE
    if model.experiment is not None:
        (scale,) = model.classes
        high = f"{scale['high_description']} {scale['higher_means']}"
        share = overlap.share_of_high(text, scale["low_description"], high)
        return scale["min_value"] + share * (scale["max_value"] - scale["min_value"]), served.NOTE
    regressor = learned.model_of(call, model.deployment, models.TaskType.REGRESSION)
    return (_logit("", text), served.NOTE) if regressor is None else (regressor.value(text), learned.LINEAR_NOTE)


def _scores_of_classes(model: served.ServedModel, text: str) -> tuple[dict[str, float], dict[str, float]]:
    """Return logit and probability of each class of an experiment."""
    words = {one["name"]: overlap.shared(text, one["name"], one["description"]) for one in model.classes}
    scores = {name: 2.0 * number for name, number in words.items()}
    if model.experiment and model.experiment.fields["mode"] == models.ExperimentMode.JUDGE:
        scores = {name: score - 1 for name, score in scores.items()}
        return scores, {name: _sigmoid(score) for name, score in scores.items()}
    return scores, _softmax(scores)


def _vector(text: str, dimensions: int) -> list[float]:
    numbers = struct.unpack(f"<{dimensions}h", hashlib.shake_128(text.encode()).digest(2 * dimensions))
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [number / length for number in numbers]


def _base64(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _logit(label: str, text: str) -> float:
    number = int.from_bytes(hashlib.sha256(f"{label}\0{text}".encode()).digest()[:2], "big")
    return round(number / 8192 - 4, 4)  # from -4 to 4


def _logits(probs: Mapping[str, float], *, exclusive: bool) -> dict[str, float]:
    """Return logits whose softmax is the probabilities; their sigmoid, if the labels do not exclude each other."""
    of_one = exclusive and len(probs) > 1 and math.isclose(sum(probs.values()), 1, abs_tol=_ROUNDING)
    chances = {label: min(max(value, _LEAST), 1 - _LEAST) for label, value in probs.items()}
    return {label: math.log(chance) - (0 if of_one else math.log1p(-chance)) for label, chance in chances.items()}


def _softmax(scores: dict[str, float]) -> dict[str, float]:
    powers = {label: math.exp(score) for label, score in scores.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))
