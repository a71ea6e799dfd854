"""What ``create`` takes. Apart from the other requests, so that a call without a body does not import one.

Source: contract.md, "Operations".
"""

from .createtrainingjobrequestbody import (
    CreateTrainingJobRequestBody,
    CreateTrainingJobRequestBodyTypedDict,
)
from .requests import ListTrainingJobsRequest, ListTrainingJobsRequestTypedDict


class CreateTrainingJobRequestTypedDict(ListTrainingJobsRequestTypedDict):
    """The same fields as ``CreateTrainingJobRequest``, as a dictionary."""

    request_body: CreateTrainingJobRequestBodyTypedDict


class CreateTrainingJobRequest(ListTrainingJobsRequest):
    """What ``create`` takes."""

    request_body: CreateTrainingJobRequestBody
    """The training job to be created."""
