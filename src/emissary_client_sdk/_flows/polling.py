"""Polling: wait for a training job, a deployment, an engine or a dataset, with one call after the other."""

from __future__ import annotations

from inspect import isawaitable
from random import random as random_number
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._call.call import call
from .._call.commands import Flow, Resolve, Wait
from .._call.errors import classify
from .._call.options import WaitOptions, default_of, option_types
from .._display.progress import report_progress, require_tqdm
from .._validation import MAX_SECONDS, require_duration, require_timeout
from ..errors import NoResponseError, ResponseValidationError, SDKError, WaitTimeoutError
from ..types.unset import UNSET
from ..utils.retries import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._call.call import Resource
    from .._call.operation import Operation
    from ..errors import EmissaryClientError

T = TypeVar("T")

_GROWTH = 1.1  # factor from poll to poll, so that a job of hours is polled less and less often
_MAX_GROWTH = 6.0  # times the first interval
_JITTER = 0.1  # of the interval, so that many waits do not poll at the same time
_TICK = 1.0  # seconds
_PATIENCE = 1800.0  # seconds without a usable response; long enough for a maintenance window
_MAX_RETRY_AFTER = 1800.0  # seconds
_TRANSIENT_STATUSES = frozenset({408, 425, 429})


class Awaited(NamedTuple):
    """A kind of resource that one can wait for.

    :ivar name: Its name in messages: "training job".
    :ivar id_name: The path parameter with its ID.
    :ivar is_done: Returns whether a state ends the wait.
    :ivar error_of: Returns the error of a final state that is not a success, or None.
    """

    name: str
    id_name: str
    is_done: Callable[[Any], bool]
    error_of: Callable[[Any], EmissaryClientError | None] = lambda _: None


class PollSettings(NamedTuple):
    """The checked options of a wait.

    :ivar interval: First interval between two polls, in seconds.
    :ivar total_timeout: Maximum time to wait in seconds, or None.
    """

    interval: float
    total_timeout: float | None
    progress: bool
    raise_on_failure: bool


def poll_settings(options: Mapping[str, Any]) -> PollSettings:
    """Check the options of a wait. Flows that create something do this first, so that nothing is created in error.

    :raises TypeError: An interval is not a number.
    :raises ValueError: An interval is not positive or not finite.
    :raises ImportError: ``progress`` is set, and tqdm is not installed.
    """
    given = {name: options.get(name, default_of(name)) for name in option_types(WaitOptions)}
    if given["progress"]:
        require_tqdm()
    total = given["total_timeout_ms"]
    return PollSettings(
        require_timeout("poll_interval_ms", given["poll_interval_ms"]),
        None if total is None else require_duration("total_timeout_ms", total),
        given["progress"],
        given["raise_on_failure"],
    )


def wait(
    resource: Resource,
    awaited: Awaited,
    retrieve: Operation[T],
    options: Mapping[str, Any],
    on_update: Callable[[T], Any] | None,
    **ids: str,
) -> Flow[T]:
    """Poll until a state is final and return it, showing progress if asked.

    :param retrieve: Operation that returns the state.
    :param on_update: Called with each new state; may return an awaitable.
    :param ids: Path parameters of the operation.
    """
    settings = poll_settings(options)
    with report_progress(settings.progress, on_update) as (report, tick):
        final: T = yield from Poller(resource, awaited, retrieve, options, ids, tick=tick).follow(report)
    error = awaited.error_of(final)
    if error is not None and settings.raise_on_failure:
        raise error
    return final


class Poller:
    """Polls one resource and survives transient failures.

    :param options: Options of the wait and of its calls.
    :param ids: Path parameters of the operation.
    :param clock: Returns the time in seconds.
    :param random: Returns random numbers in [0, 1).
    :param tick: Called every second of a pause.
    :ivar state: The last known state, or None.
    :ivar is_done: Whether the state is final.
    """

    def __init__(
        self,
        resource: Resource,
        awaited: Awaited,
        retrieve: Operation[Any],
        options: Mapping[str, Any],
        ids: Mapping[str, Any],
        *,
        clock: Callable[[], float] = monotonic,
        random: Callable[[], float] = random_number,
        tick: Callable[[], None] | None = None,
    ) -> None:
        settings = poll_settings(options)
        self._resource = resource
        self._awaited = awaited
        self._retrieve = retrieve
        # The next poll is the retry of a failed one, unless the caller says otherwise.
        self._options = {**options, "retries": None} if options.get("retries", UNSET) is UNSET else options
        self._ids = ids
        self._clock = clock
        self._paused = 0.0
        self._random = random
        self._tick = tick
        self._first_interval = self._interval = settings.interval
        self._last_response = self._started = clock()
        self._deadline = None if settings.total_timeout is None else self._started + settings.total_timeout
        self.state: Any = None
        self.is_done = False

    def follow(self, on_update: Callable[[Any], Any] | None) -> Flow[Any]:
        """Poll until a state is final and return it.

        :param on_update: Called with each new state; may return an awaitable.
        """
        while not self.is_done:
            state = yield from self.next_state()
            result = None if on_update is None else on_update(state)
            if isawaitable(result):
                yield Resolve(result)
        return self.state

    def next_state(self) -> Flow[Any]:
        """Poll until the state differs from the last known one or is final, and return it.

        :raises WaitTimeoutError: The total timeout expired.
        :raises SDKError: The response of a poll is an error that another poll would repeat, such as a 401 or 404.
        """
        known = self.state
        while True:
            if known is not None:
                yield from self._pause(self._next_interval(), None)
            self.state = yield from self.ask(self._retrieve)
            self.is_done = self._awaited.is_done(self.state)
            if self.is_done or self.state != known:
                return self.state

    def ask(self, operation: Operation[T]) -> Flow[T]:
        """Make one call, repeated after transient failures until there is no response for half an hour."""
        while True:
            try:
                result = yield from call(
                    self._resource,
                    operation,
                    self._options,
                    clock=self._now,
                    random=self._random,
                    deadline=self._deadline,
                    **self._ids,
                )
            except (SDKError, NoResponseError) as error:
                if not _is_transient(error) or self._now() - self._last_response > _PATIENCE:
                    self._name_resource(error)
                    raise
                asked = min(getattr(error, "retry_after", None) or 0.0, _MAX_RETRY_AFTER)
                yield from self._pause(max(self._next_interval(), asked), error)
                self._last_response += asked  # the server asked for this pause, so it is not silence
            else:
                self._last_response = self._now()
                return result

    def _now(self) -> float:
        """Return the time; if a test has frozen the clock, the pauses count."""
        return max(self._clock(), self._started + self._paused)

    def _next_interval(self) -> float:
        interval = min(self._interval * (1 + _JITTER * (2 * self._random() - 1)), MAX_SECONDS)
        self._interval = min(self._interval * _GROWTH, self._first_interval * _MAX_GROWTH)
        return interval

    def _pause(self, seconds: float, trouble: Exception | None) -> Flow[None]:
        if self._deadline is not None:
            left = self._deadline - self._now()
            if left <= 0:
                error = WaitTimeoutError(self._awaited.name, self._ids[self._awaited.id_name], self.state)
                self._name_resource(error)
                raise error from trouble
            seconds = min(seconds, left)
        self._paused += seconds
        while self._tick is not None and seconds > _TICK:
            yield Wait(_TICK)
            seconds -= _TICK
            self._tick()
        yield Wait(seconds)

    def _name_resource(self, error: EmissaryClientError) -> None:
        setattr(error, self._awaited.id_name, self._ids[self._awaited.id_name])


def _is_transient(error: SDKError | NoResponseError) -> bool:
    """Return whether a later poll may succeed: the server or the network is in trouble."""
    if isinstance(error, ResponseValidationError):  # a maintenance page with status 200
        return True
    if isinstance(error, SDKError):
        return error.status_code in _TRANSIENT_STATUSES or error.status_code >= 500
    known = None if error.__cause__ is None else classify(error.__cause__)
    return known is not None and known[0] is not FailureKind.FINAL
