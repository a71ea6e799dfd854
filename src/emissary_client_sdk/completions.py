"""The resource ``completions``."""

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import SamplingOptions
from ._call.twins import twins
from ._flows.batches import INFERENCE_HINTS
from ._flows.streaming import Opening, open_stream, stream_twins
from .utils.retries import Effect

__all__ = ["Completions"]

CREATE = Operation(
    "getCompletionsFromDeployment",
    "POST",
    "/v1/completions",
    body=models.GetCompletionsFromDeploymentRequestBody,
    result=models.CompletionObject,
    effect=Effect.CHARGED,
    hints=INFERENCE_HINTS,
)


class Completions(Resource):
    """Completions of a text."""

    def _create(
        self, *, model: str, prompt: str, max_completion_tokens: int | None = None, **options: Unpack[SamplingOptions]
    ) -> Flow[models.CompletionObject]:
        """Complete a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param prompt: Text to complete.
        :param max_completion_tokens: Maximum number of tokens to generate.
        :returns: The completion.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        return (
            yield from call(
                self, CREATE, options, model=model, prompt=prompt, max_completion_tokens=max_completion_tokens
            )
        )

    create, create_async = twins(_create)

    def _stream(
        self, *, model: str, prompt: str, max_completion_tokens: int | None = None, **options: Unpack[SamplingOptions]
    ) -> Opening[models.CompletionChunk]:
        """Complete a text and yield the completion in chunks.

        It sends ``"stream": true``. The platform's API description mentions streaming but does not specify it; a JSON
        response counts as a single chunk. Nothing is retried after the first chunk.

        :param model: Name of a deployment or of a serverless base model.
        :param prompt: Text to complete.
        :param max_completion_tokens: Maximum number of tokens to generate.
        :returns: A context manager and iterator over the chunks. ``stream.text`` is the text so far. Leaving the
            ``with`` block closes the connection.
        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        return (
            yield from open_stream(
                self,
                CREATE,
                models.CompletionChunk,
                options,
                model=model,
                prompt=prompt,
                max_completion_tokens=max_completion_tokens,
            )
        )

    stream, stream_async = stream_twins(_stream)
