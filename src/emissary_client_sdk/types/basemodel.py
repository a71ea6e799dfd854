"""The base class of every model of the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel as PydanticBaseModel
from pydantic import ConfigDict
from pydantic_core import core_schema

from .annotations import nullable_fields
from .unset import UNSET_SENTINEL

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, SerializerFunctionWrapHandler
    from pydantic_core import CoreSchema


class BaseModel(PydanticBaseModel):
    """A pydantic model. Its validator is built at its first use, so that importing models is cheap."""

    # The place of ``response_info``: no field, so that equality, copies, pickles and dumps do not know it.
    __slots__ = ("_response_info",)

    model_config = ConfigDict(
        defer_build=True,
        # The platform has fields such as model_download_url.
        protected_namespaces=(),
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[PydanticBaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if not nullable_fields(cls):
            return schema
        leaving_out = core_schema.wrap_serializer_function_ser_schema(_leave_out_unset)
        return cast("CoreSchema", {**schema, "serialization": leaving_out})


def _leave_out_unset(model: Any, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
    return {name: value for name, value in handler(model).items() if value != UNSET_SENTINEL}
