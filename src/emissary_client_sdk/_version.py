"""The version of the package, the one place that states it."""

__title__ = "emissary-client-sdk"
__version__ = "1.0.0"
