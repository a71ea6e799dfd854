"""Checks of arguments."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Return whether a value is a list or a tuple."""
    return isinstance(value, (list, tuple))


def require_share(name: str, value: object) -> None:
    """Raise an error if a number is not between 0 and 1.

    :raises ValueError: The message names the argument.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < 1:
        raise ValueError(f"{name} must be between 0 and 1, not {value!r}")


def require_seed(seed: object) -> None:
    """Raise an error if a seed is not an int from 0 on.

    :raises TypeError: It is not an int.
    :raises ValueError: It is negative.
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed must be an int, not {seed!r}")
    if seed < 0:
        raise ValueError(f"seed must not be negative: {seed}")


def require_records(**columns: Sequence[Any]) -> None:
    """Raise an error if there are no records, or the second argument does not have an entry for each.

    :raises ValueError: The message names the arguments.
    """
    (name, truth), (other, answers) = columns.items()
    if not truth:
        raise ValueError(f"{name} is empty: there is nothing to evaluate")
    if len(truth) != len(answers):
        raise ValueError(f"{name} has {len(truth):,} records, but {other} has {len(answers):,}")


def number_of(value: Any, name: str) -> float:
    """Return a finite number as a float.

    :param name: Name of the value in an error.
    :raises TypeError: The value is not a number.
    :raises ValueError: The value is NaN or infinite.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}, which is not a finite number")
    return float(value)


def numbers(name: str, values: Iterable[Any]) -> list[float]:
    """Return finite numbers as floats.

    :raises TypeError: A value is not a number; the message names the record.
    :raises ValueError: A value is NaN or infinite.
    """
    return [number_of(value, f"{name}[{position}]") for position, value in enumerate(values)]


def numbers_or_none(name: str, values: Iterable[Any]) -> list[float | None]:
    """Return finite numbers as floats, and None for failed calls.

    :raises TypeError: A value is not a number; the message names the record.
    :raises ValueError: A value is NaN or infinite.
    """
    return [None if value is None else number_of(value, f"{name}[{position}]") for position, value in enumerate(values)]


def require_texts(name: str, values: Iterable[object], *, allow_none: bool = False) -> None:
    """Raise an error if a value is not a str.

    :raises TypeError: The message names the record.
    """
    for position, value in enumerate(values):
        if not (isinstance(value, str) or (allow_none and value is None)):
            raise TypeError(f"{name}[{position}] must be a str, not {type(value).__name__}")
