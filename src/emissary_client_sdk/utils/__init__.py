"""Retry settings and the debug logger."""

from . import retries
from .logger import Logger, get_default_logger
from .retries import BackoffStrategy, RetryConfig

__all__ = ["BackoffStrategy", "Logger", "RetryConfig", "get_default_logger", "retries"]
