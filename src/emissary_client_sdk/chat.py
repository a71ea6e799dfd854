"""The resource ``chat``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, operation
from ._call.options import CallOptions
from ._flows.batches import INFERENCE_HINTS
from ._flows.streaming import AsyncStream as AsyncStream  # in the type hints of stream_async
from ._flows.streaming import Stream, asynchronous_stream, streaming
from .utils.retries import Effect

if TYPE_CHECKING:
    from .sdkconfiguration import SDKConfiguration

__all__ = ["Chat", "ChatCompletions"]


class ChatCompletions(Resource):
    """Completions of a conversation."""

    @operation(
        "POST",
        "/v1/chat/completions",
        id="getChatCompletions",
        effect=Effect.CHARGED,
        fields_of="GetChatCompletionsRequestBody",
        hints=INFERENCE_HINTS,
    )
    def create(
        self,
        *,
        model: str,
        messages: Sequence[models.Messages | models.MessagesTypedDict],
        temperature: float | None = None,
        max_tokens: int | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        **options: Unpack[CallOptions],
    ) -> models.ChatCompletionObject:
        """Answer a conversation.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param messages: The conversation: models, or mappings with ``role`` and ``content``.
        :param temperature: Sampling temperature.
        :param max_tokens: Maximum number of tokens to generate.
        :param top_p: Share of the probability mass to sample from.
        :param top_k: Number of most probable tokens to sample from.
        :param extra_body: Fields that the SDK does not know, merged into the body.
        :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
            milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
        :returns: The answer.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        ...

    create_async = asynchronous(create)

    @streaming(lambda: models.ChatCompletionChunk)
    def stream(
        self,
        *,
        model: str,
        messages: Sequence[models.Messages | models.MessagesTypedDict],
        temperature: float | None = None,
        max_tokens: int | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        **options: Unpack[CallOptions],
    ) -> Stream[models.ChatCompletionChunk]:
        """Answer a conversation and yield the answer in chunks.

        It sends ``"stream": true``. The platform's API description mentions streaming but does not specify it; a JSON
        response counts as a single chunk. Nothing is retried after the first chunk.

        :param model: Name of a deployment or of a serverless base model.
        :param messages: The conversation: models, or mappings with ``role`` and ``content``.
        :param temperature: Sampling temperature.
        :param max_tokens: Maximum number of tokens to generate.
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


class Chat(Resource):
    """Conversations with a model."""

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        super().__init__(sdk_config)
        self.completions = ChatCompletions(sdk_config)
