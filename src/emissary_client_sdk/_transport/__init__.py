from .._lazy import lazy as _lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .asynchronous import AsyncDefaultClient as AsyncDefaultClient
    from .synchronous import DefaultClient as DefaultClient

__all__ = ["AsyncDefaultClient", "DefaultClient"]

__getattr__, __dir__ = _lazy(__name__, {".asynchronous": "AsyncDefaultClient", ".synchronous": "DefaultClient"})
