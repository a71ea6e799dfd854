"""Base types of the SDK: ``BaseModel``, open enumerations, and ``UNSET`` for arguments that were not passed."""

from .basemodel import BaseModel
from .nullable import Nullable, OptionalNullable
from .openenum import OpenEnum
from .resultlist import ResultList
from .unset import UNSET, UNSET_SENTINEL, Unset

__all__ = ["UNSET", "UNSET_SENTINEL", "BaseModel", "Nullable", "OpenEnum", "OptionalNullable", "ResultList", "Unset"]
