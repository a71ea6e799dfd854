"""The number of requests that a client sends to a model at a time, adapted to what the platform accepts.

It starts low and grows with each answer. A refusal (429 or 503) or a timeout halves it; then it grows quickly to what
was accepted before, stays there for a while, and tries more in steps that become faster as long as nothing is refused.
Refused requests are sent again. All threads and event loops share the state, one for each model of a client.
"""

from __future__ import annotations

import os
from math import inf
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from .commands import Flow, Received, Wait
from .errors import classify, retry_after_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..sdkconfiguration import SDKConfiguration

Outcome: TypeAlias = tuple[Received | None, Exception | None]

_START: Final = 4  # requests at a time
_HOLD: Final = 8  # times as many answers as requests at a time, before more are tried
_MAX_RETRY_AFTER: Final = 600.0  # seconds
_PATIENCE: Final = {429: 120.0, 503: 20.0}
"""Seconds of pauses without an answer, by the status of a refusal, after which it is an error."""
_PAUSE: Final = 0.1  # seconds between refusals without an answer, unless the platform asks for more
_LONG: Final = 15.0  # seconds of such pauses, after which they become longer
_LONG_PAUSE: Final = 1.0
_POLL: Final = 0.01  # seconds
_LONG_POLL: Final = 1.0  # seconds of a pause, after which a batch may have been stopped
_MOST_REFUSALS: Final = 100  # of one request, while others are answered
_MAX_SINGLE_PAUSE: Final = 30.0  # seconds that a call outside of batches waits for a pause of the model


def limiter_of(config: SDKConfiguration, model: object) -> Limiter:
    """Return the limiter of a model. A forked process has its own."""
    limiters = cast("dict[Any, Limiter]", config.limiters)
    return limiters.get((os.getpid(), model)) or limiters.setdefault((os.getpid(), model), Limiter())


class Limiter:
    """The limit of one model.

    :param clock: Returns the time in seconds.
    :ivar limit: Maximum number of requests at a time.
    :ivar answered: Number of requests that were not refused.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self.limit = _START
        self._ceiling = inf  # number of requests at a time that was accepted when another one was refused
        self._hold = 1  # number of answers until the limit grows above the ceiling
        self._answers = 0  # towards that number
        self._in_flight = 0
        self.answered = 0
        self._most = 0  # in flight since the limit was reduced
        self._reductions = 0
        self._reductions_unanswered = 0  # those since the last answer
        self._paused_seconds = 0.0  # since the last answer
        self._is_patient = True
        self._resume_at = -inf

    def pause(self) -> float:
        """Return for how long the platform accepts no requests, in seconds."""
        return max(0.0, self._resume_at - self._clock())

    def pause_for(self, seconds: float) -> None:
        """Send nothing for some time, because a response asks for it."""
        with self._lock:
            self._resume_at = max(self._resume_at, self._clock() + min(seconds, _MAX_RETRY_AFTER))

    def attempt(self, attempt: Flow[Outcome]) -> Flow[tuple[Received | None, Exception | None, bool]]:
        """Make an attempt when there is room for it. Return its outcome, and whether to repeat it."""
        while (wait := self._enter()) > 0:
            yield Wait(wait)
        reductions, is_repeated = self._reductions, False
        received: Received | None = None
        failure: Exception | None = None
        try:
            received, failure = yield from attempt
        finally:  # also after a cancellation
            with self._lock:
                self._in_flight -= 1
                is_repeated = self._learn(received, failure, reductions)
        return received, failure, is_repeated

    def _enter(self) -> float:
        """Count a request, and return 0, or the seconds after which to ask again."""
        with self._lock:
            if (pause := self.pause()) > 0:
                return min(pause, _LONG_POLL)
            if self._in_flight >= self.limit:
                return _POLL
            self._in_flight += 1
            self._most = max(self._most, self._in_flight)
            return 0.0

    def _learn(self, received: Received | None, failure: Exception | None, reductions: int) -> bool:
        """Adapt the limit to an outcome, and return whether to repeat the request."""
        if failure is not None or received is None:
            known = None if failure is None else classify(failure)
            if known is not None and known[0].is_timeout:
                self._reduce(reductions)
            return False
        status: int = received.response.status_code
        if status not in _PATIENCE:
            self.answered += 1
            self._reductions_unanswered, self._paused_seconds = 0, 0.0
            if received.is_success:
                self._grow()
            return False
        is_news = reductions == self._reductions
        self._reduce(reductions)
        return self._is_worth_repeating(status, retry_after_of(received.response), is_news=is_news)

    def _grow(self) -> None:
        if self.limit >= 2 * self._most:  # it is not used
            return
        if self.limit < self._ceiling:
            self.limit += 1
            return
        self._answers += 1
        if self._answers >= self._hold:
            self.limit += 1
            self._answers = 0
            self._hold = max(1, self._hold // 2)

    def _reduce(self, reductions: int) -> None:
        """Halve the limit, once for all requests that were sent before it was halved.

        :param reductions: Number of reductions when the request was sent.
        """
        if reductions < self._reductions:
            self._ceiling = max(1, min(self._ceiling, self._in_flight))
        else:
            self._reductions += 1
            self._ceiling = max(1, self._in_flight)
            self.limit = max(1, self.limit // 2)
            self._most = 1
        self._hold = int(_HOLD * self._ceiling)
        self._answers = 0

    def _is_worth_repeating(self, status: int, retry_after: float | None, *, is_news: bool) -> bool:
        """Pause if the response asks for it, or if nothing was answered since the last refusal."""
        pause = retry_after or 0.0
        if is_news:
            self._is_patient = self._paused_seconds < _PATIENCE[status]
            if self._reductions_unanswered:
                pause = max(pause, _PAUSE if self._paused_seconds < _LONG else _LONG_PAUSE)
            self._reductions_unanswered += 1
            self._paused_seconds += pause
        self._resume_at = max(self._resume_at, self._clock() + min(pause, _MAX_RETRY_AFTER))
        return pause <= _MAX_RETRY_AFTER and self._is_patient


class Pacing:
    """The part of one call in the limit of its model: its place in a batch, or a pause that it has to respect.

    :param limiter: The limiter of the batch, if the call is part of one.
    :param model: The model, if its requests are limited.
    :ivar is_refused: Whether the last attempt is to be repeated, as if it had not been made.
    """

    is_refused = False

    def __init__(self, config: SDKConfiguration, limiter: Limiter | None, model: object) -> None:
        self._config = config
        self._limiter = limiter
        self._model = model
        self._answered = -1  # others, at the last refusal
        self._refusals = 0

    def first_pause(self) -> float:
        """Return for how long a call outside of batches waits before its first attempt, in seconds."""
        if self._model is None or self._limiter is not None or not self._config.limiters:
            return 0.0
        return min(limiter_of(self._config, self._model).pause(), _MAX_SINGLE_PAUSE)

    def attempt(self, attempt: Flow[Outcome]) -> Flow[Outcome]:
        """Make an attempt, in a batch when there is room for it."""
        if self._limiter is not None:
            received, failure, self.is_refused = yield from self._limiter.attempt(attempt)
            if self.is_refused and self._answered != self._limiter.answered:
                self._answered = self._limiter.answered
                self._refusals += 1
                self.is_refused = self._refusals < _MOST_REFUSALS
            return received, failure
        received, failure = yield from attempt
        if self._model is not None and received is not None and received.response.status_code in _PATIENCE:
            limiter_of(self._config, self._model).pause_for(retry_after_of(received.response) or 0.0)
        return received, failure
