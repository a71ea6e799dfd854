"""Errors of waiting for a resource, and of choosing a checkpoint of a job."""

from typing import TYPE_CHECKING, Any

from .base import EmissaryClientError

if TYPE_CHECKING:
    from ..models.deployments import DeploymentDetail
    from ..models.engines import InferenceEngineDetail
    from ..models.trainingjobs import TrainingJobDetail


class TrainingJobEndedError(EmissaryClientError):
    """A training job ended without success.

    :ivar job: The final state of the job.
    :ivar completed: The final states of all jobs by index, after a wait for several.
    """

    def __init__(self, job: "TrainingJobDetail") -> None:
        super().__init__(f"Training job {job.id} ended with status {job.status}")
        self.job = job
        self.training_job_id = job.id


class TrainingJobFailed(TrainingJobEndedError):
    """The training job failed."""


class TrainingJobTimedOut(TrainingJobEndedError):
    """The platform stopped the training job because it took too long."""


class TrainingJobCancelled(TrainingJobEndedError):
    """The training job was cancelled."""


class DeploymentFailedError(EmissaryClientError):
    """A deployment ended, or was deactivated, before it was ready.

    :ivar deployment: The last state of the deployment.
    """

    def __init__(self, deployment: "DeploymentDetail") -> None:
        super().__init__(f"Deployment {deployment.id} is not ready: its status is {deployment.status}")
        self.deployment = deployment
        self.deployment_id = deployment.id


class EngineFailedError(EmissaryClientError):
    """An inference engine ended, or was deactivated, before it was ready.

    :ivar engine: The last state of the engine.
    """

    def __init__(self, engine: "InferenceEngineDetail") -> None:
        super().__init__(f"Engine {engine.id} is not ready: its status is {engine.status}")
        self.engine = engine
        self.engine_id = engine.id


class WaitTimeoutError(EmissaryClientError, TimeoutError):
    """A wait timed out. What it waited for continues on the platform.

    :ivar state: The last known state of the training job, deployment, engine or dataset, or None.
    """

    def __init__(self, resource: str, resource_id: str, state: Any) -> None:
        status = getattr(state, "status", None)
        known = f"; its last known status is {status}" if status is not None else ""
        super().__init__(f"Timed out while waiting for {resource} {resource_id}{known}. It continues on the platform.")
        self.state = state

    @property
    def job(self) -> "TrainingJobDetail | None":
        """The last known state of the training job, or None."""
        job: TrainingJobDetail | None = self.state
        return job


class MetricNotFoundError(EmissaryClientError, LookupError):
    """No checkpoint has a numeric result of this name, or the training job has no checkpoints.

    :ivar available: Names of the numeric results that the checkpoints have.
    """

    def __init__(self, metric: str | None, training_job_id: str, available: list[str]) -> None:
        names = ", ".join(available) or "none"
        super().__init__(
            f"Training job {training_job_id} has no checkpoints"
            if metric is None
            else f"No checkpoint of training job {training_job_id} has a numeric {metric!r}; available: {names}"
        )
        self.available = available
        self.training_job_id = training_job_id
