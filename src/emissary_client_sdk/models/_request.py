"""Base class of request models."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from ..types.basemodel import BaseModel
from ._json import json_value


def _number(value: Any) -> Any:
    value = json_value(value)
    if isinstance(value, bool):
        raise PydanticCustomError("number_type", "Input should be a valid number, not a boolean")
    return value


K = TypeVar("K")
T = TypeVar("T")
Integer = Annotated[int, BeforeValidator(_number)]
Number = Annotated[int | float, BeforeValidator(_number)]
MappingOf = Annotated[Mapping[K, T], BeforeValidator(json_value)]
SequenceOf = Annotated[Sequence[T], AfterValidator(list)]
"""Any sequence except a string. A list is sent: pydantic cannot serialize every sequence."""


class RequestModel(BaseModel):
    """A request body or a part of one.

    Fields that are unset or None are not sent. Unknown fields are sent as given; their values must be JSON values.
    """

    model_config = ConfigDict(
        extra="allow",
        # NaN and infinity are not JSON; pydantic would send them as null.
        allow_inf_nan=False,
        ser_json_inf_nan="constants",  # one assigned later inside a dictionary is found when the body is encoded
        validate_assignment=True,
    )
    # Read by pydantic for the type of unknown fields; not an argument of the constructor.
    if TYPE_CHECKING:
        __pydantic_extra__: dict[str, JsonValue] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]
    else:
        __pydantic_extra__: dict[str, Annotated[JsonValue, BeforeValidator(json_value)]]
