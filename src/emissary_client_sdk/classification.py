"""The resource ``classification``."""

import builtins
from collections.abc import Iterable

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import BatchOptions, InferenceOptions
from ._call.twins import twins
from ._flows.batches import INFERENCE_HINTS, call_many, inference_options
from .models._literals import DataFormatOrStr
from .utils.retries import Effect

__all__ = ["Classification"]

CREATE = Operation(
    "getClassificationFromDeployment",
    "POST",
    "/v1/classification",
    body=models.GetClassificationFromDeploymentRequestBody,
    result=models.GetClassificationFromDeploymentResponseBody,
    effect=Effect.CHARGED,
    hints=INFERENCE_HINTS,
)


class Classification(Resource):
    """Scores of a text for each label of a classifier."""

    def _create(
        self,
        *,
        model: str,
        input: str,  # noqa: A002  # the name of the field
        data_format: DataFormatOrStr | None = None,
        **options: Unpack[InferenceOptions],
    ) -> Flow[models.GetClassificationFromDeploymentResponseBody]:
        """Classify a text.

        It is retried like a read, but not after a timeout, because each processed request is charged.

        :param model: Name of a deployment or of a serverless base model.
        :param input: Text to classify.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :returns: The scores by label.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """
        return (yield from call(self, CREATE, options, model=model, input=input, data_format=data_format))

    create, create_async = twins(_create)

    def _create_many(
        self,
        *,
        model: str,
        inputs: Iterable[str],
        data_format: DataFormatOrStr | None = None,
        **options: Unpack[BatchOptions],
    ) -> Flow[builtins.list[models.GetClassificationFromDeploymentResponseBody]]:
        """Classify many texts, with several requests at a time: in threads, or in tasks of the event loop.

        Each request runs in a copy of the caller's context. Whatever ends the call early, its exception has the
        finished results in ``error.completed``, by the index of their texts.

        :param model: Name of a deployment or of a serverless base model.
        :param inputs: Texts to classify; an iterator is consumed as needed.
        :param data_format: ``"logits"`` for raw scores, ``"probs"`` for probabilities; the platform's default is
            logits.
        :returns: The scores of each text, in the order of the texts.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: Neither a deployment nor a serverless base model has this name (404).
        """

        def one(text: str) -> Flow[models.GetClassificationFromDeploymentResponseBody]:
            return self._create(model=model, input=text, data_format=data_format, **inference_options(options))

        return (yield from call_many(one, inputs, options, label="Classifying"))

    create_many, create_many_async = twins(_create_many)
