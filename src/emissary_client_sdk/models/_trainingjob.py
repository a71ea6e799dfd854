"""What a training job's summary and its detail have in common."""

from ._response import ResponseModel
from ._timestamps import DatetimeOf, Timestamp
from .trainingjobstatus import BaseModelOption, TaskType, TrainingJobStatus, TrainingTechnique


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

    def __str__(self) -> str:
        from .._pictures.terminal import job_text

        return job_text(self)

    def _repr_html_(self) -> str:
        from .._pictures.page import job_html

        return job_html(self)
