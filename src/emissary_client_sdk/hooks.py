"""Hooks: your code that runs on each client, request, response and failure.

A hook is an object with the hook's method, or a function with the same arguments. It may return an exception, which is
then raised. In asynchronous calls it may be a coroutine function. Names and signatures are those of Speakeasy SDKs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from .httpclient import HttpClient

    RequestResult: TypeAlias = httpx.Request | Exception | None
    ResponseResult: TypeAlias = httpx.Response | Exception | None
    ErrorResult: TypeAlias = tuple[httpx.Response | None, Exception | None] | Exception | None

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


class HookContext:
    """The call that a hook runs in.

    :param operation_id: ID of the operation, such as ``createTrainingJob``.
    :param oauth2_scopes: Always empty; the platform has none.
    :param security_source: A ``Security``, or a function that returns one.
    """

    def __init__(
        self,
        operation_id: str,
        oauth2_scopes: list[str] | None = None,
        security_source: Any | Callable[[], Any] | None = None,
    ) -> None:
        self.operation_id = operation_id
        self.oauth2_scopes = oauth2_scopes
        self.security_source = security_source

    def __repr__(self) -> str:
        return f"{type(self).__name__}(operation_id={self.operation_id!r})"


class _DerivedContext(HookContext):
    def __init__(self, hook_ctx: HookContext) -> None:
        super().__init__(hook_ctx.operation_id, hook_ctx.oauth2_scopes, hook_ctx.security_source)


class BeforeRequestContext(_DerivedContext):
    """The context of a ``before_request`` hook."""


class AfterSuccessContext(_DerivedContext):
    """The context of an ``after_success`` hook."""


class AfterErrorContext(_DerivedContext):
    """The context of an ``after_error`` hook."""


class SDKInitHook(ABC):
    """Runs once, when a client is created."""

    @abstractmethod
    def sdk_init(self, base_url: str, client: HttpClient) -> tuple[str, HttpClient]:
        """Return the server URL and the synchronous HTTP client to use."""


class BeforeRequestHook(ABC):
    """Runs before each attempt."""

    @abstractmethod
    def before_request(
        self, hook_ctx: BeforeRequestContext, request: httpx.Request
    ) -> RequestResult | Awaitable[RequestResult]:
        """Return the request to send; None keeps the one passed in."""


class AfterSuccessHook(ABC):
    """Runs on a successful response."""

    @abstractmethod
    def after_success(
        self, hook_ctx: AfterSuccessContext, response: httpx.Response
    ) -> ResponseResult | Awaitable[ResponseResult]:
        """Return the response to parse; None keeps the one passed in."""


class AfterErrorHook(ABC):
    """Runs after each failed attempt, with its response or its exception."""

    @abstractmethod
    def after_error(
        self, hook_ctx: AfterErrorContext, response: httpx.Response | None, error: Exception | None
    ) -> ErrorResult | Awaitable[ErrorResult]:
        """Return the response and the exception to continue with; None keeps those passed in."""


if TYPE_CHECKING:
    AnySDKInitHook: TypeAlias = SDKInitHook | Callable[[str, HttpClient], tuple[str, HttpClient]]
    AnyBeforeRequestHook: TypeAlias = (
        BeforeRequestHook | Callable[[BeforeRequestContext, httpx.Request], RequestResult | Awaitable[RequestResult]]
    )
    AnyAfterSuccessHook: TypeAlias = (
        AfterSuccessHook | Callable[[AfterSuccessContext, httpx.Response], ResponseResult | Awaitable[ResponseResult]]
    )
    AnyAfterErrorHook: TypeAlias = (
        AfterErrorHook
        | Callable[[AfterErrorContext, httpx.Response | None, Exception | None], ErrorResult | Awaitable[ErrorResult]]
    )


class Hooks(ABC):
    """A registry of hooks."""

    @abstractmethod
    def register_sdk_init_hook(self, hook: AnySDKInitHook) -> None:
        """Register a hook that runs when a client is created."""

    @abstractmethod
    def register_before_request_hook(self, hook: AnyBeforeRequestHook) -> None:
        """Register a hook that runs before each attempt."""

    @abstractmethod
    def register_after_success_hook(self, hook: AnyAfterSuccessHook) -> None:
        """Register a hook that runs on a successful response."""

    @abstractmethod
    def register_after_error_hook(self, hook: AnyAfterErrorHook) -> None:
        """Register a hook that runs after each failed attempt."""


class SDKHooks(Hooks):
    """The hooks of one client. They run in the order of their registration.

    Each ``register_…`` method accepts an object with the hook's method, or a function with its arguments; anything
    else raises TypeError.
    """

    def __init__(self) -> None:
        self.sdk_init_hooks: list[Callable[..., Any]] = []
        self.before_request_hooks: list[Callable[..., Any]] = []
        self.after_success_hooks: list[Callable[..., Any]] = []
        self.after_error_hooks: list[Callable[..., Any]] = []

    def register_sdk_init_hook(self, hook: AnySDKInitHook) -> None:
        """Register a hook that runs when a client is created. Register it before creating the client."""
        self.sdk_init_hooks.append(_function("sdk_init", hook))

    def register_before_request_hook(self, hook: AnyBeforeRequestHook) -> None:
        """Register a hook that runs before each attempt, on the request to send."""
        self.before_request_hooks.append(_function("before_request", hook))

    def register_after_success_hook(self, hook: AnyAfterSuccessHook) -> None:
        """Register a hook that runs on the response of a successful call."""
        self.after_success_hooks.append(_function("after_success", hook))

    def register_after_error_hook(self, hook: AnyAfterErrorHook) -> None:
        """Register a hook that runs after each failed attempt, with its response or its exception."""
        self.after_error_hooks.append(_function("after_error", hook))

    @property
    def has_call_hooks(self) -> bool:
        """Whether any hook runs during a call."""
        return bool(self.before_request_hooks or self.after_success_hooks or self.after_error_hooks)

    def sdk_init(self, base_url: str, client: HttpClient) -> tuple[str, HttpClient]:
        """Run the ``sdk_init`` hooks and return the server URL and the HTTP client to use."""
        for hook in self.sdk_init_hooks:
            result: Any = hook(base_url, client)
            try:
                base_url, client = result
            except (TypeError, ValueError):
                kind = type(result).__name__
                raise TypeError(f"an sdk_init hook must return a URL and an HTTP client, not {kind}") from None
        return base_url, client


def _function(name: str, hook: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(hook, name, hook)
    if not callable(function):
        raise TypeError(f"hook must have a method {name} or be a function, not {type(hook).__name__}")
    return function
