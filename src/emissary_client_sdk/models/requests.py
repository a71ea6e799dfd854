"""What each operation takes besides ``create``: one model an operation, which its method validates.

Each field is a segment of the path. Source: contract.md, "Operations".
"""

from typing_extensions import TypedDict

from ..types.basemodel import BaseModel


class ListTrainingJobsRequestTypedDict(TypedDict):
    """The same fields as ``ListTrainingJobsRequest``, as a dictionary."""

    project_id: str


class ListTrainingJobsRequest(BaseModel):
    """What ``list`` takes."""

    project_id: str
    """The id of the project."""


class RetrieveTrainingJobByIDRequestTypedDict(ListTrainingJobsRequestTypedDict):
    """The same fields as ``RetrieveTrainingJobByIDRequest``, as a dictionary."""

    training_job_id: str


class RetrieveTrainingJobByIDRequest(ListTrainingJobsRequest):
    """What ``retrieve`` takes."""

    training_job_id: str
    """The id of the training job."""


DeleteTrainingJobByIDRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
CancelTrainingJobByIDRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
ListCheckpointsRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict


class DeleteTrainingJobByIDRequest(RetrieveTrainingJobByIDRequest):
    """What ``delete`` takes."""


class CancelTrainingJobByIDRequest(RetrieveTrainingJobByIDRequest):
    """What ``cancel`` takes."""


class ListCheckpointsRequest(RetrieveTrainingJobByIDRequest):
    """What ``list_checkpoints`` takes."""
