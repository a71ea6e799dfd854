"""Base types of the SDK: ``BaseModel``, open enumerations, and ``UNSET`` for arguments that were not passed."""

from .._lazy import attach

__getattr__, __dir__ = attach(__name__, __file__)
