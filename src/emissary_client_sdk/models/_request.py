"""Base class of request models."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from ..types.basemodel import BaseModel

T = TypeVar("T")
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
        __pydantic_extra__: dict[str, JsonValue]
