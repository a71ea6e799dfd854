"""The hooks of one client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .types import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..httpclient import HttpClient
    from .types import AnyAfterErrorHook, AnyAfterSuccessHook, AnyBeforeRequestHook, AnySDKInitHook


class SDKHooks(Hooks):
    """The hooks of one client, run in the order in which they were registered.

    Each ``register_…`` takes an object with the hook's method, or a function with its arguments; anything
    else is a TypeError.
    """

    def __init__(self) -> None:
        self.sdk_init_hooks: list[Callable[..., Any]] = []
        self.before_request_hooks: list[Callable[..., Any]] = []
        self.after_success_hooks: list[Callable[..., Any]] = []
        self.after_error_hooks: list[Callable[..., Any]] = []

    def register_sdk_init_hook(self, hook: AnySDKInitHook) -> None:
        """Add a hook that runs when a client is made; it has to be here before the client is."""
        self.sdk_init_hooks.append(_function("sdk_init", hook))

    def register_before_request_hook(self, hook: AnyBeforeRequestHook) -> None:
        """Add a hook that runs before each attempt, on the request that is to be sent."""
        self.before_request_hooks.append(_function("before_request", hook))

    def register_after_success_hook(self, hook: AnyAfterSuccessHook) -> None:
        """Add a hook that runs on the answer of a call that succeeded."""
        self.after_success_hooks.append(_function("after_success", hook))

    def register_after_error_hook(self, hook: AnyAfterErrorHook) -> None:
        """Add a hook that runs after each attempt that failed, with its response or its exception."""
        self.after_error_hooks.append(_function("after_error", hook))

    @property
    def has_call_hooks(self) -> bool:
        """Whether any hook runs during a call."""
        return bool(self.before_request_hooks or self.after_success_hooks or self.after_error_hooks)

    def sdk_init(self, base_url: str, client: HttpClient) -> tuple[str, HttpClient]:
        """Run the hooks of a client's making."""
        for hook in self.sdk_init_hooks:
            outcome: Any = hook(base_url, client)
            try:
                base_url, client = outcome
            except (TypeError, ValueError):
                kind = type(outcome).__name__
                raise TypeError(f"an sdk_init hook must return a URL and an HTTP client, not {kind}") from None
        return base_url, client


def _function(name: str, hook: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(hook, name, hook)
    if not callable(function):
        raise TypeError(f"hook must have a method {name} or be a function, not {type(hook).__name__}")
    return function
