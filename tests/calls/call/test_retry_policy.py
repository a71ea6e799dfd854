"""The retry policy as a pure function: by default, for inference, for what creates something, and configured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk.types import UNSET
from emissary_client_sdk.utils.retries import (
    BackoffStrategy,
    Effect,
    FailedAttempt,
    FailureKind,
    History,
    RetryConfig,
    RetryPolicy,
    backoff_interval,
    never,
    policy_for,
    while_waking,
)

DEFAULT, CHARGED, CREATES = (policy_for(UNSET, effect) for effect in Effect)
BACKOFF = BackoffStrategy(1000, 8000, 2, 60_000)
CONFIGURED = policy_for(RetryConfig("backoff", BACKOFF, True), Effect.CREATES)
RESPONSES_ONLY = policy_for(RetryConfig("backoff", BACKOFF, False), Effect.REPEATABLE)
NO_RESPONSE = [kind for kind in FailureKind if kind is not FailureKind.RESPONSE]


def response(status: int, retry_after: float | None = None) -> FailedAttempt:
    """Return the failure of an unsuccessful response."""
    return FailedAttempt(FailureKind.RESPONSE, status, retry_after)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("policy", [DEFAULT, CHARGED])
def test_transient_statuses_are_retried(policy: RetryPolicy, status: int) -> None:
    """These statuses are retried after a random part of the interval, which doubles, three times."""
    assert [policy(response(status), History(), random) for random in (1.0, 0.25)] == [0.5, 0.125]
    assert [policy(response(status), History(retries), 1.0) for retries in range(1, 5)] == [1.0, 2.0, None, None]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422, 501, 505])
@pytest.mark.parametrize("policy", [DEFAULT, CHARGED, CREATES, CONFIGURED])
def test_statuses_that_are_never_retried(policy: RetryPolicy, status: int) -> None:
    """Other statuses are not retried, with or without Retry-After."""
    assert [policy(response(status, asked), History(), 1.0) for asked in (None, 1.0)] == [None, None]


@pytest.mark.parametrize("kind", NO_RESPONSE)
def test_failures_without_a_response_are_retried_if_that_can_help(kind: FailureKind) -> None:
    """They are retried if that can help; inference is charged even if it times out. A configuration decides itself."""
    is_final = kind is FailureKind.FINAL
    assert DEFAULT(FailedAttempt(kind), History(), 1.0) == (None if is_final else 0.5)
    assert CHARGED(FailedAttempt(kind), History(), 1.0) == (None if is_final or kind is FailureKind.TIMEOUT else 0.5)
    assert CONFIGURED(FailedAttempt(kind), History(2, 2), 1.0) == (None if is_final else 4.0)
    assert RESPONSES_ONLY(FailedAttempt(kind), History(), 1.0) is None


def test_number_replaces_the_three_retries() -> None:
    """A number replaces the three retries."""
    five = policy_for(5, Effect.CREATES)
    assert [five(response(429), History(retries), 1.0) for retries in (3, 4, 5)] == [4.0, 8.0, None]
    assert five(response(500), History(), 1.0) is None


@pytest.mark.parametrize("kind", [FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT])
def test_second_timeout_is_not_retried(kind: FailureKind) -> None:
    """A second timeout ends the call; another failure after a timeout does not."""
    assert [DEFAULT(FailedAttempt(kind), History(1, timeouts), 1.0) for timeouts in (0, 1)] == [1.0, None]
    assert DEFAULT(response(500), History(1, 1), 1.0) == 1.0


@pytest.mark.parametrize(("asked", "pause"), [(0.0, 0.5), (0.2, 0.2), (30.0, 30.0), (30.1, None), (2.5e11, None)])
def test_retry_after_is_honored_up_to_thirty_seconds(asked: float, pause: float | None) -> None:
    """Retry-After is honored up to thirty seconds; a longer one ends the call."""
    assert DEFAULT(response(429, asked), History(), 1.0) == pause


CREATES_NOTHING = [
    response(429),
    response(429, 1.0),
    response(503, 1.0),
    response(503, 0.0),
    FailedAttempt(FailureKind.NOT_CONNECTED),
    FailedAttempt(FailureKind.CONNECT_TIMEOUT),
]
MAY_CREATE = [
    *map(response, (408, 500, 502, 503, 504)),
    response(500, 1.0),
    FailedAttempt(FailureKind.TIMEOUT),
    FailedAttempt(FailureKind.DROPPED),
    FailedAttempt(FailureKind.FINAL),
]


@pytest.mark.parametrize("failure", [*CREATES_NOTHING, *MAY_CREATE])
def test_creation_is_retried_only_if_refused(failure: FailedAttempt) -> None:
    """A creation is retried only if the platform cannot have acted."""
    expected = DEFAULT(failure, History(), 0.5) if failure in CREATES_NOTHING else None
    assert CREATES(failure, History(), 0.5) == expected
    assert CREATES(failure, History(3), 0.5) is None


def test_configured_retries_have_no_limit_in_number() -> None:
    """A configuration retries its statuses on every method, without a limit to their number."""
    for status in (429, 500, 502, 503, 504):
        pauses = [CONFIGURED(response(status), History(retries), 1.0) for retries in (0, 1, 2, 3, 4, 10_000)]
        assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert CONFIGURED(response(408), History(), 1.0) is None


@pytest.mark.parametrize(
    ("elapsed", "asked", "pause"),
    [
        (0, None, 8),
        (55, None, 5),
        (59.5, None, 0.5),
        (60, None, None),
        (61, None, None),
        (0, 60, 60),
        (0, 60.1, None),
        (50, 10, 10),
        (50, 11, None),
        (0, 2.5e11, None),
        (0, 0.0, 8),
    ],
)
def test_pauses_keep_to_the_elapsed_time(elapsed: float, asked: float | None, pause: float | None) -> None:
    """No pause exceeds the time that is left; Retry-After is honored completely or not at all."""
    assert CONFIGURED(response(503, asked), History(9, 0, elapsed), 1.0) == pause


@pytest.mark.parametrize("failure", [response(429, 1.0), response(500), FailedAttempt(FailureKind.NOT_CONNECTED)])
@pytest.mark.parametrize("config", [None, RetryConfig("none", None, True), RetryConfig("none", BACKOFF, True)])
def test_none_never_retries(config: RetryConfig | None, failure: FailedAttempt) -> None:
    """``None`` and the strategy ``none`` never retry."""
    assert policy_for(config, Effect.REPEATABLE)(failure, History(), 1.0) is None


@pytest.mark.parametrize("status", [408, 409, 425, 429, 502, 503, 504])
def test_waking_deployment_is_retried_every_ten_seconds(status: int) -> None:
    """While a deployment wakes up its statuses are retried every ten seconds, or as Retry-After says up to a minute."""
    policy = while_waking(never, 100.0)
    assert policy(response(status), History(99, 9, 50.0), 0.0) == 10.0
    assert policy(response(status, 30.0), History(), 0.0) == 30.0
    assert policy(response(status, 3600.0), History(), 0.0) == 60.0
    assert policy(response(status), History(0, 0, 95.0), 0.0) == 5.0
    assert policy(response(status), History(0, 0, 100.0), 0.0) is None


def test_other_failures_while_waking_follow_the_policy() -> None:
    """A timeout may mean that the deployment wakes up; other failures follow the policy of the call."""
    policy = while_waking(DEFAULT, 100.0)
    assert policy(FailedAttempt(FailureKind.TIMEOUT), History(0, 5), 0.0) == 10.0
    assert policy(response(500), History(), 1.0) == 0.5
    assert policy(response(404), History(), 1.0) is None


@given(
    failure=st.builds(
        FailedAttempt,
        st.sampled_from(FailureKind),
        st.none() | st.integers(100, 599),
        st.none() | st.floats(0, allow_nan=False, allow_infinity=False),
    ),
    history=st.builds(History, st.integers(0, 10**6), st.integers(0, 3), st.floats(0, 1e9)),
    backoff=st.builds(BackoffStrategy, *[st.floats(0, 1e300)] * 4),
    random=st.floats(0, 1, exclude_max=True),
)
def test_pauses_keep_to_the_limits(
    failure: FailedAttempt, history: History, backoff: BackoffStrategy, random: float
) -> None:
    """A pause keeps to the limits, and nothing overflows."""
    pause = policy_for(RetryConfig("backoff", backoff, True), Effect.REPEATABLE)(failure, history, random)
    assert pause is None or 0 <= pause <= min(backoff.max_elapsed_time / 1000 - history.elapsed, 2_000_000)
    pause = DEFAULT(failure, history, random)
    assert pause is None or 0 <= pause <= 30


def test_backoff_interval_does_not_overflow() -> None:
    """An interval that is too large for a number is the longest one."""
    assert backoff_interval(0.5, 30.0, 10.0, 10**6) == 30.0
    assert backoff_interval(8.0, 30.0, 0.5, 3) == 1.0
