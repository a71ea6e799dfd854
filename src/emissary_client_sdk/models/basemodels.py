"""Base models."""

from ._response import DisplayedModel
from .enums import BaseModelType, TaskType
from .parameters import ParameterTemplate


class BaseModelSummary(DisplayedModel):
    """A base model that the platform can fine-tune or serve."""

    name: str
    """Name of the base model, used as its identifier."""
    type: BaseModelType | None = None
    """Kind of the model."""
    parameter_template: dict[str, ParameterTemplate] | None = None
    """Hyperparameters that training jobs of this model accept, with their default values."""
    support_serverless: bool | None = None
    """Whether the model answers inference requests without a deployment."""
    support_task: list[TaskType] | None = None
    """Tasks that supervised fine-tuning of this model supports."""
    grpo_support_task: list[TaskType] | None = None
    """Tasks that GRPO training of this model supports."""
