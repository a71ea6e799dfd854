"""The resource ``completions``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, operation
from ._call.options import CallOptions
from ._flows.batches import INFERENCE_HINTS
from ._flows.streaming import AsyncStream as AsyncStream  # in the type hints of stream_async
from ._flows.streaming import Stream, asynchronous_stream, streaming
from .utils.retries import Effect

__all__ = ["Completions"]


class Completions(Resource):
    """Completions of a text."""

    @operation(
        "POST",
        "/v1/completions",
        id="getCompletionsFromDeployment",
        effect=Effect.CHARGED,
        fields_of="GetCompletionsFromDeploymentRequestBody",
        hints=INFERENCE_HINTS,
    )
    def create(
        self,
        *,
        model: str,
        prompt: str,
        temperature: float | None = None,
        max_completion_tokens: int | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        **options: Unpack[CallOptions],
    ) -> models.CompletionObject:
        """Complete a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param prompt: Text to complete.
        :param temperature: Sampling temperature.
        :param max_completion_tokens: Maximum number of tokens to generate.
        :param top_p: Share of the probability mass to sample from.
        :param top_k: Number of most probable tokens to sample from.
        :param extra_body: Fields that the SDK does not know, merged into the body.
        :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
            milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
        :returns: The completion.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        ...

    create_async = asynchronous(create)

    @streaming(lambda: models.CompletionChunk)
    def stream(
        self,
        *,
        model: str,
        prompt: str,
        temperature: float | None = None,
        max_completion_tokens: int | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        **options: Unpack[CallOptions],
    ) -> Stream[models.CompletionChunk]:
        """Complete a text and yield the completion in chunks.

        It sends ``"stream": true``. The platform's API description mentions streaming but does not specify it; a JSON
        response counts as a single chunk. Nothing is retried after the first chunk.

        :param model: Name of a deployment or of a serverless base model.
        :param prompt: Text to complete.
        :param temperature: Sampling temperature.
        :param max_completion_tokens: Maximum number of tokens to generate.
        :param top_p: Share of the probability mass to sample from.
        :param top_k: Number of most probable tokens to sample from.
        :param extra_body: Fields that the SDK does not know, merged into the body.
        :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
            milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
        :returns: A context manager and iterator over the chunks. ``stream.text`` is the text so far. Leaving the
            ``with`` block closes the connection.
        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        ...

    stream_async = asynchronous_stream(stream)
