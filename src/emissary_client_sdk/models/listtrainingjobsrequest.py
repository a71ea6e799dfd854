"""What ``list`` takes; each field is a segment of the path.

Source: .speakeasy/openapi.yaml.
"""

from ..types.basemodel import BaseModel


class ListTrainingJobsRequest(BaseModel):
    """What ``list`` takes."""

    project_id: str
    """The id of the project."""
