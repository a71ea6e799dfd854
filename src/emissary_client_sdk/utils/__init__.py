"""What a caller configures the SDK with: retries and the debug logger."""

from .._lazy import lazy as _lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .logger import Logger as Logger
    from .logger import get_default_logger as get_default_logger
    from .retries import BackoffStrategy as BackoffStrategy
    from .retries import RetryConfig as RetryConfig

__all__ = ["BackoffStrategy", "Logger", "RetryConfig", "get_default_logger"]

__getattr__, __dir__ = _lazy(
    __name__,
    {".logger": "Logger get_default_logger", ".retries": "BackoffStrategy RetryConfig", ".": "retries"},
)
