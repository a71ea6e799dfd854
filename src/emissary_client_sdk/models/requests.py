"""What each operation takes besides ``create``: one model an operation, which its method validates.

Each field is a segment of the path. Source: .speakeasy/openapi.yaml.
"""

from ..types.basemodel import BaseModel


class ListTrainingJobsRequest(BaseModel):
    """What ``list`` takes."""

    project_id: str
    """The id of the project."""


class RetrieveTrainingJobByIDRequest(ListTrainingJobsRequest):
    """What ``retrieve`` takes."""

    training_job_id: str
    """The id of the training job."""


class DeleteTrainingJobByIDRequest(RetrieveTrainingJobByIDRequest):
    """What ``delete`` takes."""


class CancelTrainingJobByIDRequest(RetrieveTrainingJobByIDRequest):
    """What ``cancel`` takes."""


class ListCheckpointsRequest(RetrieveTrainingJobByIDRequest):
    """What ``list_checkpoints`` takes."""
