"""Retry settings, the debug logger, and facts about responses."""

from . import retries
from .logger import Logger, get_default_logger
from .responseinfo import ResponseInfo, response_info
from .retries import BackoffStrategy, RetryConfig

__all__ = [
    "BackoffStrategy",
    "Logger",
    "ResponseInfo",
    "RetryConfig",
    "get_default_logger",
    "response_info",
    "retries",
]
