"""The resource ``embeddings``."""

from collections.abc import Callable, Sequence
from typing import Any

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import InferenceOptions
from ._call.twins import twins
from ._flows.batches import INFERENCE_HINTS, embed_in_batches, in_order
from .utils.retries import Effect

__all__ = ["Embeddings"]

CREATE = Operation(
    "getEmbeddingsFromDeployment",
    "POST",
    "/v1/embeddings",
    body=models.GetEmbeddingsFromDeploymentRequestBody,
    result=models.GetEmbeddingsFromDeploymentResponseBody,
    effect=Effect.CHARGED,
    hints=INFERENCE_HINTS,
)


class Embeddings(Resource):
    """Embeddings of texts."""

    def _create(
        self,
        *,
        model: str,
        input: str | Sequence[str],  # noqa: A002  # the name of the field
        batch_size: int | None = None,
        max_concurrency: int = 4,
        on_result: Callable[[int, models.EmbeddingData], Any] | None = None,
        **options: Unpack[InferenceOptions],
    ) -> Flow[models.GetEmbeddingsFromDeploymentResponseBody]:
        """Compute the embeddings of texts.

        It is retried like a read, but not after a timeout, because each processed request is charged. Whatever ends a
        split input early, its exception has the finished vectors in ``error.completed``, by the index of their texts.

        :param model: Name of a deployment.
        :param input: A text, or a sequence of texts.
        :param batch_size: Maximum number of texts per request; a longer input is split. None: one request.
        :param max_concurrency: Maximum number of requests at a time, if the input is split.
        :param on_result: Called with the index of a text and its embedding, as soon as it arrives, if the input is
            split.
        :returns: The embeddings, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """

        def embed(texts: str | Sequence[str]) -> Flow[models.GetEmbeddingsFromDeploymentResponseBody]:
            answer = yield from call(self, CREATE, options, model=model, input=texts)
            return in_order(answer, 1 if isinstance(texts, str) else len(texts), CREATE)

        if batch_size is None or isinstance(input, str):
            return (yield from embed(input))
        return (
            yield from embed_in_batches(
                embed, input, batch_size=batch_size, max_concurrency=max_concurrency, on_result=on_result
            )
        )

    create, create_async = twins(_create)
