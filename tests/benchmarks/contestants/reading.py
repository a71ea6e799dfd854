"""What this SDK does to read the content of an answer, without a request around it."""

from typing import Any

from emissary_client_sdk import models
from emissary_client_sdk._core.operation import Operation

from ..answers import answer

_RETRIEVE = Operation(
    "retrieve",
    "GET",
    "",
    request=lambda: models.RetrieveTrainingJobByIDRequest,
    result=lambda: models.TrainingJobDetail,
)
_LIST = Operation(
    "list",
    "GET",
    "",
    request=lambda: models.ListTrainingJobsRequest,
    result=lambda: list[models.TrainingJobSummary],
)


class Reading:
    """The pieces of work on a body that is in memory already."""

    def __init__(self, _server: str) -> None:
        pass

    def retrieve(self, points: int) -> Any:
        """Read a job."""
        return _RETRIEVE.decode(answer("GET", f"/v1/projects/jobs-10/training-jobs/points-{points}")[1])

    def list(self, length: int) -> Any:
        """Read a list of jobs."""
        return _LIST.decode(answer("GET", f"/v1/projects/jobs-{length}/training-jobs")[1])
