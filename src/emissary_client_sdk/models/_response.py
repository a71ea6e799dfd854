"""The base class of what the platform answers."""

from pydantic import ConfigDict

from ..types.basemodel import BaseModel
from ._timestamps import DatetimeOf


class ResponseModel(BaseModel):
    """A model that keeps a field the SDK does not know yet: it stays reachable in ``model_extra``."""

    model_config = ConfigDict(extra="allow", ignored_types=(DatetimeOf,))
