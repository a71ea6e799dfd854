"""Base models."""

from ._literals import TaskTypeOrStr
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

    def supports(self, task_type: TaskTypeOrStr) -> bool | None:
        """Return whether supervised fine-tuning of this model supports a task; None if the platform does not say.

        :param task_type: Name of the task. The platform spells one of them ``embedding`` and ``embeddings``.
        """
        return None if self.support_task is None else _singular(task_type) in map(_singular, self.support_task)


def _singular(task_type: str) -> str:
    return "embedding" if task_type == "embeddings" else str(task_type)
