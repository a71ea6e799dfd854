"""Text completions: request body, response and stream chunk."""

from typing import Any

from typing_extensions import NotRequired, TypedDict

from ._request import RequestModel
from ._response import ResponseModel
from ._timestamps import Timestamp
from .usage import Usage


class CompletionChoice(ResponseModel):
    """A generated text."""

    index: int | None = None
    """Position in the list of choices."""
    text: str | None = None
    """The generated text."""
    logprobs: Any = None
    """Log probabilities: any JSON value."""
    prompt_logprobs: Any = None
    """Log probabilities of the prompt: any JSON value."""
    stop_reason: Any = None
    """Stop string or token that ended the text: any JSON value."""
    finish_reason: str | None = None
    """Why the text ended, for example ``stop`` or ``length``."""


class _Completion(ResponseModel):
    id: str | None = None
    """ID of the response."""
    object: str | None = None
    """Type of the object, for example ``text_completion``."""
    created: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""
    model: str | None = None
    """Name of the model, or ID of the deployment, that generated the text."""
    choices: list[CompletionChoice] | None = None
    """The generated texts."""
    usage: Usage | None = None
    """Token counts."""

    @property
    def text(self) -> str:
        """Text of the first choice, or an empty string."""
        return (self.choices[0].text or "") if self.choices else ""


class CompletionObject(_Completion):
    """Response of ``completions.create``."""


class CompletionChunk(_Completion):
    """Part of a streamed text completion. The texts of its choices continue those of earlier chunks."""


class GetCompletionsFromDeploymentRequestBody(RequestModel):
    """Request body of ``completions.create``."""

    model: str
    """Name of a deployment or of a serverless base model."""
    prompt: str
    """Text to continue."""
    temperature: int | float | None = None
    """Sampling temperature."""
    max_completion_tokens: int | None = None
    """Maximum number of generated tokens."""
    top_p: int | float | None = None
    """Probability mass of the tokens to sample from."""
    top_k: int | None = None
    """Number of the most likely tokens to sample from."""


class GetCompletionsFromDeploymentRequestBodyTypedDict(TypedDict):
    """The fields of ``GetCompletionsFromDeploymentRequestBody`` as a dictionary."""

    model: str
    prompt: str
    temperature: NotRequired[int | float | None]
    max_completion_tokens: NotRequired[int | None]
    top_p: NotRequired[int | float | None]
    top_k: NotRequired[int | None]
