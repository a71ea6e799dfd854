"""Base models and testing functions: the parts of the platform that do not change."""

from .. import testfunctions
from ..call import Call
from ..catalog import BASE_MODELS
from ..problem import missing


def list_all(_call: Call) -> object:
    """List the base models."""
    return [model.view() for model in BASE_MODELS.values()]


def retrieve(call: Call) -> object:
    """Return one base model."""
    name = call.path["base_model_name"]
    if name not in BASE_MODELS:
        raise missing("base model", name)
    return BASE_MODELS[name].view()


def list_testing_functions(call: Call) -> object:
    """List the testing functions."""
    return testfunctions.summaries(call.learning.functions)
