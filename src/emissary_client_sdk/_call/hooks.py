"""Runs the hooks of a call. A hook may be asynchronous, so these are generators that yield what to await."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from ..hooks import AfterErrorContext, AfterSuccessContext, BeforeRequestContext, HookContext
from .commands import Flow, Received, Resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..sdkconfiguration import SDKConfiguration
    from .operation import Operation


class CallHooks:
    """The hooks of one call."""

    def __init__(self, config: SDKConfiguration, operation: Operation[Any]) -> None:
        self._hooks = config.get_hooks()
        self._context = HookContext(operation.id, [], config.security)

    def before_request(self, request: Any) -> Flow[Any]:
        """Run the ``before_request`` hooks and return the request to send."""
        for hook in self._hooks.before_request_hooks:
            result = yield from _run(hook, BeforeRequestContext(self._context), request)
            request = _checked("before_request", "request", "headers", request, result)
        return request

    def after_attempt(
        self, received: Received | None, error: Exception | None
    ) -> Flow[tuple[Received | None, Exception | None]]:
        """Run the hooks that see the outcome of an attempt; return the outcome to continue with."""
        if received is None or error is not None or not received.is_success:
            received, error = yield from self._after_error(received, error)
        if error is None and received is not None and received.is_success:
            for hook in self._hooks.after_success_hooks:
                result = yield from _run(hook, AfterSuccessContext(self._context), received.response)
                response = _checked("after_success", "response", "status_code", received.response, result)
                received = _with_response(received, response)
        return received, error

    def _after_error(
        self, received: Received | None, error: Exception | None
    ) -> Flow[tuple[Received | None, Exception | None]]:
        response: Any = None if received is None else received.response
        for hook in self._hooks.after_error_hooks:
            result: Any = yield from _run(hook, AfterErrorContext(self._context), response, error)
            if result is None:
                continue
            try:
                response, error = result
            except (TypeError, ValueError):
                response, error = None, None
            if not _is_outcome(response, error):
                raise TypeError("an after_error hook must return a response and an error, one of which is not None")
        return None if response is None else _with_response(received, response), error


def _with_response(received: Received | None, response: Any) -> Received:
    if received is not None and response is received.response:
        return received
    return Received(response, response.content)


def _is_outcome(response: Any, error: Any) -> bool:
    is_response = response is None or hasattr(response, "status_code")
    is_error = error is None or isinstance(error, Exception)
    return is_response and is_error and not (response is None and error is None)


def _run(hook: Callable[..., Any], *arguments: Any) -> Flow[Any]:
    result = hook(*arguments)
    if isawaitable(result):
        result = yield Resolve(result)
    if isinstance(result, Exception):
        raise result
    return result


def _checked(hook: str, what: str, attribute: str, given: Any, result: Any) -> Any:
    if result is None:
        return given
    if not hasattr(result, attribute):
        raise TypeError(f"a {hook} hook must return a {what}, an exception or None, not {type(result).__name__}")
    return result
