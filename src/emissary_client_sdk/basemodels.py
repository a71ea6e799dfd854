"""The resource ``base_models``."""

import builtins

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import CallOptions
from ._call.twins import twins

__all__ = ["BaseModels"]


LIST = Operation("listBaseModels", "GET", "/v1/models", result=list[models.BaseModelSummary])
RETRIEVE = Operation("retrieveBaseModelByName", "GET", "/v1/models/{base_model_name}", result=models.BaseModelSummary)


class BaseModels(Resource):
    """Models that can be fine-tuned or deployed."""

    def _list(self, **options: Unpack[CallOptions]) -> Flow[builtins.list[models.BaseModelSummary]]:
        """List all base models.

        :returns: The base models.
        :raises APIErrorInvalidInput: The platform rejected the request (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options))

    list, list_async = twins(_list)

    def _retrieve(self, *, base_model_name: str, **options: Unpack[CallOptions]) -> Flow[models.BaseModelSummary]:
        """Retrieve a base model with the template of its hyperparameters.

        :param base_model_name: Name of the base model.
        :returns: The base model.
        :raises APIErrorNotFound: No base model has this name (404).
        """
        return (yield from call(self, RETRIEVE, options, base_model_name=base_model_name))

    retrieve, retrieve_async = twins(_retrieve)
    get = retrieve
    get_async = retrieve_async
