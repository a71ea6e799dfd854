from . import retries as retries
from .logger import Logger as Logger
from .logger import get_default_logger as get_default_logger
from .retries import BackoffStrategy as BackoffStrategy
from .retries import RetryConfig as RetryConfig
