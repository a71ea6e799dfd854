"""``RetryConfig`` and ``BackoffStrategy``: construction, checks, equality, repr and pickling."""

import copy
import pickle
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

POSITIONAL = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), False)
NUMBERS = ("initial_interval", "max_interval", "exponent", "max_elapsed_time")


def test_keywords() -> None:
    """Keywords and positions construct the same, and the fields are as given."""
    backoff = BackoffStrategy(initial_interval=1, max_interval=50, exponent=1.1, max_elapsed_time=100)
    assert RetryConfig(strategy="backoff", backoff=backoff, retry_connection_errors=False) == POSITIONAL
    assert [getattr(backoff, name) for name in NUMBERS] == [1, 50, 1.1, 100]
    assert (POSITIONAL.strategy, POSITIONAL.backoff, POSITIONAL.retry_connection_errors) == ("backoff", backoff, False)


def test_equality() -> None:
    """Configurations that differ in anything are not equal."""
    assert RetryConfig("backoff", BackoffStrategy(2, 50, 1.1, 100), False) != POSITIONAL
    assert RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), True) != POSITIONAL
    assert RetryConfig("none", BackoffStrategy(1, 50, 1.1, 100), False) != POSITIONAL


def test_repr() -> None:
    """A repr is the expression that makes the object."""
    assert repr(POSITIONAL) == (
        "RetryConfig(strategy='backoff', backoff=BackoffStrategy(initial_interval=1, max_interval=50, exponent=1.1,"
        " max_elapsed_time=100), retry_connection_errors=False)"
    )


def test_copies() -> None:
    """Pickles and copies are equal."""
    assert pickle.loads(pickle.dumps(POSITIONAL)) == POSITIONAL  # noqa: S301  # it was made here
    assert copy.deepcopy(POSITIONAL) == POSITIONAL


@pytest.mark.parametrize("strategy", ["", "Backoff", "exponential", None, 1, []])
def test_strategy_names(strategy: Any) -> None:
    """There are two strategies, and another name is refused."""
    with pytest.raises(ValueError, match='strategy must be "backoff" or "none"'):
        RetryConfig(strategy, BackoffStrategy(1, 1, 1, 1), False)


def test_no_backoff_is_needed_for_none() -> None:
    """The strategy ``none`` needs no backoff, and ``backoff`` does."""
    assert RetryConfig("none", None, False).backoff is None
    with pytest.raises(TypeError, match="backoff must be a BackoffStrategy, not NoneType"):
        RetryConfig("backoff", None, False)


@pytest.mark.parametrize("strategy", ["backoff", "none"])
def test_a_backoff_of_the_wrong_type(strategy: str) -> None:
    """Something else in place of a BackoffStrategy is refused."""
    wrong: Any = {"initial_interval": 1}
    with pytest.raises(TypeError, match="backoff must be a BackoffStrategy, not dict"):
        RetryConfig(strategy, wrong, False)


def test_retry_connection_errors_of_the_wrong_type() -> None:
    """``retry_connection_errors`` is a bool and nothing else."""
    wrong: Any = "yes"
    with pytest.raises(TypeError, match="retry_connection_errors must be a bool, not str"):
        RetryConfig("none", None, wrong)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [-1, -0.001, float("nan"), float("inf")])
def test_intervals_that_cannot_be(name: str, value: float) -> None:
    """A negative number, or one that is none, is refused by name."""
    numbers = {**dict.fromkeys(NUMBERS, 1.0), name: value}
    with pytest.raises(ValueError, match=f"{name} must be a finite number that is not negative"):
        BackoffStrategy(**numbers)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["1", None, True, 1j])
def test_intervals_of_the_wrong_type(name: str, value: Any) -> None:
    """Something else than a number is refused by name."""
    numbers: dict[str, Any] = {**dict.fromkeys(NUMBERS, 1.0), name: value}
    with pytest.raises(TypeError, match=f"{name} must be a number, not {type(value).__name__}"):
        BackoffStrategy(**numbers)


def test_a_number_too_large_for_a_float() -> None:
    """An integer beyond what a float can hold is refused like infinity."""
    with pytest.raises(ValueError, match="max_interval must be a finite number"):
        BackoffStrategy(1, 10**400, 1, 1)


@pytest.mark.parametrize("wrong", ["backoff", 3, True, BackoffStrategy(1, 1, 1, 1), {"strategy": "none"}])
def test_a_retry_config_of_the_wrong_type(wrong: Any) -> None:
    """Something else in place of a RetryConfig is refused by the client and by each call."""
    with pytest.raises(TypeError, match="retry_config must be a RetryConfig, None or UNSET"):
        EmissaryClient("key", retry_config=wrong)
    with pytest.raises(TypeError, match="retries must be a RetryConfig, None or UNSET"):
        EmissaryClient("key").training_jobs.list(project_id="p", retries=wrong)
