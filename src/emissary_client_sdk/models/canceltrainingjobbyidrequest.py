"""What ``cancel`` takes.

Source: .speakeasy/openapi.yaml.
"""

from .retrievetrainingjobbyidrequest import RetrieveTrainingJobByIDRequest


class CancelTrainingJobByIDRequest(RetrieveTrainingJobByIDRequest):
    """What ``cancel`` takes."""
