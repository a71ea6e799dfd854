"""Recognition and description of the values in a record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from .._display.text import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable


JSON: TypeAlias = "dict[str, Any] | list[Any] | str | int | float | bool | None"
"""A parsed JSON value, of which the types of nested values are not known."""


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a parsed JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a parsed JSON value is an array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether a value is a mapping, of whatever keys."""
    return isinstance(value, Mapping)


def parse_number(value: object) -> float | None:
    """Return the number that a text or a number stands for; None for other values, NaN and the infinities."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and "_" not in str(value) else None


def json_type(value: object) -> str:
    """Return the type of a JSON value with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return "a string" if isinstance(value, str) else "an object" if isinstance(value, dict) else "an array"


def describe(value: object) -> str:
    """Return a string, number or boolean as JSON writes it, and the type of any other value."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    return printable(str(value)) if isinstance(value, (int, float)) else json_type(value)


def named(names: Iterable[str]) -> str:
    """Return a few names in quotes."""
    ordered = sorted(names)
    shown = ", ".join(quoted(name, 20) for name in ordered[:3])
    return shown if len(ordered) <= 3 else f"{shown} and {len(ordered) - 3} more"


def difference(found: Iterable[str], expected: Iterable[str]) -> str:
    """Return how names differ from the expected ones."""
    found, expected = set(found), set(expected)
    parts = {"missing": expected - found, "unexpected": found - expected}
    return ", ".join(f"{title} {named(names)}" for title, names in parts.items() if names)
