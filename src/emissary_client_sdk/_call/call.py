"""One call as a flow: prepare the request, send it, decide about retries, read the response."""

from __future__ import annotations

import sys
from functools import partial
from random import random as random_number
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from .._auth import CREDENTIAL_HEADERS, ApiKey
from ..errors import ClientClosedError, MissingAPIKeyError
from ..utils import logger as logs
from ..utils.responseinfo import InfoSource, ResponseInfo, attach
from ..utils.retries import Effect
from .commands import Flow, GetClient, Received, Send, Wait
from .errors import redacted_headers, refused, response_of, unreadable
from .hooks import CallHooks
from .limiter import Pacing
from .reading import RefusalError, read
from .request import PreparedRequest
from .retry import Attempts, policy_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..errors import SDKError
    from ..sdkconfiguration import SDKConfiguration
    from .operation import Operation

T = TypeVar("T")


class Caller(Protocol):
    """An object that makes calls: a resource or the client."""

    sdk_configuration: SDKConfiguration


class Resource:
    """A group of operations. Its methods send their requests with the client that it belongs to."""

    def __init__(self, sdk_config: SDKConfiguration) -> None:
        self.sdk_configuration = sdk_config


def call(
    caller: Caller,
    operation: Operation[T],
    options: Mapping[str, Any],
    *,
    clock: Callable[[], float] = monotonic,
    random: Callable[[], float] = random_number,
    deadline: float | None = None,
    stream: bool = False,
    **arguments: Any,
) -> Flow[T]:
    """Make one call and return its result.

    :param options: Call options. Options that are fields of the body are sent, others are ignored.
    :param clock: Returns the time in seconds.
    :param random: Returns random numbers in [0, 1).
    :param deadline: Time of the clock after which nothing is sent or awaited.
    :param stream: Whether to return the unread response and the facts about it instead of the parsed body.
    :param arguments: Path parameters, and the ``request_body``, the fields of the body or the query.
    """
    config = caller.sdk_configuration
    if config.closed:
        raise ClientClosedError
    if sys.is_finalizing():  # the first call would fail with an ImportError of a standard module
        raise ClientClosedError("the interpreter is shutting down")
    client = yield GetClient()
    hooks = CallHooks(config, operation) if config.get_hooks().has_call_hooks else None
    log = logs.CallLog(config.debug_logger, config.key.redact) if logs.is_enabled(config.debug_logger) else None
    prepared = PreparedRequest(config, client, operation, options, arguments)
    attempts = Attempts(prepared, policy_of(config, operation, options), random)
    has_own_headers = hooks is not None or bool(options.get("http_headers") or config.http_headers)
    started = clock()
    model = arguments.get("model") if operation.effect is Effect.CHARGED else None
    pacing = Pacing(config, options.get("limiter"), model)
    if first_pause := pacing.first_pause():
        yield Wait(first_pause)
    while True:
        if deadline is not None:
            prepared.limit_timeout(deadline - clock())
        request = prepared.build()
        if hooks is not None:
            request = yield from hooks.before_request(request)
        if has_own_headers:
            config.key.remember_credentials(request.headers)
        if has_own_headers or not prepared.has_key:
            _require_credentials(request, client)
        received, failure = yield from pacing.attempt(_attempt(config, Send(request, stream), hooks, log))
        if pacing.is_refused:
            continue
        if failure is None and received is not None and received.is_success:
            head, elapsed = received.response, clock() - started
            info = partial(_info, head.status_code, head.headers, config.key, attempts.number, elapsed)
            if stream:
                logs.redact_headers(request.headers)  # the response, which the caller keeps, refers to its request
                return cast("T", (received.response, info))
            return _result(operation, prepared, request, received, info)
        error, pause = attempts.failed(received, failure, clock() - started)
        if pause is None or (deadline is not None and clock() + pause >= deadline):
            logs.redact_headers(request.headers)
            raise error from failure
        if log is not None:
            log.retry(pause, error)
        yield Wait(pause)


def _attempt(
    config: SDKConfiguration, send: Send, hooks: CallHooks | None, log: logs.CallLog | None
) -> Flow[tuple[Received | None, Exception | None]]:
    """Send a request once and return the response or the exception."""
    if log is not None:
        log.request(send.request)
    received: Received | None = None
    failure: Exception | None = None
    try:
        received = yield send
    except Exception as exception:  # noqa: BLE001  # the caller decides which exceptions are known
        received = response_of(exception)
        failure = exception if received is None else None
        config.key.redact_error(exception)
    if log is not None:
        log.outcome(None if received is None else received.response, failure)
    if hooks is None:
        return received, failure
    outcome: tuple[Received | None, Exception | None]
    outcome = yield from hooks.after_attempt(received, failure)
    return outcome


def _info(status_code: int, headers: Any, key: ApiKey, attempts: int, elapsed: float) -> ResponseInfo:
    return ResponseInfo(status_code, redacted_headers(headers, key), attempts, elapsed)


def _result(
    operation: Operation[T], prepared: PreparedRequest, request: Any, received: Received, info: InfoSource
) -> T:
    """Return the parsed body of a successful response."""
    try:
        result = read(operation, received.content)
    except (ValueError, RefusalError) as exception:  # pydantic's ValidationError is a ValueError
        logs.redact_headers(request.headers)
        facts = info()
        error: SDKError
        if isinstance(exception, RefusalError):
            error, cause = refused(prepared, received, facts.attempts, str(exception)), None
        else:
            error, cause = unreadable(prepared, received, facts.attempts), _redacted(prepared.key, exception)
        error.elapsed_seconds = facts.elapsed_seconds
        raise error from cause
    attach(result, info)
    return result


def _redacted(key: ApiKey, error: ValueError) -> ValueError:
    """Return the error, or a copy of its message without the key if the response repeats the key."""
    message = str(error)
    redacted = key.redact(message)
    return error if redacted == message else ValueError(redacted)


def _require_credentials(request: Any, client: Any) -> None:
    if getattr(client, "auth", None) is not None:
        return  # an httpx client with its own auth adds it when it sends
    if not any(name in request.headers for name in CREDENTIAL_HEADERS):
        raise MissingAPIKeyError(
            "No API key: pass api_key or profile, set EMISSARY_CLIENT_API_KEY or EMISSARY_API_KEY, or add the header"
            " X-API-Key or Authorization in a before_request hook"
        )
