"""Text completions: request body, response and stream chunk."""

from typing import Any

from ._inference import GeneratedChoice, GenerationResponse, SamplingRequest, first_choice
from ._request import Integer


class CompletionChoice(GeneratedChoice):
    """A generated text."""

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


class _Completion(GenerationResponse):
    choices: list[CompletionChoice] | None = None
    """The generated texts."""

    @property
    def text(self) -> str:
        """Text of the choice with index 0, or an empty string."""
        choice = first_choice(self.choices)
        return (choice and choice.text) or ""


class CompletionObject(_Completion):
    """Response of ``completions.create``."""


class CompletionChunk(_Completion):
    """Part of a streamed text completion. The texts of its choices continue those of earlier chunks."""


class GetCompletionsFromDeploymentRequestBody(SamplingRequest):
    """Request body of ``completions.create``."""

    prompt: str
    """Text to continue."""
    max_completion_tokens: Integer | None = None
    """Maximum number of generated tokens."""
