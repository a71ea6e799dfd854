"""The base class of every model of the SDK."""

from pydantic import BaseModel as PydanticBaseModel
from pydantic import ConfigDict


class BaseModel(PydanticBaseModel):
    """A pydantic model whose validator is built at its first use, so that importing models stays cheap."""

    model_config = ConfigDict(
        defer_build=True,
        # The platform has fields such as model_download_url.
        protected_namespaces=(),
    )
