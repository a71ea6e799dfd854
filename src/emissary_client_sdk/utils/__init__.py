"""Retry settings and the debug logger."""

from .._lazy import attach

__getattr__, __dir__ = attach(__name__, __file__)
