"""Documented bodies of error responses."""

from ._response import ResponseModel


class APIErrorInvalidInputData(ResponseModel):
    """Body of a 400 response."""

    status: int
    """Status code of the response."""
    error: str
    """Description of the invalid input."""


class APIErrorUnauthorizedData(ResponseModel):
    """Body of a 401 response."""

    status: int
    """Status code of the response."""
    error: str
    """Reason why the API key was refused."""


class APIErrorNotFoundData(ResponseModel):
    """Body of a 404 response."""

    status: int
    """Status code of the response."""
    error: str
    """Description of the missing resource."""
    code: str | None = None
    """Machine-readable error code, for example ``object_not_found``."""
