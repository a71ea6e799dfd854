"""The resource ``testing_functions``."""

from __future__ import annotations

import builtins

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, operation
from ._call.options import CallOptions

__all__ = ["TestingFunctions"]


class TestingFunctions(Resource):
    """Functions that score the output of a model, for tests and GRPO rewards."""

    __test__ = False  # pytest would collect a class of this name

    @operation("GET", "/v1/testing-functions", id="listTestFunctions")
    def list(self, **options: Unpack[CallOptions]) -> builtins.list[models.TestingFunctionSummary]:
        """List all testing functions.

        The source of a function is text; do not run it.

        :returns: The testing functions.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)
