"""Fields and choices that the inference operations share."""

from collections.abc import Sequence
from typing import TypeVar

from ._request import Integer, Number, RequestModel
from ._response import ResponseModel
from ._timestamps import Timestamp
from .usage import Usage


class SamplingRequest(RequestModel):
    """Base of the request bodies that generate text."""

    model: str
    """Name of a deployment or of a serverless base model."""
    temperature: Number | None = None
    """Sampling temperature."""
    top_p: Number | None = None
    """Probability mass of the tokens to sample from."""
    top_k: Integer | None = None
    """Number of the most likely tokens to sample from."""


class GenerationResponse(ResponseModel):
    """Base of the responses with generated text."""

    id: str | None = None
    """ID of the response."""
    object: str | None = None
    """Type of the object, for example ``text_completion`` or ``chat.completion``."""
    created: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""
    model: str | None = None
    """Name of the model, or ID of the deployment, that generated the text."""
    usage: Usage | None = None
    """Token counts."""


class GeneratedChoice(ResponseModel):
    """Base of the generated texts and messages."""

    index: int | None = None
    """Position in the list of choices."""


GeneratedT = TypeVar("GeneratedT", bound=GeneratedChoice)


def first_choice(choices: Sequence[GeneratedT] | None) -> GeneratedT | None:
    """Return the choice with index 0, or without an index; the order in the list does not matter."""
    return next((choice for choice in choices or () if not choice.index), None)


class TextRequest(RequestModel):
    """Base of the request bodies with one text, of the endpoints that the platform's guides describe."""

    model: str
    """Name of an experiment with its version, or of a deployment."""
    input: str
    """The text."""


class TextResponse(ResponseModel):
    """Base of their responses."""

    id: str | None = None
    """ID of the response."""
    model: str | None = None
    """Name of the model."""
    created: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""
