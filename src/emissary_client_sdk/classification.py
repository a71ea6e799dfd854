"""The resource ``classification``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import Unpack

from . import models
from ._core.inference import INFERENCE_HINTS
from ._core.operation import Resource, asynchronous, operation
from ._core.options import CallOptions
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
