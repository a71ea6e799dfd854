"""Documented bodies of unsuccessful responses."""

from pydantic import ConfigDict

from ..types.basemodel import BaseModel


class _ErrorBody(BaseModel):
    model_config = ConfigDict(extra="allow")

    status: int
    """Status code of the response."""
    error: str
    """Description of what is wrong with the request."""


class APIErrorInvalidInputData(_ErrorBody):
    """Body of a 400 response."""


class APIErrorUnauthorizedData(_ErrorBody):
    """Body of a 401 response."""


class APIErrorNotFoundData(_ErrorBody):
    """Body of a 404 response."""

    code: str | None = None
    """Machine-readable error code, for example ``object_not_found``."""
