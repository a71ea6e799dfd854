"""Experiments: request body and response. They are described by the platform's guides."""

from typing import Any

from ._literals import ExperimentModeOrStr
from ._request import Integer, MappingOf, RequestModel, SequenceOf
from ._response import ResponseModel


class ExperimentClass(RequestModel):
    """A class of an experiment: a label, a kind of entity, a tool, a criterion or a scale."""

    name: str
    """Name of the class."""
    description: str | None = None
    """Meaning of the class; of a judge, a criterion to answer with yes or no."""
    parameters: MappingOf[str, Any] | None = None
    """Arguments of a tool: a JSON Schema object with ``properties`` and ``required``."""
    min_value: Integer | None = None
    """Lowest value of a regression."""
    max_value: Integer | None = None
    """Highest value of a regression."""
    low_description: str | None = None
    """Meaning of the lowest value."""
    high_description: str | None = None
    """Meaning of the highest value."""
    higher_means: str | None = None
    """Meaning of a higher value."""


class CreateExperimentRequestBody(RequestModel):
    """Request body of ``experiments.create``."""

    name: str
    """Name of the experiment."""
    mode: ExperimentModeOrStr
    """Task of the experiment."""
    classes: SequenceOf[ExperimentClass]
    """Classes; exactly one for a judge and for a regression."""


class CreateExperimentResponseBody(ResponseModel):
    """Response of ``experiments.create``."""

    id: str
    """ID of the experiment."""
    latest_version: str | None = None
    """Latest version of the experiment, ``0.0.0`` for a new one."""

    @property
    def model(self) -> str:
        """Name of the experiment as the ``model`` of inference requests: its ID and its latest version."""
        return f"{self.id}/{self.latest_version or '0.0.0'}"
