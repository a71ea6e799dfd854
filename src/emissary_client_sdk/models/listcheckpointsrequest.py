"""What ``list_checkpoints`` takes.

Source: .speakeasy/openapi.yaml.
"""

from .retrievetrainingjobbyidrequest import RetrieveTrainingJobByIDRequest


class ListCheckpointsRequest(RetrieveTrainingJobByIDRequest):
    """What ``list_checkpoints`` takes."""
