"""The base class of every model of the SDK."""

from pydantic import BaseModel as PydanticBaseModel
from pydantic import ConfigDict


class BaseModel(PydanticBaseModel):
    """A pydantic model. Its validator is built at its first use, so that importing models is cheap."""

    # The place of `response_info`: no field, so that equality, copies, pickles and dumps do not know it.
    __slots__ = ("_response_info",)

    model_config = ConfigDict(
        defer_build=True,
        # The platform has fields such as model_download_url.
        protected_namespaces=(),
    )
