"""The bodies of the platform's errors.

Source: .speakeasy/openapi.yaml.
"""

from ._response import ResponseModel


class APIErrorInvalidInputData(ResponseModel):
    """The body of a 400."""

    status: int
    """The status code again."""
    error: str
    """What is wrong with the input."""


class APIErrorUnauthorizedData(ResponseModel):
    """The body of a 401."""

    status: int
    """The status code again."""
    error: str
    """Why the key was not accepted."""


class APIErrorNotFoundData(ResponseModel):
    """The body of a 404."""

    status: int
    """The status code again."""
    error: str
    """What was not found."""
    code: str | None = None
    """A name for programs, such as ``object_not_found``."""
