"""Reading the body of a create: JSON in the strict sense, then the package's own public model."""

import json
import math
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from ..models import CreateTrainingJobRequestBody, TrainingJobStatus
from ..types import OpenEnum

MOST_NESTED = 64
OUTCOME = "emulator_outcome"
_OUTCOMES = (TrainingJobStatus.SUCCESS, TrainingJobStatus.FAILED, TrainingJobStatus.TIMED_OUT)


class BodyError(ValueError):
    """A body that is not accepted; the message names the field where it is one."""


def read(body: bytes) -> dict[str, Any]:
    """Give the fields of a create's body as they were sent; a field that is null counts as not sent.

    :raises BodyError: if the body is no JSON object, or not what the contract says.
    """
    try:
        parsed = json.loads(body.decode("utf-8"))
    except RecursionError:
        raise BodyError("the body is nested too deeply") from None
    except ValueError as error:  # no JSON, no UTF-8, or a number of absurd length
        raise BodyError(f"the body is not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise BodyError("the body must be a JSON object")
    fields = cast("dict[str, Any]", parsed)
    _refuse_what_json_is_not(fields, ())
    try:
        # Strict, and from JSON: there a string is no number, but still a name in an enumeration.
        model = CreateTrainingJobRequestBody.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise BodyError(_explain(error, fields)) from None
    for name in ("base_model", "train_dataset_id"):
        if not getattr(model, name).strip():
            raise BodyError(f"{name}: must not be empty")
    for name in ("task_type", "base_model_option"):
        value = getattr(model, name)
        if isinstance(value, OpenEnum) and not value.is_known:
            raise BodyError(f"{name}: must be {_one_of(type(value))}, not {str(value)!r}")
    outcome_of(model.parameters or {})
    return {name: value for name, value in fields.items() if value is not None}


def outcome_of(parameters: Mapping[str, object]) -> TrainingJobStatus:
    """How the job is to end, as its parameters ask for it.

    :raises BodyError: if they ask for something else.
    """
    asked = parameters.get(OUTCOME, "Success")
    for outcome in _OUTCOMES:
        if asked == outcome:
            return outcome
    raise BodyError(f"parameters.{OUTCOME}: must be {_one_of(_OUTCOMES)}, not {asked!r}")


def canonical(fields: Mapping[str, Any]) -> str:
    """Put the fields so that the text is the same whatever order they are in."""
    return json.dumps(fields, sort_keys=True)


def _one_of(values: "type[OpenEnum] | tuple[TrainingJobStatus, ...]") -> str:
    return "one of " + ", ".join(values)


def _refuse_what_json_is_not(value: Any, path: tuple[object, ...]) -> None:
    """Python's parser takes NaN, numbers beyond a float and half a surrogate pair; JSON has none of them."""
    if len(path) > MOST_NESTED:
        raise BodyError(f"{_show(path[:1])}: nested too deeply")
    if isinstance(value, float) and not math.isfinite(value):
        raise BodyError(f"{_show(path)}: must be a finite number")
    if isinstance(value, str) and not _is_text(value):
        raise BodyError(f"{_show(path)}: has half of a surrogate pair, which is no text")
    if isinstance(value, dict):
        for name, member in cast("dict[str, Any]", value).items():
            _refuse_what_json_is_not(name, (*path, name))
            _refuse_what_json_is_not(member, (*path, name))
    elif isinstance(value, list):
        items: enumerate[Any] = enumerate(value)  # pyright: ignore[reportUnknownArgumentType]  # JSON's
        for place, item in items:
            _refuse_what_json_is_not(item, (*path, place))


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _explain(error: ValidationError, fields: Mapping[str, Any]) -> str:
    """One line: for each field that is wrong its name and what it has to be."""
    reasons: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        # A union adds the name of each of its members to the place: keep what the caller knows.
        known: list[object] = []
        value: Any = fields
        for part in item["loc"]:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                break
            known.append(part)
        reasons.setdefault(_show(tuple(known) or item["loc"][:1]), []).append(item["msg"])
    return "; ".join(f"{name}: {' or '.join(messages)}" for name, messages in reasons.items())


def _show(path: tuple[object, ...]) -> str:
    # A field's name comes from the client: it must neither fill the log nor be anything but text.
    names = (str(part) for part in path)
    return ".".join(name if name.isprintable() and len(name) <= 80 else ascii(name)[:80] for name in names)
