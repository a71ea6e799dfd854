"""The key that a call is authenticated with."""

from pydantic import Field
from typing_extensions import NotRequired, TypedDict

from ..types.basemodel import BaseModel


class SecurityTypedDict(TypedDict):
    """The same fields as ``Security``, as a dictionary."""

    api_key: NotRequired[str]


class Security(BaseModel):
    """The API key; its repr does not show it."""

    api_key: str | None = Field(default=None, repr=False)
    """The value of the header ``X-API-Key``."""
