"""Retry configuration and the retry policy.

The policy is a pure function of the failed attempt and the attempts before it. Clock and randomness are passed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._validation import MAX_SECONDS, require_instance, require_not_negative
from ..types.unset import Unset

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["BackoffStrategy", "RetryConfig"]


@dataclass
class BackoffStrategy:
    """Growth of the pauses between attempts. Each pause is a random time between zero and the current interval.

    :param initial_interval: First interval, in milliseconds.
    :param max_interval: Largest interval, in milliseconds.
    :param exponent: Factor by which the interval grows with each attempt.
    :param max_elapsed_time: Time after which a call is no longer retried, in milliseconds from its start. No pause
        exceeds it.
    :raises TypeError: An argument is not a number.
    :raises ValueError: An argument is negative or not finite.
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
    """Rules for retries of a client (``retry_config``) or a single call (``retries``).

    A custom configuration retries 429, 500, 502, 503 and 504 on every method.

    :param strategy: ``"backoff"``, or ``"none"`` to disable retries.
    :param backoff: How the pauses grow; may be None if the strategy is ``"none"``.
    :param retry_connection_errors: Whether connection failures and timeouts are retried too. For methods that create
        something this is safe only as far as the platform honors the ``Idempotency-Key`` of the request.
    :raises TypeError: ``backoff`` is not a BackoffStrategy, or ``retry_connection_errors`` is not a bool.
    :raises ValueError: The strategy is unknown.
    """

    strategy: str
    backoff: BackoffStrategy | None
    retry_connection_errors: bool

    def __post_init__(self) -> None:
        if self.strategy not in ("backoff", "none"):
            raise ValueError(f'strategy must be "backoff" or "none", not {self.strategy!r}')
        if self.backoff is not None or self.strategy != "none":
            require_instance("backoff", self.backoff, BackoffStrategy, "a BackoffStrategy")
        require_instance("retry_connection_errors", self.retry_connection_errors, bool, "a bool")


class FailureKind(Enum):
    """Kind of the failure of an attempt."""

    RESPONSE = "unsuccessful response"
    NOT_CONNECTED = "connection failed"
    CONNECT_TIMEOUT = "connection timed out"
    TIMEOUT = "timed out after the request was sent"
    DROPPED = "connection lost after the request was sent"
    FINAL = "not worth retrying"

    @property
    def is_timeout(self) -> bool:
        """Whether the attempt timed out."""
        return self in (FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT)

    @property
    def sent_nothing(self) -> bool:
        """Whether the request cannot have reached the server."""
        return self in (FailureKind.NOT_CONNECTED, FailureKind.CONNECT_TIMEOUT)


class FailedAttempt(NamedTuple):
    """A failed attempt as the policy sees it."""

    kind: FailureKind
    status_code: int | None = None
    retry_after: float | None = None  # seconds


class History(NamedTuple):
    """The attempts before a failure, in the same call."""

    retries: int = 0
    timeouts: int = 0
    elapsed: float = 0.0  # seconds since the call started


class Effect(Enum):
    """Effect of a request on the platform, which decides whether it may be repeated by default."""

    REPEATABLE = "repeating it changes nothing"
    CHARGED = "each processed request costs money, but leaves nothing behind"
    CREATES = "each processed request creates something"


# Returns the pause in seconds, or None to give up, for a failure, its history and a random number in [0, 1).
RetryPolicy = Callable[[FailedAttempt, History, float], "float | None"]

DEFAULT_RETRIES = 3
_DEFAULT_INTERVAL = 0.5  # seconds, doubling: 0.5 + 1 + 2, so a dead server is reported within five seconds
_DEFAULT_MAX_RETRY_AFTER = 30.0  # seconds
_DEFAULT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
_CONFIGURED_STATUSES = frozenset({429, 500, 502, 503, 504})


def backoff_interval(initial: float, longest: float, exponent: float, retries: int) -> float:
    """Return the interval after a number of retries, at most the longest one."""
    try:
        return min(longest, initial * exponent**retries)
    except OverflowError:
        return longest


def require_retries(name: str, retries: Any) -> "RetryConfig | int | Unset | None":
    """Return a ``retries`` or ``retry_config`` argument after checking it."""
    if retries is None or isinstance(retries, (Unset, RetryConfig)):
        return retries
    require_instance(name, retries, int, "a RetryConfig, an int or None")
    if retries < 0:
        raise ValueError(f"{name} must be zero or greater, not {retries}")
    return cast("int", retries)


def policy_for(retries: "RetryConfig | int | Unset | None", effect: Effect) -> RetryPolicy:
    """Return the policy of a call.

    :param retries: A configuration; None for no retries, an int for the default rules with that many retries, UNSET
        for the default rules.
    """
    if retries is None:
        return never
    if isinstance(retries, RetryConfig):
        return _configured(retries)
    return _default(DEFAULT_RETRIES if isinstance(retries, Unset) else retries, effect)


def never(_failure: FailedAttempt, _history: History, _random: float) -> float | None:
    """Return None: do not retry."""
    return None


def _default(max_retries: int, effect: Effect) -> RetryPolicy:
    def policy(failure: FailedAttempt, history: History, random: float) -> float | None:
        if history.retries >= max_retries or not _is_repeated_by_default(failure, history, effect):
            return None
        if failure.retry_after:
            return failure.retry_after if failure.retry_after <= _DEFAULT_MAX_RETRY_AFTER else None
        return random * backoff_interval(_DEFAULT_INTERVAL, _DEFAULT_MAX_RETRY_AFTER, 2, history.retries)

    return policy


_WAKING_STATUSES = frozenset({408, 409, 425, 429, 502, 503, 504})
_WAKING_INTERVAL = 10.0  # seconds
_WAKING_MAX_RETRY_AFTER = 60.0  # seconds


def while_waking(policy: RetryPolicy, seconds: float) -> RetryPolicy:
    """Return a policy that keeps retrying while the platform wakes a deployment.

    :param policy: Policy for failures that a waking deployment does not explain.
    :param seconds: Time after which the call is no longer retried, from its start.
    """

    def waiting(failure: FailedAttempt, history: History, random: float) -> float | None:
        if failure.status_code not in _WAKING_STATUSES and not failure.kind.is_timeout:
            return policy(failure, history, random)
        pause = max(_WAKING_INTERVAL, min(failure.retry_after or 0.0, _WAKING_MAX_RETRY_AFTER))
        left = seconds - history.elapsed
        return min(pause, left) if left > 0 else None

    return waiting


def _is_repeated_by_default(failure: FailedAttempt, history: History, effect: Effect) -> bool:
    if failure.kind.is_timeout and history.timeouts:
        return False
    if effect is Effect.CREATES:
        refused = failure.status_code == 429 or (failure.status_code == 503 and failure.retry_after is not None)
        return failure.kind.sent_nothing or refused
    if effect is Effect.CHARGED and failure.kind is FailureKind.TIMEOUT:
        return False
    if failure.kind is FailureKind.RESPONSE:
        return failure.status_code in _DEFAULT_STATUSES
    return failure.kind is not FailureKind.FINAL


def _configured(config: RetryConfig) -> RetryPolicy:
    backoff = config.backoff
    if config.strategy == "none" or backoff is None:
        return never

    def policy(failure: FailedAttempt, history: History, random: float) -> float | None:
        if failure.kind is FailureKind.RESPONSE:
            is_retried = failure.status_code in _CONFIGURED_STATUSES
        else:
            is_retried = config.retry_connection_errors and failure.kind is not FailureKind.FINAL
        left = min(backoff.max_elapsed_time / 1000 - history.elapsed, MAX_SECONDS)
        if not is_retried or left <= 0:
            return None
        if failure.retry_after:
            return failure.retry_after if failure.retry_after <= left else None
        longest = backoff.max_interval / 1000
        pause = random * backoff_interval(backoff.initial_interval / 1000, longest, backoff.exponent, history.retries)
        return min(pause, left)

    return policy


def retry_after(headers: Mapping[str, str], now: "Callable[[], datetime]") -> float | None:
    """Return the pause that a response asks for, in seconds; None if it names none or an invalid one.

    Of several headers, the longest pause counts.

    :param headers: Response headers; the names are looked up in lower case.
    :param now: Returns the current time as an aware datetime, to compare an HTTP date with.
    """
    milliseconds = headers.get("retry-after-ms")
    if milliseconds is not None and (seconds := _number(milliseconds)) is not None:
        return seconds / 1000
    get_list = getattr(headers, "get_list", None)
    values: list[str] = [headers.get("retry-after", "")] if get_list is None else get_list("retry-after")
    pauses = [pause for value in values for pause in _pauses(value, now)]
    return max(pauses, default=None)


def _pauses(value: str, now: "Callable[[], datetime]") -> list[float]:
    numbers = [_number(part) for part in value.split(", ")]  # a proxy may join several headers
    seconds = numbers if None not in numbers else [_seconds_until(value, now)]
    return [pause for pause in seconds if pause is not None]


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


_MAX_DATE_LENGTH = 40  # characters; an HTTP date has 29


def _seconds_until(text: str, now: "Callable[[], datetime]") -> float | None:
    if len(text) > _MAX_DATE_LENGTH or ":" not in text:  # the parser would find a date in "may" or "12" too
        return None
    from datetime import timezone

    from dateutil.parser import parse

    try:
        moment = parse(text, ignoretz=True)  # an HTTP date is always in GMT
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=timezone.utc) - now()).total_seconds())
