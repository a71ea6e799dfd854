"""Inference engines: responses and request bodies."""

from typing import Annotated, Any

from pydantic import Field

from ._literals import TaskTypeOrStr
from ._request import Number, RequestModel
from ._response import DisplayedModel
from ._timestamps import DatetimeOf, Timestamp
from .deployments import DeploymentSummary
from .enums import BaseModelOption, EngineStatus, ServerType, TaskType
from .management import ResourceManagementConfig


class _InferenceEngine(DisplayedModel):
    id: str
    """ID of the engine."""
    name: str | None = None
    """Name of the engine."""
    status: EngineStatus | None = None
    """Status of the engine."""
    base_model: str | None = None
    """Name of the base model that the engine runs."""
    task_type: TaskType | None = None
    """Task of the engine."""
    server_type: ServerType | None = None
    """Kind of server that runs the engine."""
    created_at: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""

    created_at_datetime = DatetimeOf("created_at")


class InferenceEngineSummary(_InferenceEngine):
    """An inference engine in a list or after its creation."""

    deployment_counts: int | None = None
    """Number of deployments on the engine."""


class InferenceEngineDetail(_InferenceEngine):
    """An inference engine with its deployments."""

    deployments: list[DeploymentSummary] | None = None
    """Deployments on the engine."""
    base_model_option: BaseModelOption | None = None
    """Whether the engine runs a base model or a fine-tuned one."""
    last_access_timestamp: Timestamp | None = None
    """Time of the last request in UNIX seconds, UTC."""
    resource_management_config: (
        Annotated[ResourceManagementConfig | dict[str, Any], Field(union_mode="left_to_right")] | None
    ) = None
    """Rule that activates and deactivates the engine. An unknown kind of rule is a dictionary."""

    last_access_timestamp_datetime = DatetimeOf("last_access_timestamp")


class CreateEngineRequestBody(RequestModel):
    """Request body of ``engines.create``."""

    base_model: str
    """Name of the base model that the engine runs."""
    name: str | None = None
    """Name of the engine."""
    task_type: TaskTypeOrStr | None = None
    """Task of the engine, for example ``text-generation``."""
    resource_management_config: ResourceManagementConfig | None = None
    """Rule that deactivates the engine. Without a rule the engine runs, and costs money, until it is deactivated."""


class DeployOnEngineRequestBody(RequestModel):
    """Request body of ``engines.deploy``."""

    project_id: str
    """ID of the project of the training job."""
    training_id: str
    """ID of the training job."""
    checkpoint: Number
    """Number of the checkpoint to deploy. Use 0 for a base model."""
    name: str | None = None
    """Name of the deployment."""


class UnDeployFromEngineRequestBody(RequestModel):
    """Request body of ``engines.undeploy``."""

    deployment_name: str
    """Name of the deployment. An ID is not accepted."""
