"""Values of a request, as JSON has them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
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
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: _json(item, f"{path}.{name}") for name, item in items}
    if not _is_binary(value) and isinstance(value, Sequence):
        return [_json(item, f"{path}[{index}]") for index, item in enumerate(cast("Sequence[object]", value))]
    return _plain(value, path)


def _plain(value: Any, path: str) -> Any:
    """Return what an object of another library means."""
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, Real):
        return int(value) if isinstance(value, Integral) else float(value)
    if isinstance(value, Enum):
        return _json(value.value, path)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    to_list: Any = getattr(value, "tolist", None)  # of an array, or of a scalar of one
    plain = to_list() if callable(to_list) and not _is_binary(value) else value
    if type(plain) is type(value):
        raise ValueError(f"{path} is of type {type(value).__name__}, which JSON does not have")
    return _json(plain, path)


def _is_binary(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview)
