"""Projects: responses and the create request."""

from ._request import RequestModel
from ._response import DisplayedModel
from .datasets import DatasetSummary
from .deployments import DeploymentSummary
from .trainingjobs import TrainingJobSummary


class ProjectSummary(DisplayedModel):
    """A project in a list or after its creation."""

    id: str
    """ID of the project."""
    name: str | None = None
    """Name of the project."""


class ProjectDetail(ProjectSummary):
    """A project with its resources."""

    datasets: list[DatasetSummary] | None = None
    """Datasets of the project."""
    training_jobs: list[TrainingJobSummary] | None = None
    """Training jobs of the project."""
    deployments: list[DeploymentSummary] | None = None
    """Deployments of the project."""


class CreateProjectRequestBody(RequestModel):
    """Request body of ``projects.create``."""

    name: str | None = None
    """Name of the project."""
