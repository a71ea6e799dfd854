"""Base classes of response models."""

from pydantic import ConfigDict

from ..types.basemodel import BaseModel
from ._timestamps import DatetimeOf


class ResponseModel(BaseModel):
    """A response model. Unknown fields are kept in ``model_extra``."""

    model_config = ConfigDict(extra="allow", ignored_types=(DatetimeOf,))


class DisplayedModel(ResponseModel):
    """A response model with a readable ``str()`` and a notebook view."""

    def __str__(self) -> str:
        from .._display.terminal import view_text

        return view_text(self)

    def _repr_html_(self) -> str:
        from .._display.page import model_html

        return model_html(self)
