"""Reading the body of a successful response: only a real answer counts.

1. A body with an ``error``, ``message`` or ``detail`` and without the fields of an answer is a refusal: the platform
   answers some requests that it refuses with a status of 2XX.
2. A body that fits the API description is an answer; this is the fast path.
3. Otherwise it is read a second time. Half a surrogate pair becomes U+FFFD, and a field that does not fit becomes None,
   so that an answer that was paid for is not lost for a detail. Fields that identify something must fit.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from .._wire import BYTE_ORDER_MARK
from ..models._response import ResponseModel
from ..utils.logger import NAME
from .errors import server_message

if TYPE_CHECKING:
    from .operation import Operation

T = TypeVar("T")

_LOG = logging.getLogger(NAME)
_ANSWERS = ("id", "choices", "data", "entities")
"""Fields that make a body an answer, whatever else it has."""
_CONTAINERS = frozenset({"choices", "data", "entities"})
_ERRORS = ("error", "errors")
"""Fields that report an error in any body; a ``message`` or ``detail`` may also stand in an answer."""
_NOT_JSON = object()
_SURROGATE = re.compile("[\ud800-\udfff]")


class RefusalError(Exception):
    """The body of a successful response reports an error; the message is the platform's."""


def read(operation: Operation[T], content: bytes) -> T:
    """Return the result of an operation.

    :raises RefusalError: The body reports an error instead.
    :raises ValueError: The body is not an answer.
    """
    content = content.removeprefix(BYTE_ORDER_MARK)
    if operation.is_acknowledged:
        _require_acknowledgement(content)
        return cast("T", None)
    return read_json(operation.decode, content, f"{operation.http_method} {operation.path}")


def read_json(validate: Callable[[bytes], T], content: bytes, line: str) -> T:
    """Return the validated body.

    :param line: Method and path, for the log.
    :raises RefusalError: The body reports an error instead.
    :raises ValueError: The body is not an answer.
    """
    try:
        result = validate(content)
    except ValidationError:
        data = _parse(content)
        if data is _NOT_JSON:
            raise
        if isinstance(data, dict):
            fields = cast("dict[str, Any]", data)
            if not any(map(fields.get, _ANSWERS)):
                _require_no_error(fields)
                _refuse(server_message(fields))
        result = _read_leniently(validate, data, line)
    _require_answer(result)
    return result


def _require_answer(result: Any) -> None:
    """Raise RefusalError if a validated body reports an error, or is only a message."""
    if isinstance(result, dict):  # of an endpoint without a model, where a message may be the answer
        if not any(map(cast("dict[str, Any]", result).get, _ANSWERS)):
            _require_no_error(cast("dict[str, Any]", result))
        return
    extra: dict[str, Any] | None = getattr(result, "model_extra", None)
    if not extra or any(getattr(result, name, None) for name in _essential_fields(cast("Any", type(result)))):
        return
    _require_no_error(extra)
    if isinstance(result, ResponseModel) and not getattr(result, "id", None):
        _refuse(server_message(extra))


@lru_cache(maxsize=64)
def _essential_fields(kind: Any) -> tuple[str, ...]:
    """Return the fields of which one makes a body an answer: the results, or else what identifies it."""
    fields = kind.model_fields
    return tuple(_CONTAINERS & fields.keys()) or tuple(name for name in fields if fields[name].is_required())


def _refuse(message: str | None) -> None:
    if message is not None:
        raise RefusalError(message)


def _require_no_error(fields: Mapping[str, Any]) -> None:
    _refuse(server_message({name: fields.get(name) for name in _ERRORS}))
    if fields.get("error") and not isinstance(fields["error"], str | dict | list):  # only a number, or true
        _refuse(server_message(fields) or "the platform reports an error")


def _require_acknowledgement(content: bytes) -> None:
    """Check the response of a method that returns None: it is empty, or JSON that reports no error."""
    if not content.strip():
        return
    data = _parse(content)
    if data is _NOT_JSON:
        raise ValueError("the body is neither empty nor JSON")
    if isinstance(data, Mapping):
        _require_no_error(cast("Mapping[str, Any]", data))


def _parse(content: bytes) -> Any:
    """Return the value of a JSON body, or ``_NOT_JSON``."""
    try:
        return json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return _NOT_JSON


def _read_leniently(validate: Callable[[bytes], T], data: Any, line: str) -> T:
    """Return the validated data, without the fields that do not fit.

    :raises pydantic.ValidationError: A field that identifies something, or a container, does not fit.
    """
    try:
        return validate(_encoded(data))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        names = {_remove(data, problem["loc"]) for problem in problems}
        if None in names:
            raise
    result = validate(_encoded(data))
    listed = ", ".join(sorted(cast("set[str]", names)))
    _LOG.warning("%s: the response has fields of an unexpected type, which are None: %s", line, listed)
    return result


def _encoded(data: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _SURROGATE.sub("\ufffd", text).encode()


def _remove(data: Any, place: tuple[int | str, ...]) -> str | None:
    """Set the field at a place of the data to None and keep its value; return its name, or None if it must fit."""
    owner: dict[str, Any] | None = None
    name = ""
    value = data
    for step in place:
        if isinstance(value, dict) and step in value:
            owner, name = cast("dict[str, Any]", value), str(step)
            value = owner[name]
        elif isinstance(value, list) and isinstance(step, int):
            value = cast("Any", value[step])
        else:
            break  # the rest of the place names members of unions
    if owner is None or name in _CONTAINERS:
        return None
    unreadable = owner.setdefault("unreadable", {})
    if name not in unreadable:  # several items of a list may not fit
        unreadable[name], owner[name] = owner[name], None
    return name
