"""The hooks' protocols, with Speakeasy's names, signatures and meaning.

A hook is an object with one of these methods, or a function with the same arguments. It may return an
exception, which is then raised. On an asynchronous call it may be a coroutine function.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from ..httpclient import HttpClient

    RequestOutcome: TypeAlias = httpx.Request | Exception | None
    ResponseOutcome: TypeAlias = httpx.Response | Exception | None
    ErrorOutcome: TypeAlias = tuple[httpx.Response | None, Exception | None] | Exception | None


class HookContext:
    """What a hook is told about the call.

    :param operation_id: the operation's id, such as ``createTrainingJob``.
    :param oauth2_scopes: always empty, for the platform has none.
    :param security_source: a ``Security``, or a function that gives one.
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
    """Runs once, when a client is made."""

    @abstractmethod
    def sdk_init(self, base_url: str, client: HttpClient) -> tuple[str, HttpClient]:
        """Give the server's URL and the synchronous HTTP client that are to be used."""


class BeforeRequestHook(ABC):
    """Runs before each attempt."""

    @abstractmethod
    def before_request(
        self, hook_ctx: BeforeRequestContext, request: httpx.Request
    ) -> RequestOutcome | Awaitable[RequestOutcome]:
        """Give the request that is to be sent; None stands for the one that was passed in."""


class AfterSuccessHook(ABC):
    """Runs on the answer of a call that succeeded."""

    @abstractmethod
    def after_success(
        self, hook_ctx: AfterSuccessContext, response: httpx.Response
    ) -> ResponseOutcome | Awaitable[ResponseOutcome]:
        """Give the response that is to be read; None stands for the one that was passed in."""


class AfterErrorHook(ABC):
    """Runs after each attempt that failed, with its response or its exception."""

    @abstractmethod
    def after_error(
        self, hook_ctx: AfterErrorContext, response: httpx.Response | None, error: Exception | None
    ) -> ErrorOutcome | Awaitable[ErrorOutcome]:
        """Give the response or the exception to go on with; None stands for what was passed in."""


if TYPE_CHECKING:
    AnySDKInitHook: TypeAlias = SDKInitHook | Callable[[str, HttpClient], tuple[str, HttpClient]]
    AnyBeforeRequestHook: TypeAlias = (
        BeforeRequestHook | Callable[[BeforeRequestContext, httpx.Request], RequestOutcome | Awaitable[RequestOutcome]]
    )
    AnyAfterSuccessHook: TypeAlias = (
        AfterSuccessHook | Callable[[AfterSuccessContext, httpx.Response], ResponseOutcome | Awaitable[ResponseOutcome]]
    )
    AnyAfterErrorHook: TypeAlias = (
        AfterErrorHook
        | Callable[
            [AfterErrorContext, httpx.Response | None, Exception | None],
            ErrorOutcome | Awaitable[ErrorOutcome],
        ]
    )


class Hooks(ABC):
    """Where hooks are registered."""

    @abstractmethod
    def register_sdk_init_hook(self, hook: AnySDKInitHook) -> None:
        """Add a hook that runs when a client is made."""

    @abstractmethod
    def register_before_request_hook(self, hook: AnyBeforeRequestHook) -> None:
        """Add a hook that runs before each attempt."""

    @abstractmethod
    def register_after_success_hook(self, hook: AnyAfterSuccessHook) -> None:
        """Add a hook that runs on the answer of a call that succeeded."""

    @abstractmethod
    def register_after_error_hook(self, hook: AnyAfterErrorHook) -> None:
        """Add a hook that runs after each attempt that failed."""
