"""The resource ``testing_functions``."""

import builtins

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation
from ._call.options import CallOptions
from ._call.twins import twins

__all__ = ["TestingFunctions"]


LIST = Operation("listTestFunctions", "GET", "/v1/testing-functions", result=list[models.TestingFunctionSummary])


class TestingFunctions(Resource):
    """Functions that score the output of a model, for tests and GRPO rewards."""

    __test__ = False  # pytest would collect a class of this name

    def _list(self, **options: Unpack[CallOptions]) -> Flow[builtins.list[models.TestingFunctionSummary]]:
        """List all testing functions.

        The source of a function is text; do not run it.

        :returns: The testing functions.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options))

    list, list_async = twins(_list)
