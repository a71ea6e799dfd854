"""Models of the platform's API, and the errors. ``__init__.pyi`` lists the names."""

from .._lazy import attach

__getattr__, __dir__ = attach(__name__, __file__)
