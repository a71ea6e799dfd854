"""Open enumerations: statuses, types and options of the platform."""

from ..types.openenum import OpenEnum


class TrainingJobStatus(OpenEnum):
    """Status of a training job. An unknown status is kept and is not terminal."""

    PENDING = "Pending"
    RUNNING = "Running"
    TESTING = "Testing"
    SUCCESS = "Success"
    FAILED = "Failed"
    TIMED_OUT = "TimedOut"
    CANCELLED = "Cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether the job has finished."""
        return self in _TERMINAL_JOB


class DeploymentStatus(OpenEnum):
    """Status of a deployment. An unknown status is kept and is neither ready nor terminal."""

    PENDING = "Pending"
    DEPLOYING = "Deploying"
    DEPLOYED = "Deployed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    TERMINATED = "Terminated"
    DEACTIVATED = "Deactivated"
    REACTIVATING = "Reactivating"
    TIMED_OUT = "TimedOut"

    @property
    def is_ready(self) -> bool:
        """Whether the deployment serves requests now."""
        return self == DeploymentStatus.DEPLOYED

    @property
    def is_terminal(self) -> bool:
        """Whether the deployment has ended for good. A deactivated deployment can be reactivated."""
        return self in _TERMINAL_DEPLOYMENT


class EngineStatus(OpenEnum):
    """Status of an inference engine. An unknown status is kept and is neither ready nor terminal."""

    CREATING = "Creating"
    ACTIVE = "Active"
    INACTIVE = "Inactive"
    SCHEDULED = "Scheduled"
    FAILED = "Failed"
    DELETED = "Deleted"

    @property
    def is_ready(self) -> bool:
        """Whether the engine serves requests now."""
        return self == EngineStatus.ACTIVE

    @property
    def is_terminal(self) -> bool:
        """Whether the engine has ended for good. An inactive engine can be reactivated."""
        return self in _TERMINAL_ENGINE


_TERMINAL_JOB = frozenset(
    {TrainingJobStatus.SUCCESS, TrainingJobStatus.FAILED, TrainingJobStatus.TIMED_OUT, TrainingJobStatus.CANCELLED}
)
_TERMINAL_DEPLOYMENT = frozenset(
    {DeploymentStatus.FAILED, DeploymentStatus.CANCELLED, DeploymentStatus.TERMINATED, DeploymentStatus.TIMED_OUT}
)
_TERMINAL_ENGINE = frozenset({EngineStatus.FAILED, EngineStatus.DELETED})


class TrainingTechnique(OpenEnum):
    """Training method: supervised fine-tuning or group relative policy optimization."""

    SFT = "SFT"
    GRPO = "GRPO"


class TaskType(OpenEnum):
    """Task that a model is trained for."""

    TEXT_GENERATION = "text-generation"
    CLASSIFICATION = "classification"
    EMBEDDING = "embedding"
    REGRESSION = "regression"


class BaseModelOption(OpenEnum):
    """Starting point of a training job: a base model or a checkpoint of an earlier job."""

    PRE_TRAINED = "pre-trained"
    FINE_TUNED = "fine-tuned"


class BaseModelType(OpenEnum):
    """Kind of a base model. Its values differ from those of ``TaskType``."""

    COMPLETION = "completion"
    CLASSIFICATION = "classification"
    EMBEDDINGS = "embeddings"
    CHAT = "chat"


class ServerType(OpenEnum):
    """Kind of server that runs a deployment or an engine."""

    SERVERLESS = "serverless"
    ON_DEMAND = "on-demand"


class DataFormat(OpenEnum):
    """Form of classification scores: raw logits or probabilities."""

    LOGITS = "logits"
    PROBS = "probs"


class Role(OpenEnum):
    """Author of a chat message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Day(OpenEnum):
    """Day of the week in a schedule."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
