"""Deployments: responses and the create request."""

from typing import Any

from .._wire import TEMPORARY_NAME
from ._literals import ServerTypeOrStr
from ._request import Integer, Number, RequestModel
from ._response import DisplayedModel
from ._timestamps import DatetimeOf, Timestamp
from .enums import DeploymentStatus, TaskType
from .management import Schedule


class DeploymentSummary(DisplayedModel):
    """A deployment in a list, inside another resource or after its creation."""

    id: str
    """ID of the deployment."""
    name: str | None = None
    """Name of the deployment, used as ``model`` in inference requests."""
    status: DeploymentStatus | None = None
    """Status of the deployment."""
    created_at: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""

    created_at_datetime = DatetimeOf("created_at")

    @property
    def is_temporary(self) -> bool:
        """Whether its name is one that ``deployments.temporary`` makes."""
        return TEMPORARY_NAME.search(self.name or "") is not None


class DeploymentDetail(DeploymentSummary):
    """A deployment with the model that it serves."""

    task_type: TaskType | None = None
    """Task of the deployed model."""
    metadata: Any = None
    """Data that depends on the task. A classifier has ``labels``, a list of strings."""
    description: str | None = None
    """Description of the deployment."""
    base_model: str | None = None
    """Name of the base model."""
    training_id: str | None = None
    """ID of the training job whose checkpoint is deployed."""
    checkpoint: int | None = None
    """Number of the deployed checkpoint. It is 0 for a base model."""
    updated_at: Timestamp | None = None
    """Time of the last change in UNIX seconds, UTC."""

    updated_at_datetime = DatetimeOf("updated_at")


class CreateDeploymentRequestBody(RequestModel):
    """Request body of ``deployments.create``."""

    training_job_id: str
    """ID of the training job, or the name of a base model."""
    checkpoint: Number
    """Number of the checkpoint to deploy. Use 0 for a base model."""
    name: str | None = None
    """Name of the deployment, unique in the organization. Inference requests use it as ``model``."""
    description: str | None = None
    """Description of the deployment."""
    inactive_timeout: Integer | None = None
    """Time without requests, in seconds, after which the deployment is deactivated. Server default: 3600."""
    schedule: Schedule | None = None
    """Hours during which the deployment is active."""
    server_type: ServerTypeOrStr | None = None
    """Field of release 0.4. The platform's current description does not have it; it is sent if set."""
