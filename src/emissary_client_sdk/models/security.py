"""The key that a call is authenticated with."""

from pydantic import Field

from ..types.basemodel import BaseModel


class Security(BaseModel):
    """The API key; its repr does not show it."""

    api_key: str | None = Field(default=None, repr=False)
    """The value of the header ``X-API-Key``."""
