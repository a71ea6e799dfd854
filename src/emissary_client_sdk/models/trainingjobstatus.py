"""The states of a training job, and the open sets of values beside them."""

from ..types.openenum import OpenEnum


class TrainingJobStatus(OpenEnum):
    """Where a training job stands. The set is open: a state that the SDK does not know is kept as it is."""

    PENDING = "Pending"
    RUNNING = "Running"
    TESTING = "Testing"
    SUCCESS = "Success"
    FAILED = "Failed"
    TIMED_OUT = "TimedOut"
    CANCELLED = "Cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended; a state that the SDK does not know is not taken for an end."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {
        TrainingJobStatus.SUCCESS,
        TrainingJobStatus.FAILED,
        TrainingJobStatus.TIMED_OUT,
        TrainingJobStatus.CANCELLED,
    }
)

Status = TrainingJobStatus
TrainingJobDetailStatus = TrainingJobStatus


class TrainingTechnique(OpenEnum):
    """How the model is trained: supervised fine-tuning or group relative policy optimization."""

    SFT = "SFT"
    GRPO = "GRPO"


class TaskType(OpenEnum):
    """What the trained model is for."""

    TEXT_GENERATION = "text-generation"
    CLASSIFICATION = "classification"
    EMBEDDING = "embedding"
    REGRESSION = "regression"


class BaseModelOption(OpenEnum):
    """Whether training starts from a base model or from a checkpoint of an earlier training job."""

    PRE_TRAINED = "pre-trained"
    FINE_TUNED = "fine-tuned"
