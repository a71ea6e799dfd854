"""Hooks: code of the caller's that sees each client, request, response and failure."""

from .._lazy import lazy as _lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .sdkhooks import SDKHooks as SDKHooks
    from .types import AfterErrorContext as AfterErrorContext
    from .types import AfterErrorHook as AfterErrorHook
    from .types import AfterSuccessContext as AfterSuccessContext
    from .types import AfterSuccessHook as AfterSuccessHook
    from .types import BeforeRequestContext as BeforeRequestContext
    from .types import BeforeRequestHook as BeforeRequestHook
    from .types import HookContext as HookContext
    from .types import Hooks as Hooks
    from .types import SDKInitHook as SDKInitHook

__all__ = [
    "AfterErrorContext",
    "AfterErrorHook",
    "AfterSuccessContext",
    "AfterSuccessHook",
    "BeforeRequestContext",
    "BeforeRequestHook",
    "HookContext",
    "Hooks",
    "SDKHooks",
    "SDKInitHook",
]

__getattr__, __dir__ = _lazy(
    __name__,
    {
        ".sdkhooks": "SDKHooks",
        ".types": (
            "AfterErrorContext AfterErrorHook AfterSuccessContext AfterSuccessHook BeforeRequestContext"
            " BeforeRequestHook HookContext Hooks SDKInitHook"
        ),
    },
)
