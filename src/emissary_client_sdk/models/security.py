"""Credentials of a client."""

from pydantic import Field

from ..types.basemodel import BaseModel


class Security(BaseModel):
    """An API key. The key is not part of the repr."""

    api_key: str | None = Field(default=None, repr=False)
    """Value of the ``X-API-Key`` header."""
