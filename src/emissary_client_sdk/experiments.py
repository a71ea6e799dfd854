"""The resource ``experiments``: models made from descriptions."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import creation
from ._call.options import CallOptions
from ._call.twins import twins

__all__ = ["Experiments"]

CREATE = creation(
    "createExperiment", "/v1/experiments", models.CreateExperimentRequestBody, models.CreateExperimentResponseBody
)


class Experiments(Resource):
    """Models that answer from descriptions of their classes, without training."""

    def _create(
        self,
        *,
        request_body: models.CreateExperimentRequestBody
        | models.CreateExperimentRequestBodyTypedDict
        | Mapping[str, Any],
        **options: Unpack[CallOptions],
    ) -> Flow[models.CreateExperimentResponseBody]:
        """Create an experiment.

        It answers at once: pass the ``model`` of the result to ``classification.create`` (modes judge, decision and
        routing), ``regression.create``, ``ner.create`` or ``tool_calling.create``. Each call creates another one.

        :param request_body: Name, mode and classes of the experiment.
        :returns: The experiment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE, options, request_body=request_body))

    create, create_async = twins(_create)
