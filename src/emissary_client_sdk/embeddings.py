"""The resource ``embeddings``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, operation
from ._call.options import CallOptions
from ._flows.batches import INFERENCE_HINTS, in_batches
from .utils.retries import Effect

__all__ = ["Embeddings"]


class Embeddings(Resource):
    """Embeddings of texts."""

    @operation(
        "POST",
        "/v1/embeddings",
        id="getEmbeddingsFromDeployment",
        effect=Effect.CHARGED,
        fields_of="GetEmbeddingsFromDeploymentRequestBody",
        hints=INFERENCE_HINTS,
        through=in_batches,
    )
    def create(
        self,
        *,
        model: str,
        input: str | Sequence[str],  # noqa: A002  # the name of the field
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        batch_size: int | None = None,
        max_concurrency: int = 4,
        **options: Unpack[CallOptions],
    ) -> models.GetEmbeddingsFromDeploymentResponseBody:
        """Compute the embeddings of texts.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment.
        :param input: A text, or a sequence of texts.
        :param extra_body: Fields that the SDK does not know, merged into the body.
        :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
            milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
        :param batch_size: Maximum number of texts per request; a longer input is split. None: one request.
        :param max_concurrency: Maximum number of requests at a time, if the input is split.
        :returns: The embeddings, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        ...

    create_async = asynchronous(create)
