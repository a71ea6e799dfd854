"""One call as a generator. It yields commands and receives their results; a driver executes them.

``Send(request, stream)`` results in a ``Received``, or the HTTP client's exception is thrown in. ``Wait(seconds)``
results in None. ``Resolve(awaitable)`` results in the value of the awaitable. ``Compute(function)`` results in the
value of the function. ``Gather(flows, …)`` results in the list of their results. ``Emit(value)`` passes a value to the
code that iterates and results in None. The generator returns the result of the call or raises its error. It reads no
clock but the one passed in, and never sends, sleeps or awaits, so that a test can step through it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast

from .._auth import CREDENTIAL_HEADERS
from ..errors import ClientClosedError, MissingAPIKeyError
from ..utils import logger as logs
from .errors import unreadable
from .request import PreparedRequest
from .retry import Attempts, policy_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..sdkconfiguration import SDKConfiguration
    from .hooks import CallHooks
    from .operation import Operation

T = TypeVar("T")


class Send(NamedTuple):
    """Send a request and read the response, or only its head if it succeeds and ``stream`` is true."""

    request: Any
    stream: bool = False


class Received(NamedTuple):
    """A response and its content."""

    response: Any
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is 2XX."""
        return bool(200 <= self.response.status_code < 300)


class Wait(NamedTuple):
    """Pause for a number of seconds."""

    seconds: float


class Resolve(NamedTuple):
    """Await the result of an asynchronous hook or callback."""

    awaitable: Awaitable[Any]


class Compute(NamedTuple):
    """Call a function that takes long, such as reading a file: in a thread if there is an event loop."""

    function: Callable[[], Any]


class Emit(NamedTuple):
    """Pass a value to the code that iterates."""

    value: Any


class Gather(NamedTuple):
    """Execute several flows at the same time and return their results in order.

    :ivar limit: Maximum number of flows at a time.
    :ivar return_exceptions: Whether an exception is a result; otherwise the first one is thrown in.
    :ivar on_result: Called after each result.
    """

    flows: Iterable[Generator[Any, Any, Any]]
    limit: int
    return_exceptions: bool = False
    on_result: Callable[[], object] | None = None


Command: TypeAlias = Wait | Send | Resolve | Compute | Gather
Flow: TypeAlias = Generator[Wait | Send | Resolve | Compute | Gather, Any, T]
EmittingFlow: TypeAlias = Generator[Wait | Send | Resolve | Compute | Gather | Emit, Any, None]


def call(
    config: SDKConfiguration,
    client: Any,
    operation: Operation[T],
    arguments: Mapping[str, Any],
    *,
    clock: Callable[[], float] = monotonic,
    random: Callable[[], float] | None = None,
    deadline: float | None = None,
    stream: bool = False,
) -> Flow[T]:
    """Make one call and return its result.

    :param client: HTTP client that the driver sends with.
    :param arguments: Arguments of the method, call options included.
    :param clock: Returns the time in seconds.
    :param random: Returns random numbers in [0, 1).
    :param deadline: Time of the clock after which nothing is sent or awaited.
    :param stream: Whether to return the unread response instead of its parsed body.
    """
    if config.closed:
        raise ClientClosedError
    config.require_interpreter()
    hooks = _hooks_of(config, operation)
    log = logs.CallLog(config.debug_logger, config.key.redact) if logs.is_enabled(config.debug_logger) else None
    prepared = PreparedRequest(config, client, operation, arguments)
    attempts = Attempts(config, operation, prepared, policy_of(config, operation, arguments), random)
    has_own_headers = hooks is not None or bool(arguments.get("http_headers"))
    started = clock()
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
        received, failure = yield from _attempt(config, Send(request, stream), hooks, log)
        if failure is None and received is not None and received.is_success:
            return _result(config, operation, prepared, request, received, stream=stream)
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
        failure = exception
        config.key.redact_error(exception)
    if log is not None:
        log.outcome(None if received is None else received.response, failure)
    if hooks is None:
        return received, failure
    outcome: tuple[Received | None, Exception | None]
    outcome = yield from hooks.after_attempt(received, failure)
    return outcome


def _result(
    config: SDKConfiguration,
    operation: Operation[T],
    prepared: PreparedRequest,
    request: Any,
    received: Received,
    *,
    stream: bool,
) -> T:
    """Return the parsed body of a successful response, or the response itself."""
    if stream:
        logs.redact_headers(request.headers)  # the response, which the caller keeps, refers to its request
        return cast("T", received.response)
    try:
        return operation.decode(received.content)
    except ValueError as exception:  # pydantic's ValidationError is a ValueError
        logs.redact_headers(request.headers)
        raise unreadable(prepared, received, config.key) from _redacted(config, exception)


def _hooks_of(config: SDKConfiguration, operation: Operation[Any]) -> CallHooks | None:
    if not config.has_call_hooks:
        return None
    from .hooks import CallHooks

    return CallHooks(config, operation)


def _redacted(config: SDKConfiguration, error: ValueError) -> ValueError:
    """Return the error, or a copy of its message without the key if the response repeats the key."""
    message = str(error)
    redacted = config.key.redact(message)
    return error if redacted == message else ValueError(redacted)


def _require_credentials(request: Any, client: Any) -> None:
    if getattr(client, "auth", None) is not None:
        return  # an httpx client with its own auth adds it when it sends
    if not any(name in request.headers for name in CREDENTIAL_HEADERS):
        raise MissingAPIKeyError(
            "No API key: pass api_key, set EMISSARY_CLIENT_API_KEY, or add the header X-API-Key or Authorization"
            " in a before_request hook"
        )
