"""Running the hooks of a call. A hook may be asynchronous, so this yields what is to be awaited."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from .._hooks.types import AfterErrorContext, AfterSuccessContext, BeforeRequestContext, HookContext
from .flow import Flow, Resolve, is_success

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..sdkconfiguration import SDKConfiguration
    from .flow import Answer
    from .operation import Operation


class CallHooks:
    """The hooks as they run in one call."""

    def __init__(self, config: SDKConfiguration, operation: Operation[Any]) -> None:
        self._hooks = config.get_hooks()
        self._context = HookContext(operation.id, [], config.security)

    def before_request(self, request: Any) -> Flow[Any]:
        """Run the hooks that see a request; gives the one to be sent."""
        for hook in self._hooks.before_request_hooks:
            outcome = yield from _call(hook, BeforeRequestContext(self._context), request)
            request = _require("before_request", "request", "headers", request, outcome)
        return request

    def after_attempt(self, answer: Answer, error: Exception | None) -> Flow[Exception | None]:
        """Run the hooks that see what came of an attempt; leaves in the answer what the call is to go on with.

        Gives the exception to go on with, if any.
        """
        response = found = answer.response
        if not is_success(response):
            response, error = yield from self._after_error(response, error)
        if error is None and is_success(response):
            for hook in self._hooks.after_success_hooks:
                outcome = yield from _call(hook, AfterSuccessContext(self._context), response)
                response = _require("after_success", "response", "status_code", response, outcome)
        if response is not found:
            answer.take(response, b"" if response is None else response.content)
        return error

    def _after_error(self, response: Any, error: Exception | None) -> Flow[tuple[Any, Exception | None]]:
        for hook in self._hooks.after_error_hooks:
            outcome: Any = yield from _call(hook, AfterErrorContext(self._context), response, error)
            if outcome is None:
                continue
            try:
                response, error = outcome
            except (TypeError, ValueError):
                response, error = None, None
            if not _can_go_on(response, error):
                raise TypeError("an after_error hook must return a response and an error, one of which is not None")
        return response, error


def _can_go_on(response: Any, error: Any) -> bool:
    is_response = response is None or hasattr(response, "status_code")
    is_error = error is None or isinstance(error, Exception)
    return is_response and is_error and not (response is None and error is None)


def _call(hook: Callable[..., Any], *arguments: Any) -> Flow[Any]:
    outcome = hook(*arguments)
    if isawaitable(outcome):
        outcome = yield Resolve(outcome)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _require(hook: str, what: str, attribute: str, given: Any, outcome: Any) -> Any:
    if outcome is None:
        return given
    if not hasattr(outcome, attribute):
        raise TypeError(f"a {hook} hook must return a {what}, an exception or None, not {type(outcome).__name__}")
    return outcome
