"""The resource ``chat``."""

from collections.abc import Sequence

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import SamplingOptions
from ._call.twins import twins
from ._flows.batches import INFERENCE_HINTS
from ._flows.streaming import Opening, open_stream, stream_twins
from .sdkconfiguration import SDKConfiguration
from .utils.retries import Effect

__all__ = ["Chat", "ChatCompletions"]

CREATE = Operation(
    "getChatCompletions",
    "POST",
    "/v1/chat/completions",
    body=models.GetChatCompletionsRequestBody,
    result=models.ChatCompletionObject,
    effect=Effect.CHARGED,
    hints=INFERENCE_HINTS,
)


class ChatCompletions(Resource):
    """Completions of a conversation."""

    def _create(
        self,
        *,
        model: str,
        messages: Sequence[models.Messages | models.MessagesTypedDict | models.ChatCompletionMessage],
        max_tokens: int | None = None,
        **options: Unpack[SamplingOptions],
    ) -> Flow[models.ChatCompletionObject]:
        """Answer a conversation.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param messages: The conversation: models, mappings with ``role`` and ``content``, or messages of answers.
        :param max_tokens: Maximum number of tokens to generate.
        :returns: The answer.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        return (yield from call(self, CREATE, options, model=model, messages=messages, max_tokens=max_tokens))

    create, create_async = twins(_create)

    def _stream(
        self,
        *,
        model: str,
        messages: Sequence[models.Messages | models.MessagesTypedDict | models.ChatCompletionMessage],
        max_tokens: int | None = None,
        **options: Unpack[SamplingOptions],
    ) -> Opening[models.ChatCompletionChunk]:
        """Answer a conversation and yield the answer in chunks.

        It sends ``"stream": true``. The platform's API description mentions streaming but does not specify it; a JSON
        response counts as a single chunk. Nothing is retried after the first chunk.

        :param model: Name of a deployment or of a serverless base model.
        :param messages: The conversation: models, mappings with ``role`` and ``content``, or messages of answers.
        :param max_tokens: Maximum number of tokens to generate.
        :returns: A context manager and iterator over the chunks. ``stream.text`` is the text so far. Leaving the
            ``with`` block closes the connection.
        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        return (
            yield from open_stream(
                self, CREATE, models.ChatCompletionChunk, options, model=model, messages=messages, max_tokens=max_tokens
            )
        )

    stream, stream_async = stream_twins(_stream)


class Chat(Resource):
    """Conversations with a model."""

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        super().__init__(sdk_config)
        self.completions = ChatCompletions(sdk_config)
