"""The retry policy as a pure function: the default one, the one of ``create``, and a caller's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk.types import UNSET
from emissary_client_sdk.utils.retries import (
    BackoffStrategy,
    Failure,
    FailureKind,
    History,
    RetryConfig,
    RetryPolicy,
    interval,
    policy_for,
)

DEFAULT = policy_for(UNSET, creates=False)
CREATES = policy_for(UNSET, creates=True)
BACKOFF = BackoffStrategy(1000, 8000, 2, 60_000)
CONFIGURED = policy_for(RetryConfig("backoff", BACKOFF, True), creates=False)
ANSWERS_ONLY = policy_for(RetryConfig("backoff", BACKOFF, False), creates=False)
NO_ANSWER = [kind for kind in FailureKind if kind is not FailureKind.ANSWER]


def answer(status: int, retry_after: float | None = None) -> Failure:
    """Make the failure that an answer is."""
    return Failure(FailureKind.ANSWER, status, retry_after)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_default_statuses(status: int) -> None:
    """By default these statuses are retried after a wait drawn from the first interval."""
    assert DEFAULT(answer(status), History(), 1.0) == 0.5
    assert DEFAULT(answer(status), History(), 0.25) == 0.125


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422, 501, 505])
@pytest.mark.parametrize("policy", [DEFAULT, CREATES, CONFIGURED])
def test_statuses_that_nobody_retries(policy: RetryPolicy, status: int) -> None:
    """Other statuses are not retried, whatever Retry-After says."""
    assert policy(answer(status), History(), 1.0) is None
    assert policy(answer(status, 1.0), History(), 1.0) is None


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_default_without_an_answer(kind: FailureKind) -> None:
    """By default whatever gave no answer is retried, unless another attempt would only repeat it."""
    wait = DEFAULT(Failure(kind), History(), 1.0)
    assert wait == (None if kind is FailureKind.FINAL else 0.5)


def test_default_waits() -> None:
    """The default waits double and end after three retries, so that a dead server is reported soon."""
    waits = [DEFAULT(answer(500), History(retries), 1.0) for retries in range(5)]
    assert waits == [0.5, 1.0, 2.0, None, None]


@pytest.mark.parametrize("kind", [FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT])
def test_default_timeouts_once(kind: FailureKind) -> None:
    """By default a second timeout ends the call, and another failure after a timeout does not."""
    assert DEFAULT(Failure(kind), History(1, 0), 1.0) == 1.0
    assert DEFAULT(Failure(kind), History(1, 1), 1.0) is None
    assert DEFAULT(answer(500), History(1, 1), 1.0) == 1.0


@pytest.mark.parametrize(("asked", "wait"), [(0.0, 0.5), (0.2, 0.2), (30.0, 30.0), (30.1, None), (2.5e11, None)])
def test_default_retry_after(asked: float, wait: float | None) -> None:
    """By default a Retry-After is waited for up to thirty seconds; an answer that asks for longer ends the call."""
    assert DEFAULT(answer(429, asked), History(), 1.0) == wait


@pytest.mark.parametrize(
    "failure",
    [
        answer(429),
        answer(429, 1.0),
        answer(503, 1.0),
        answer(503, 0.0),
        Failure(FailureKind.NOT_CONNECTED),
        Failure(FailureKind.CONNECT_TIMEOUT),
    ],
)
def test_create_where_the_platform_cannot_have_acted(failure: Failure) -> None:
    """By default ``create`` is retried as everything else where the platform cannot have acted."""
    wait = CREATES(failure, History(), 0.5)
    assert wait is not None
    assert wait == DEFAULT(failure, History(), 0.5)
    assert CREATES(failure, History(3), 0.5) is None


@pytest.mark.parametrize(
    "failure",
    [
        *map(answer, (408, 500, 502, 503, 504)),
        answer(500, 1.0),
        Failure(FailureKind.TIMEOUT),
        Failure(FailureKind.DROPPED),
        Failure(FailureKind.FINAL),
    ],
)
def test_create_where_the_platform_may_have_acted(failure: Failure) -> None:
    """By default ``create`` is not retried where that might create a second job."""
    assert CREATES(failure, History(), 0.5) is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("creates", [False, True])
def test_configured_statuses(status: int, creates: bool) -> None:
    """A caller's configuration retries these statuses on every method, ``create`` among them."""
    policy = policy_for(RetryConfig("backoff", BACKOFF, False), creates=creates)
    assert policy(answer(status), History(), 1.0) == 1.0


def test_configured_does_not_retry_408() -> None:
    """A caller's configuration retries the documented statuses only."""
    assert CONFIGURED(answer(408), History(), 1.0) is None


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_configured_connection_errors(kind: FailureKind) -> None:
    """``retry_connection_errors`` decides whether a call without an answer is retried, again and again."""
    expected = None if kind is FailureKind.FINAL else 4.0
    assert CONFIGURED(Failure(kind), History(2, 2), 1.0) == expected
    assert ANSWERS_ONLY(Failure(kind), History(), 1.0) is None


def test_configured_waits() -> None:
    """The waits grow by the exponent to the largest interval, and there is no limit to their number."""
    waits = [CONFIGURED(answer(500), History(retries), 1.0) for retries in (0, 1, 2, 3, 4, 100, 10_000)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]


@pytest.mark.parametrize(
    ("elapsed", "wait"), [(0.0, 8.0), (52.0, 8.0), (55.0, 5.0), (59.5, 0.5), (60.0, None), (61.0, None)]
)
def test_configured_waits_end_with_the_time(elapsed: float, wait: float | None) -> None:
    """No wait goes past ``max_elapsed_time``, and after it there is no retry."""
    assert CONFIGURED(answer(500), History(9, 0, elapsed), 1.0) == wait


@pytest.mark.parametrize(
    ("elapsed", "asked", "wait"), [(0, 60, 60), (0, 60.1, None), (50, 10, 10), (50, 11, None), (0, 2.5e11, None)]
)
def test_configured_retry_after(elapsed: float, asked: float, wait: float | None) -> None:
    """A Retry-After is waited for in full, or not at all where it goes past ``max_elapsed_time``."""
    assert CONFIGURED(answer(503, asked), History(0, 0, elapsed), 0.0) == wait


def test_configured_retry_after_of_zero() -> None:
    """A Retry-After of zero leaves the wait to the backoff, lest a busy server be hammered."""
    assert CONFIGURED(answer(503, 0.0), History(), 1.0) == 1.0


@pytest.mark.parametrize("failure", [answer(429, 1.0), answer(500), Failure(FailureKind.NOT_CONNECTED)])
@pytest.mark.parametrize(
    "config", [None, RetryConfig("none", None, True), RetryConfig("none", BackoffStrategy(1, 1, 1, 1), True)]
)
def test_none_means_none(config: RetryConfig | None, failure: Failure) -> None:
    """``None`` and the strategy ``none`` never retry."""
    assert policy_for(config, creates=False)(failure, History(), 1.0) is None


@given(
    failure=st.builds(
        Failure,
        st.sampled_from(FailureKind),
        st.none() | st.integers(100, 599),
        st.none() | st.floats(0, allow_nan=False, allow_infinity=False),
    ),
    history=st.builds(History, st.integers(0, 10**6), st.integers(0, 3), st.floats(0, 1e9)),
    backoff=st.builds(BackoffStrategy, *[st.floats(0, 1e300)] * 4),
    random=st.floats(0, 1, exclude_max=True),
)
def test_no_wait_is_absurd(failure: Failure, history: History, backoff: BackoffStrategy, random: float) -> None:
    """Whatever happens, a wait is a number of seconds that keeps to its limits, and nothing overflows."""
    wait = policy_for(RetryConfig("backoff", backoff, True), creates=False)(failure, history, random)
    assert wait is None or 0 <= wait <= backoff.max_elapsed_time / 1000 - history.elapsed
    wait = DEFAULT(failure, history, random)
    assert wait is None or 0 <= wait <= 30


def test_intervals_do_not_overflow() -> None:
    """An interval too large for a number is the largest interval; an exponent below one makes it smaller."""
    assert interval(0.5, 30.0, 10.0, 10**6) == 30.0
    assert interval(8.0, 30.0, 0.5, 3) == 1.0
