"""Reading a JSON body: JSON in the strict sense, then the package's own public model of the request."""

import contextlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from pydantic import BaseModel, JsonValue, ValidationError

from ..types import OpenEnum
from .problem import Problem

DEEPEST = 64
OUTCOME = "emulator_outcome"
_MAY_BE_EMPTY = ("prompt", "input", "content")  # texts; every other required string is an id or a name
T = TypeVar("T", bound=BaseModel)


def read(body: bytes, model: type[BaseModel], **enumerations: type[OpenEnum]) -> dict[str, Any]:
    """Return the fields of a body as they were sent.

    :param enumerations: The fields that must have one of the known values; the models accept any.
    :raises Problem: The body is not a JSON object, or does not fit the model.
    """
    try:
        parsed = json.loads(body.decode("utf-8"))
    except RecursionError:
        raise Problem(400, "the body is nested too deeply") from None
    except ValueError as error:  # not JSON, not UTF-8, or a number of absurd length
        raise Problem(400, f"the body is not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise Problem(400, "the body must be a JSON object")
    fields = cast("dict[str, Any]", parsed)
    _check_json(fields, ())
    try:
        # Strict, and from JSON: there a string is not a number, but still a member of an enumeration.
        read_as = model.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise Problem(400, _explain(error, fields)) from None
    _check_model(read_as, ())
    for name, enumeration in enumerations.items():
        if name in fields and not enumeration(fields[name]).is_known:
            raise Problem(400, f"{name}: must be one of {', '.join(enumeration)}, not {fields[name]!r}")
    return fields


def options(fields: Mapping[str, Any], model: type[T]) -> T:
    """Return those fields of a body that only ``model`` has. There, a field that is null is like a missing one.

    :raises Problem: A field does not fit the model.
    """
    try:
        return model.model_validate({name: value for name, value in fields.items() if value is not None}, strict=True)
    except ValidationError as error:
        raise Problem(400, _explain(error, fields)) from None


def outcome(fields: Mapping[str, Any], outcomes: Sequence[str], place: str = "") -> dict[str, str]:
    """Return the stored outcome if a request asks for one that is not the first, the usual one.

    :raises Problem: It asks for something else.
    """
    wanted = fields.get(OUTCOME, outcomes[0])
    if wanted not in outcomes:
        raise Problem(400, f"{place}{OUTCOME}: must be one of {', '.join(outcomes)}, not {wanted!r}")
    return {} if wanted == outcomes[0] else {"outcome": wanted}


def _check_model(read_as: BaseModel, path: tuple[object, ...]) -> None:
    """Refuse null, which the models accept for a field that is not sent, and blank names, wherever they are."""
    for name, field in type(read_as).model_fields.items():
        value: Any = getattr(read_as, name)
        place = (*path, name)
        if value is None and name in read_as.model_fields_set and name not in _MAY_BE_EMPTY:
            raise Problem(400, f"{_show(place)}: must not be null; leave the field out")
        if field.is_required() and name not in _MAY_BE_EMPTY and isinstance(value, str) and not value.strip():
            raise Problem(400, f"{_show(place)}: must not be empty")
        members = cast("list[object]", value) if isinstance(value, list) else [value]
        for number, member in enumerate(members):
            if isinstance(member, BaseModel):
                _check_model(member, (*place, number) if isinstance(value, list) else place)


def _check_json(value: JsonValue, path: tuple[object, ...]) -> None:
    """Refuse what Python's parser accepts beyond JSON: NaN, numbers beyond a float, half of a surrogate pair."""
    if len(path) > DEEPEST:
        raise Problem(400, f"{_show(path[:1])}: nested too deeply")
    if isinstance(value, float) and not math.isfinite(value):
        raise Problem(400, f"{_show(path)}: must be a finite number")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Problem(400, f"{_show(path)}: has half of a surrogate pair, which is not text") from None
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_json(name, (*path, name))
            _check_json(member, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _check_json(item, (*path, place))


def _explain(error: ValidationError, fields: Mapping[str, Any]) -> str:
    """Return one line with the name of each wrong field and what it must be."""
    reasons: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        # A union adds the name of each member to the location: keep what the client knows.
        known: list[object] = []
        value: Any = fields
        for part in item["loc"]:
            with contextlib.suppress(KeyError, IndexError, TypeError):
                value = value[part]
                known.append(part)
        reasons.setdefault(_show(tuple(known) or item["loc"][:1]), []).append(item["msg"])
    return "; ".join(f"{name}: {' or '.join(dict.fromkeys(messages))}" for name, messages in reasons.items())


def _show(path: tuple[object, ...]) -> str:
    # A field's name comes from the client: it must neither fill the log nor be anything but text.
    names = (str(part) for part in path)
    return ".".join(name if name.isprintable() and len(name) <= 80 else ascii(name)[:80] for name in names)
