"""Open enumerations: statuses, types and options of the platform."""

from ..types.openenum import OpenEnum

# A value means the same in every enumeration of statuses.
_SUCCESS = {"Success", "Deployed", "Active"}
_IDLE = {"Deactivated", "Inactive", "Scheduled"}
_TERMINAL = {"Success", "Failed", "TimedOut", "Cancelled", "Terminated", "Deleted"}


class _ResourceStatus(OpenEnum):
    """Status of something that runs on the platform. For an unknown status every property is False."""

    @property
    def is_success(self) -> bool:
        """Whether the training job succeeded, or the deployment or engine serves requests now."""
        return self in _SUCCESS

    @property
    def is_idle(self) -> bool:
        """Whether the deployment or engine is deactivated, or waits for its schedule. It can be reactivated."""
        return self in _IDLE

    @property
    def is_terminal(self) -> bool:
        """Whether the status is final: a training job has finished, a deployment or engine has ended for good."""
        return self in _TERMINAL


class _ServingStatus(_ResourceStatus):
    @property
    def is_ready(self) -> bool:
        """Whether the deployment or engine serves requests now. The same as ``is_success``."""
        return self.is_success


class TrainingJobStatus(_ResourceStatus):
    """Status of a training job. An unknown status is kept and is not terminal."""

    PENDING = "Pending"
    RUNNING = "Running"
    TESTING = "Testing"
    SUCCESS = "Success"
    FAILED = "Failed"
    TIMED_OUT = "TimedOut"
    CANCELLED = "Cancelled"


class DeploymentStatus(_ServingStatus):
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


class EngineStatus(_ServingStatus):
    """Status of an inference engine. An unknown status is kept and is neither ready nor terminal."""

    CREATING = "Creating"
    ACTIVE = "Active"
    INACTIVE = "Inactive"
    SCHEDULED = "Scheduled"
    FAILED = "Failed"
    DELETED = "Deleted"


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


class ExperimentMode(OpenEnum):
    """Task of an experiment, which decides the endpoint that serves it."""

    TOOL_CALLING = "tool_calling"
    JUDGE = "judge"
    DECISION = "decision"
    ROUTING = "routing"
    NER = "ner"
    REGRESSION = "regression"


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
