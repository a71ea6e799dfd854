"""Base types of the SDK: ``BaseModel``, and ``UNSET`` for an argument that nobody gave."""

from .._lazy import lazy as _lazy
from .unset import UNSET, UNSET_SENTINEL, Unset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .basemodel import BaseModel as BaseModel
    from .nullable import Nullable as Nullable
    from .nullable import OptionalNullable as OptionalNullable
    from .openenum import OpenEnum as OpenEnum

__all__ = ["UNSET", "UNSET_SENTINEL", "BaseModel", "Nullable", "OpenEnum", "OptionalNullable", "Unset"]

__getattr__, __dir__ = _lazy(
    __name__,
    {".basemodel": "BaseModel", ".nullable": "Nullable OptionalNullable", ".openenum": "OpenEnum"},
)
