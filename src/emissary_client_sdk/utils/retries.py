"""Retries: what a caller configures, and the policy.

The policy is pure: it is told what failed and what went before, and says how long to wait or that it is
enough. Clock and randomness come in as arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from ..types.unset import Unset
from .checks import require_instance, require_not_negative

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["BackoffStrategy", "RetryConfig"]

_STRATEGIES = ("backoff", "none")


@dataclass
class BackoffStrategy:
    """How the waits between attempts grow. A wait is drawn at random between zero and its interval.

    :param initial_interval: the first interval, in milliseconds.
    :param max_interval: the largest interval, in milliseconds.
    :param exponent: by what the interval is multiplied from attempt to attempt.
    :param max_elapsed_time: for how long a call may go on retrying, in milliseconds from its start. No wait
        goes past it.
    :raises TypeError: an argument is no number.
    :raises ValueError: an argument is negative or not finite.
    """

    initial_interval: float
    max_interval: float
    exponent: float
    max_elapsed_time: float

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            require_not_negative(name, value)


@dataclass
class RetryConfig:
    """When a call is retried. It serves a client (``retry_config``) or one call (``retries``).

    A caller's own configuration retries 429, 500, 502, 503 and 504 on every method.

    :param strategy: ``"backoff"``, or ``"none"`` for no retries.
    :param backoff: how the waits grow; may be None where the strategy is ``"none"``.
    :param retry_connection_errors: whether failed and dropped connections and timeouts are retried too. On
        ``create`` that is safe only as far as the platform honours the request's ``Idempotency-Key``.
    :raises TypeError: ``backoff`` is no BackoffStrategy, or ``retry_connection_errors`` is no bool.
    :raises ValueError: there is no such strategy.
    """

    strategy: str
    backoff: BackoffStrategy | None
    retry_connection_errors: bool

    def __post_init__(self) -> None:
        if self.strategy not in _STRATEGIES:
            raise ValueError(f'strategy must be "backoff" or "none", not {self.strategy!r}')
        if self.backoff is not None or self.strategy != "none":
            require_instance("backoff", self.backoff, BackoffStrategy, "a BackoffStrategy")
        require_instance("retry_connection_errors", self.retry_connection_errors, bool, "a bool")


class FailureKind(Enum):
    """How an attempt failed."""

    ANSWER = "an answer that is an error"
    NOT_CONNECTED = "no connection was made"
    CONNECT_TIMEOUT = "no connection was made in time"
    TIMEOUT = "the time was up after the request was sent, or while it was"
    DROPPED = "the connection broke after the request was sent, or while it was"
    FINAL = "a failure that another attempt would only repeat"

    @property
    def is_timeout(self) -> bool:
        """Whether the time was up."""
        return self in (FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT)

    @property
    def sent_nothing(self) -> bool:
        """Whether the request cannot have reached the server."""
        return self in (FailureKind.NOT_CONNECTED, FailureKind.CONNECT_TIMEOUT)


class Failure(NamedTuple):
    """A failed attempt, as far as the policy looks at it."""

    kind: FailureKind
    status_code: int | None = None
    retry_after: float | None = None  # seconds


class History(NamedTuple):
    """What went before in the same call."""

    retries: int = 0  # done before this failure
    timeouts: int = 0  # among the failures before this one
    elapsed: float = 0.0  # seconds since the call began


# Given the failure, what went before and a random number in [0, 1): the seconds to wait, or None to give up.
RetryPolicy = Callable[[Failure, History, float], "float | None"]

_DEFAULT_RETRIES = 3
_DEFAULT_INTERVAL = 0.5  # seconds, doubling: 0.5 + 1 + 2 keeps the report of a dead server under five seconds
_DEFAULT_LONGEST_RETRY_AFTER = 30.0  # seconds
_DEFAULT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
_CONFIGURED_STATUSES = frozenset({429, 500, 502, 503, 504})


def interval(initial: float, longest: float, exponent: float, retries: int) -> float:
    """Give the interval after so many retries; it grows to the longest one and never overflows."""
    try:
        return min(longest, initial * exponent**retries)
    except OverflowError:
        return longest


def never(_failure: Failure, _history: History, _random: float) -> float | None:
    """Give up, as ``retries=None`` asks."""
    return None


def _default(failure: Failure, history: History, random: float) -> float | None:
    if history.retries >= _DEFAULT_RETRIES or failure.kind is FailureKind.FINAL:
        return None
    if failure.kind is FailureKind.ANSWER and failure.status_code not in _DEFAULT_STATUSES:
        return None
    if failure.kind.is_timeout and history.timeouts:
        return None
    if failure.retry_after:
        return failure.retry_after if failure.retry_after <= _DEFAULT_LONGEST_RETRY_AFTER else None
    return random * interval(_DEFAULT_INTERVAL, _DEFAULT_LONGEST_RETRY_AFTER, 2, history.retries)


def _default_for_create(failure: Failure, history: History, random: float) -> float | None:
    cannot_have_acted = (
        failure.kind.sent_nothing
        or failure.status_code == 429
        or (failure.status_code == 503 and failure.retry_after is not None)
    )
    return _default(failure, history, random) if cannot_have_acted else None


def _configured(config: RetryConfig) -> RetryPolicy:
    backoff = config.backoff
    if config.strategy == "none" or backoff is None:
        return never

    def policy(failure: Failure, history: History, random: float) -> float | None:
        if failure.kind is FailureKind.ANSWER:
            retried = failure.status_code in _CONFIGURED_STATUSES
        else:
            retried = config.retry_connection_errors and failure.kind is not FailureKind.FINAL
        left = backoff.max_elapsed_time / 1000 - history.elapsed
        if not retried or left <= 0:
            return None
        if failure.retry_after:
            return failure.retry_after if failure.retry_after <= left else None
        longest = backoff.max_interval / 1000
        wait = random * interval(backoff.initial_interval / 1000, longest, backoff.exponent, history.retries)
        return min(wait, left)

    return policy


def policy_for(config: RetryConfig | Unset | None, *, creates: bool) -> RetryPolicy:
    """Choose the policy of a call.

    :param config: the caller's configuration; None for no retries, UNSET where nobody gave one.
    :param creates: whether the operation creates something that costs money.
    """
    if isinstance(config, Unset):
        return _default_for_create if creates else _default
    return never if config is None else _configured(config)


def retry_after(headers: Mapping[str, str], now: "Callable[[], datetime]") -> float | None:
    """For how many seconds an answer asks to wait; None where it does not say or says nothing sensible.

    :param headers: the answer's headers; their names are looked up in lower case.
    :param now: gives the present moment as an aware datetime, to measure an HTTP date against.
    """
    milliseconds = headers.get("retry-after-ms")
    if milliseconds is not None and (seconds := _number(milliseconds)) is not None:
        return seconds / 1000
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = _number(value)
    return seconds if seconds is not None else _seconds_until(value, now)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


_LONGEST_DATE = 40  # characters; an HTTP date has 29, and a parser need not be shown a novel


def _seconds_until(text: str, now: "Callable[[], datetime]") -> float | None:
    if len(text) > _LONGEST_DATE or ":" not in text:  # the parser would find a date in "may" or "12" too
        return None
    from datetime import timezone

    from dateutil.parser import parse

    try:
        moment = parse(text, ignoretz=True)  # an HTTP date is always in GMT
    except (ValueError, OverflowError):
        return None  # no date either: the header says nothing, and the policy's own wait holds
    return max(0.0, (moment.replace(tzinfo=timezone.utc) - now()).total_seconds())
