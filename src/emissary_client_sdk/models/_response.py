"""The base class of what the platform answers."""

import sys

from pydantic import ConfigDict

from ..types.basemodel import BaseModel
from ._timestamps import DatetimeOf


class ResponseModel(BaseModel):
    """A model that keeps a field the SDK does not know yet: it stays reachable in ``model_extra``."""

    model_config = ConfigDict(extra="allow", ignored_types=(DatetimeOf,))


if "IPython" in sys.modules:  # a notebook, where a list of models is to show itself as a model does
    from .._pictures.notebook import register

    register()
