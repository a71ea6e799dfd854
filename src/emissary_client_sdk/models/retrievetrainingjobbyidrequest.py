"""What ``retrieve`` takes; each field is a segment of the path.

Source: .speakeasy/openapi.yaml.
"""

from .listtrainingjobsrequest import ListTrainingJobsRequest


class RetrieveTrainingJobByIDRequest(ListTrainingJobsRequest):
    """What ``retrieve`` takes."""

    training_job_id: str
    """The id of the training job."""
