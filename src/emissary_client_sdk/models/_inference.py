"""Fields that text and chat completions share."""

from ._request import RequestModel
from ._response import ResponseModel
from ._timestamps import Timestamp
from .usage import Usage


class SamplingRequest(RequestModel):
    """Base of the request bodies that generate text."""

    model: str
    """Name of a deployment or of a serverless base model."""
    temperature: int | float | None = None
    """Sampling temperature."""
    top_p: int | float | None = None
    """Probability mass of the tokens to sample from."""
    top_k: int | None = None
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
