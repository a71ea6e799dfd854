"""Values of a request, as JSON has them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from math import isfinite
from numbers import Integral, Real
from typing import Any, cast

from pydantic import BaseModel


def json_value(value: Any, path: str = "the value") -> Any:
    """Return a value with the JSON types that it means: a number of NumPy or of ``decimal`` becomes a Python number.

    :param path: Name of the value, for the message.
    :raises ValueError: JSON has no such value.
    """
    try:
        return _json(value, path)
    except RecursionError:
        raise ValueError(f"{path} contains itself, or is nested too deeply") from None


def _json(value: Any, path: str) -> Any:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{path} is {value}, which JSON does not have")
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        fields = {_name(name, path): _json(item, f"{path}.{name}") for name, item in items}
        if len(fields) < len(items):
            raise ValueError(f"{path} has several fields of the same name")
        return fields
    if not _is_binary(value) and isinstance(value, Sequence):
        return [_json(item, f"{path}[{index}]") for index, item in enumerate(cast("Sequence[object]", value))]
    return _plain(value, path)


def _name(name: object, path: str) -> str:
    """Return the name of a field. A whole number, such as the ID of a token, is a name, too."""
    if isinstance(name, Enum):
        name = name.value
    if isinstance(name, str):
        return name
    if not isinstance(name, bool) and isinstance(name, Integral) and not _is_time(name):
        return str(int(name))
    raise ValueError(f"{path} has a field with the name {name!r}, which is not a text")


def _plain(value: Any, path: str) -> Any:
    """Return what an object of another library means."""
    if isinstance(value, Enum):
        return _json(value.value, path)
    if isinstance(value, BaseModel):
        return _json(value.model_dump(mode="json", exclude_unset=True), path)
    plain = _number(value, path) if isinstance(value, Real | Decimal) else value
    to_list: Any = getattr(value, "tolist", None)  # of an array, or of a scalar of one
    if plain is value and callable(to_list) and not _is_binary(value):
        plain = to_list()
    if type(plain) is type(value) or _is_time(value):
        raise ValueError(f"{path} is of type {type(value).__name__}, which JSON does not have")
    return _json(plain, path)


def _number(value: Any, path: str) -> Any:
    if _is_time(value):
        return value
    is_whole = isinstance(value, Integral) or (isinstance(value, Decimal) and value.as_tuple().exponent == 0)
    try:
        return int(value) if is_whole else float(value)
    except OverflowError:
        raise ValueError(f"{path} is too large for a number") from None


def _is_time(value: object) -> bool:
    """Return whether a value of NumPy is a date or a duration, which it converts to a number."""
    return getattr(getattr(value, "dtype", None), "kind", None) in ("m", "M")


def _is_binary(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview)
