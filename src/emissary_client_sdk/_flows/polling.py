"""Polling: waiting for a training job, a deployment, an engine or a dataset, as flows over single calls."""

from __future__ import annotations

from inspect import isawaitable
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._call.call import Flow, Resolve, Wait, call
from .._call.errors import classify
from .._call.options import OPTION_DEFAULTS
from .._validation import MAX_SECONDS, require_duration, require_timeout
from ..errors import NoResponseError, ResponseValidationError, SDKError, WaitTimeoutError
from ..types.unset import Unset
from ..utils.retries import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from .._call.operation import Operation
    from ..sdkconfiguration import SDKConfiguration

T = TypeVar("T")

_GROWTH = 1.1  # factor from poll to poll, so that a job of hours is polled less and less often
_MAX_GROWTH = 6.0  # times the first interval
_JITTER = 0.1  # of the interval, so that many waits do not poll at the same time
_TICK = 1.0  # seconds
_PATIENCE = 1800.0  # seconds without a usable response; long enough for a maintenance window
_MAX_RETRY_AFTER = 1800.0  # seconds
_TRANSIENT_STATUSES = frozenset({408, 425, 429})


class PollSettings(NamedTuple):
    """What is polled, and how.

    :ivar resource: What is waited for, for messages: "training job".
    :ivar id_name: The path parameter with its ID.
    :ivar retrieve: The operation that returns its state.
    :ivar arguments: Path parameters and call options.
    """

    config: SDKConfiguration
    client: Any
    resource: str
    id_name: str
    retrieve: Operation[Any]
    arguments: Mapping[str, Any]
    poll_interval: float  # seconds
    total_timeout: float | None  # seconds


def poll_settings(
    config: SDKConfiguration,
    client: Any,
    resource: str,
    id_name: str,
    retrieve: Operation[Any],
    arguments: Mapping[str, Any],
) -> PollSettings:
    """Return the settings of a wait after checking them.

    :param arguments: The arguments of the method; the path parameters and the call options are passed on.
    :raises TypeError: An interval is not a number.
    :raises ValueError: An interval is not positive or not finite.
    :raises ImportError: ``progress`` is set, and tqdm is not installed.
    """
    if arguments.get("progress"):
        from .._display.progress import require_tqdm

        require_tqdm()
    total = arguments["total_timeout_ms"]
    return PollSettings(
        config,
        client,
        resource,
        id_name,
        retrieve,
        {name: arguments[name] for name in (*retrieve.path_parameters, *OPTION_DEFAULTS)},
        require_timeout("poll_interval_ms", arguments["poll_interval_ms"]),
        None if total is None else require_duration("total_timeout_ms", total),
    )


class Poller:
    """Polls one resource and survives transient failures.

    :param clock: Returns the time in seconds.
    :param random: Returns random numbers in [0, 1).
    :param tick: Called every second of a pause.
    """

    def __init__(
        self,
        settings: PollSettings,
        *,
        clock: Callable[[], float] = monotonic,
        random: Callable[[], float] | None = None,
        tick: Callable[[], None] | None = None,
    ) -> None:
        if random is None:
            import random as source

            random = source.random
        self._settings = settings
        self._clock = clock
        self._random = random
        self._tick = tick
        self._interval = settings.poll_interval
        self._last_response = started = clock()
        self._deadline = None if settings.total_timeout is None else started + settings.total_timeout
        self._state: Any = None

    def run(
        self, is_done: Callable[[Any], bool], on_change: Callable[[Any], Generator[Any, Any, None]]
    ) -> Generator[Any, Any, Any]:
        """Poll until ``is_done`` returns true for a state and return that state.

        :param on_change: Flow to run for each state that differs from the one before.
        :raises WaitTimeoutError: The total timeout expired.
        :raises SDKError: The response of a poll is an error that another poll would repeat, such as a 401 or 404.
        """
        settings = self._settings
        try:
            while True:
                state = yield from self.ask(settings.retrieve)
                if state != self._state:
                    self._state = state
                    yield from on_change(state)
                if is_done(state):
                    return state
                yield from self._pause(self._next_interval(), None)
        except (SDKError, NoResponseError, WaitTimeoutError) as error:
            setattr(error, settings.id_name, settings.arguments[settings.id_name])
            raise

    def ask(self, operation: Operation[T]) -> Flow[T]:
        """Make one call, repeated after transient failures until there is no response for half an hour."""
        settings = self._settings
        arguments = {**settings.arguments}
        if isinstance(arguments["retries"], Unset):
            arguments["retries"] = None  # the next poll is the retry
        while True:
            try:
                result = yield from call(
                    settings.config,
                    settings.client,
                    operation,
                    arguments,
                    clock=self._clock,
                    random=self._random,
                    deadline=self._deadline,
                )
            except (SDKError, NoResponseError) as error:
                if not _is_transient(error) or self._clock() - self._last_response > _PATIENCE:
                    raise
                asked = min(getattr(error, "retry_after", None) or 0.0, _MAX_RETRY_AFTER)
                yield from self._pause(max(self._next_interval(), asked), error)
                self._last_response += asked  # the server asked for this pause, so it is not silence
            else:
                self._last_response = self._clock()
                return result

    def _next_interval(self) -> float:
        interval = min(self._interval * (1 + _JITTER * (2 * self._random() - 1)), MAX_SECONDS)
        self._interval = min(self._interval * _GROWTH, self._settings.poll_interval * _MAX_GROWTH)
        return interval

    def _pause(self, seconds: float, trouble: Exception | None) -> Flow[None]:
        if self._deadline is not None:
            left = self._deadline - self._clock()
            if left <= 0:
                settings = self._settings
                raise WaitTimeoutError(
                    settings.resource, settings.arguments[settings.id_name], self._state
                ) from trouble
            seconds = min(seconds, left)
        while self._tick is not None and seconds > _TICK:
            yield Wait(_TICK)
            seconds -= _TICK
            self._tick()
        yield Wait(seconds)


def _is_transient(error: SDKError | NoResponseError) -> bool:
    """Return whether a later poll may succeed: the server or the network is in trouble."""
    if isinstance(error, ResponseValidationError):  # a maintenance page with status 200
        return True
    if isinstance(error, SDKError):
        return error.status_code in _TRANSIENT_STATUSES or error.status_code >= 500
    known = None if error.__cause__ is None else classify(error.__cause__)
    return known is not None and known[0] is not FailureKind.FINAL


def notify(on_update: Callable[[Any], Any] | None) -> Callable[[Any], Flow[None]]:
    """Return a flow that calls the caller's function with each new state, and awaits it if it is asynchronous."""

    def on_change(state: Any) -> Flow[None]:
        result = None if on_update is None else on_update(state)
        if isawaitable(result):
            yield Resolve(result)

    return on_change


def wait(
    settings: PollSettings,
    is_done: Callable[[Any], bool],
    on_update: Callable[[Any], Any] | None,
    *,
    progress: bool,
) -> Flow[Any]:
    """Poll until a state is final and return it, showing progress if asked."""
    from .._display.progress import report_progress

    with report_progress(progress, on_update) as (report, tick):
        return (yield from Poller(settings, tick=tick).run(is_done, notify(report)))
