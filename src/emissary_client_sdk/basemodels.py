"""The resource ``base_models``."""

from __future__ import annotations

import builtins

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, operation
from ._call.options import CallOptions

__all__ = ["BaseModels"]


class BaseModels(Resource):
    """Models that can be fine-tuned or deployed."""

    @operation("GET", "/v1/models", id="listBaseModels")
    def list(self, **options: Unpack[CallOptions]) -> builtins.list[models.BaseModelSummary]:
        """List all base models.

        :returns: The base models.
        :raises APIErrorInvalidInput: The platform rejected the request (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)

    @operation("GET", "/v1/models/{base_model_name}", id="retrieveBaseModelByName")
    def retrieve(self, *, base_model_name: str, **options: Unpack[CallOptions]) -> models.BaseModelSummary:
        """Retrieve a base model with the template of its hyperparameters.

        :param base_model_name: Name of the base model.
        :returns: The base model.
        :raises APIErrorNotFound: No base model has this name (404).
        """
        ...

    retrieve_async = asynchronous(retrieve)
    get = retrieve
    get_async = retrieve_async
