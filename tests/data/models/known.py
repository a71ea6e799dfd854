"""The models, sorted by their use."""

from types import ModuleType

from pydantic import BaseModel

from emissary_client_sdk import models
from emissary_client_sdk.models._request import RequestModel
from emissary_client_sdk.models._response import ResponseModel


def exported(module: ModuleType) -> dict[str, object]:
    """Return the public names of a package with their values."""
    return {name: getattr(module, name) for name in module.__all__}


EVERY: dict[str, type[BaseModel]] = {
    name: value for name, value in exported(models).items() if isinstance(value, type) and issubclass(value, BaseModel)
}
RESPONSES = sorted({model for model in EVERY.values() if issubclass(model, ResponseModel)}, key=lambda m: m.__name__)
REQUESTS = sorted({model for model in EVERY.values() if issubclass(model, RequestModel)}, key=lambda m: m.__name__)


def required(model: type[BaseModel]) -> dict[str, object]:
    """Return values for the required fields of a response model."""
    return {
        name: 1 if info.annotation is int else "x" for name, info in model.model_fields.items() if info.is_required()
    }
