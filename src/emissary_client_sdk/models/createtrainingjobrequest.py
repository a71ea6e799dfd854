"""What ``create`` takes. Apart from the other requests, so that a call without a body does not import one.

Source: .speakeasy/openapi.yaml.
"""

from .createtrainingjobrequestbody import (
    CreateTrainingJobRequestBody,
)
from .requests import ListTrainingJobsRequest


class CreateTrainingJobRequest(ListTrainingJobsRequest):
    """What ``create`` takes."""

    request_body: CreateTrainingJobRequestBody
    """The training job to be created."""
