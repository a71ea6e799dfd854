"""``RetryConfig`` and ``BackoffStrategy``: construction, checks, equality and copies."""

import copy
import pickle
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

CONFIG = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), False)
NUMBERS = ("initial_interval", "max_interval", "exponent", "max_elapsed_time")


def test_configurations_compare_by_value() -> None:
    """Configurations compare by value; a repr is the expression that creates the object."""
    backoff = BackoffStrategy(initial_interval=1, max_interval=50, exponent=1.1, max_elapsed_time=100)
    assert RetryConfig(strategy="backoff", backoff=backoff, retry_connection_errors=False) == CONFIG
    assert RetryConfig("backoff", BackoffStrategy(2, 50, 1.1, 100), False) != CONFIG
    assert repr(CONFIG) == (
        "RetryConfig(strategy='backoff', backoff=BackoffStrategy(initial_interval=1, max_interval=50, exponent=1.1,"
        " max_elapsed_time=100), retry_connection_errors=False)"
    )
    assert pickle.loads(pickle.dumps(CONFIG)) == copy.deepcopy(CONFIG) == CONFIG  # noqa: S301  # created here


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        *[((name, None, False), ValueError, 'strategy must be "backoff" or "none"') for name in ("", "Backoff", None)],
        (("backoff", None, False), TypeError, "backoff must be a BackoffStrategy, not NoneType"),
        (("none", {"exponent": 1}, False), TypeError, "backoff must be a BackoffStrategy, not dict"),
        (("none", None, "yes"), TypeError, "retry_connection_errors must be a bool, not str"),
    ],
)
def test_invalid_configurations_are_refused(arguments: tuple[Any, ...], error: type[Exception], message: str) -> None:
    """An invalid argument is refused with its name."""
    with pytest.raises(error, match=message):
        RetryConfig(*arguments)


@pytest.mark.parametrize("name", NUMBERS)
def test_invalid_numbers_are_refused(name: str) -> None:
    """Numbers are finite and not negative."""
    for value in (-1, -0.001, float("nan"), float("inf"), 10**400):
        with pytest.raises(ValueError, match=f"{name} must be a finite number, zero or greater"):
            BackoffStrategy(**{**dict.fromkeys(NUMBERS, 1.0), name: value})
    for wrong in ("1", None, True, 1j):
        arguments: dict[str, Any] = {**dict.fromkeys(NUMBERS, 1.0), name: wrong}
        with pytest.raises(TypeError, match=f"{name} must be a number, not {type(wrong).__name__}"):
            BackoffStrategy(**arguments)


@pytest.mark.parametrize("wrong", ["backoff", 3.0, True, BackoffStrategy(1, 1, 1, 1), {"strategy": "none"}], ids=repr)
def test_invalid_retries_are_refused(wrong: Any) -> None:
    """The retries of a client are a RetryConfig, a number or None; those of a call are tested for every operation."""
    with pytest.raises(TypeError, match="retry_config must be a RetryConfig, an int or None"):
        EmissaryClient("key", retry_config=wrong)
    with pytest.raises(ValueError, match="retry_config must be zero or greater, not -1"):
        EmissaryClient("key", retry_config=-1)
