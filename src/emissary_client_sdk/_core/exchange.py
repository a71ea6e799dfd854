"""One call as a flow: hooks, send, retry or not, decode.

What only hooks and failures need is imported where they are met, so that a program's first call comes sooner.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from ..utils import logger as logs
from .flow import Answer, Flow, Send, Wait, is_success
from .request import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..sdkconfiguration import SDKConfiguration
    from .hooking import CallHooks
    from .operation import Operation
    from .request import Options
    from .retrying import Retries

T = TypeVar("T")

_CREDENTIALS = ("x-api-key", "authorization", "cookie")


def exchange(
    config: SDKConfiguration,
    client: Any,
    operation: Operation[T],
    arguments: Mapping[str, Any],
    options: Options,
    *,
    clock: Callable[[], float] = monotonic,
    random: Callable[[], float] | None = None,
    deadline: float | None = None,
) -> Flow[T]:
    """Make one call.

    :param client: the HTTP client that the driver will send with.
    :param arguments: what the operation's request model takes.
    :param clock: gives the seconds that pass during the call.
    :param random: gives random numbers in [0, 1).
    :param deadline: the moment of the clock past which nothing is sent and no answer is waited for.
    """
    if config.closed:
        from ..errors import ClientClosedError

        raise ClientClosedError("the client is closed and makes no more calls")
    started = clock()
    hooks: CallHooks | None = None
    if config.has_call_hooks:
        from .hooking import CallHooks

        hooks = CallHooks(config, operation)
    log = logs.CallLog(config.debug_logger, config.key) if logs.is_enabled(config.debug_logger) else None
    bare = hooks is None and log is None
    prepared = Prepared(config, client, operation, arguments, options, bare=bare)
    retries: Retries | None = None
    while True:
        if deadline is not None:
            prepared.limit_timeout(deadline - clock())
        request = prepared.build()
        if hooks is not None:
            request = yield from hooks.before_request(request)
        if hooks is not None or options.http_headers:
            config.key.note(request.headers)
        if hooks is not None or not prepared.has_key:
            _require_credentials(request, client)
        if log is not None:
            log.request(request)

        answer = Answer()
        error: Exception | None = None
        try:
            answer.take(*(yield Send(request, bare)))
        except Exception as raised:  # noqa: BLE001  # the retries know which they know
            error = raised
            config.key.conceal_error(error)
        if log is not None:
            log.outcome(answer.response, answer.content, error)
        if hooks is not None:
            error = yield from hooks.after_attempt(answer, error)

        unreadable: Exception | None = None
        if error is None and is_success(answer.response):
            try:
                return operation.decode(answer.content)
            except ValueError as raised:  # pydantic's ValidationError is one
                unreadable = raised
        if unreadable is not None:
            from .decode import unreadable_success

            logs.conceal_headers(request.headers)
            unfit, cause = unreadable_success(operation.id, answer, unreadable, config.key)
            del unreadable  # no local variable may show a body
            raise unfit from cause
        if retries is None:
            from .retrying import Retries

            retries = Retries(config, operation, options, random)
        failed, wait = retries.after(answer, error, clock() - started)
        if wait is None or (deadline is not None and clock() + wait >= deadline):
            logs.conceal_headers(request.headers)
            raise failed from error
        if log is not None:
            log.retry(wait, failed)
        yield Wait(wait)


def _require_credentials(request: Any, client: Any) -> None:
    if getattr(client, "auth", None) is not None:
        return  # an httpx client with an auth of its own adds it while it sends
    if not any(name in request.headers for name in _CREDENTIALS):
        from ..errors import MissingAPIKeyError

        raise MissingAPIKeyError(
            "no API key: pass api_key, set EMISSARY_CLIENT_API_KEY, or let a before_request hook add the header"
            " X-API-Key or Authorization"
        )
