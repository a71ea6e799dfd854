"""The resource ``classification``."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Any

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, composed, operation
from ._call.options import CallOptions
from ._flows.batches import INFERENCE_HINTS, classifying_many
from .utils.retries import Effect

__all__ = ["Classification"]


class Classification(Resource):
    """Scores of a text for each label of a classifier."""

    @operation(
        "POST",
        "/v1/classification",
        id="getClassificationFromDeployment",
        effect=Effect.CHARGED,
        fields_of="GetClassificationFromDeploymentRequestBody",
        hints=INFERENCE_HINTS,
    )
    def create(
        self,
        *,
        model: str,
        input: str,  # noqa: A002  # the name of the field
        data_format: models.DataFormat | str | None = None,
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        **options: Unpack[CallOptions],
    ) -> models.GetClassificationFromDeploymentResponseBody:
        """Classify a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param input: Text to classify.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :param extra_body: Fields that the SDK does not know, merged into the body.
        :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
            milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
        :returns: The scores by label.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        ...

    create_async = asynchronous(create)

    @composed(classifying_many)
    def create_many(
        self,
        *,
        model: str,
        inputs: Iterable[str],
        data_format: models.DataFormat | str | None = None,
        extra_body: Mapping[str, Any] | None = None,
        wake_timeout_ms: float | None = None,
        max_concurrency: int = 10,
        return_exceptions: bool = False,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> builtins.list[models.GetClassificationFromDeploymentResponseBody]:
        """Classify many texts, with several requests at a time: in threads, or in tasks of the event loop.

        :param model: Name of a deployment or of a serverless base model.
        :param inputs: Texts to classify; an iterator is consumed as needed.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :param extra_body: Fields that the SDK does not know, merged into the body.
        :param wake_timeout_ms: Maximum time to keep retrying while the platform wakes a deactivated deployment, in
            milliseconds. It takes 8 to 20 minutes. None: do not wait for it.
        :param max_concurrency: Maximum number of requests at a time.
        :param return_exceptions: Whether a failed text has its exception in the place of its result. Otherwise the
            first failure ends the call.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :returns: The scores of each text, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        ...

    create_many_async = asynchronous(create_many)
