"""What a training job's summary and its detail have in common."""

from typing_extensions import NotRequired, TypedDict

from ._response import ResponseModel
from ._timestamps import DatetimeOf, Timestamp
from .trainingjobstatus import BaseModelOption, TaskType, TrainingJobStatus, TrainingTechnique


class TrainingJobTypedDict(TypedDict):
    """The same fields as ``TrainingJob``, as a dictionary."""

    id: NotRequired[str]
    name: NotRequired[str]
    base_model: NotRequired[str]
    status: NotRequired[TrainingJobStatus]
    progress: NotRequired[int]
    created_by: NotRequired[str]
    created_at: NotRequired[int]
    updated_at: NotRequired[int]
    training_technique: NotRequired[TrainingTechnique]
    task_type: NotRequired[TaskType]
    base_model_option: NotRequired[BaseModelOption]
    base_fine_tuned_model: NotRequired[str]
    base_fine_tuned_model_checkpoint: NotRequired[int | float]
    test_functions: NotRequired[list[str]]
    reward: NotRequired[dict[str, int | float]]


class TrainingJob(ResponseModel):
    """The fields that every view of a training job has; each may be missing."""

    id: str | None = None
    """The job's id."""
    name: str | None = None
    """The job's name."""
    base_model: str | None = None
    """The model that the job fine-tunes."""
    status: TrainingJobStatus | None = None
    """Where the job stands."""
    progress: int | None = None
    """How far it is, in percent."""
    created_by: str | None = None
    """The id of the user who created it."""
    created_at: Timestamp | None = None
    """When the job was created: UNIX seconds, UTC."""
    updated_at: Timestamp | None = None
    """When the job last changed: UNIX seconds, UTC."""
    training_technique: TrainingTechnique | None = None
    """How the model is trained."""
    task_type: TaskType | None = None
    """What the trained model is for."""
    base_model_option: BaseModelOption | None = None
    """Whether training starts from a base model or from an earlier job's checkpoint."""
    base_fine_tuned_model: str | None = None
    """The earlier job that training starts from, where it does."""
    base_fine_tuned_model_checkpoint: int | float | None = None
    """Which of that job's checkpoints."""
    test_functions: list[str] | None = None
    """The test functions that are run on the trained model."""
    reward: dict[str, int | float] | None = None
    """The rewards by name, where training is by reward."""

    created_at_datetime = DatetimeOf("created_at")
    updated_at_datetime = DatetimeOf("updated_at")
