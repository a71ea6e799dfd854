"""Token counts of inference responses."""

from typing import Any

from ._response import ResponseModel


class Usage(ResponseModel):
    """Token counts of an inference request."""

    prompt_tokens: int | None = None
    """Number of tokens in the input."""
    completion_tokens: int | None = None
    """Number of generated tokens."""
    total_tokens: int | None = None
    """Total number of tokens, as the platform counts them."""
    prompt_tokens_details: Any = None
    """Details of ``prompt_tokens``: any JSON value."""
    completion_tokens_details: Any = None
    """Details of ``completion_tokens``: any JSON value."""
    prompt_token_details: Any = None
    """Details of ``prompt_tokens`` in classification responses: any JSON value."""
