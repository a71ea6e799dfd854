"""What ``create`` takes.

Source: .speakeasy/openapi.yaml.
"""

from .createtrainingjobrequestbody import CreateTrainingJobRequestBody
from .listtrainingjobsrequest import ListTrainingJobsRequest


class CreateTrainingJobRequest(ListTrainingJobsRequest):
    """What ``create`` takes."""

    request_body: CreateTrainingJobRequestBody
    """The training job to be created."""
