"""What ``delete`` takes.

Source: .speakeasy/openapi.yaml.
"""

from .retrievetrainingjobbyidrequest import RetrieveTrainingJobByIDRequest


class DeleteTrainingJobByIDRequest(RetrieveTrainingJobByIDRequest):
    """What ``delete`` takes."""
