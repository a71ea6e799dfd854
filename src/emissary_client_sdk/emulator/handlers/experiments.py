"""Experiments, which answer from the descriptions of their classes."""

from collections.abc import Mapping
from typing import Any, cast

from ... import models
from ...models import ExperimentMode as Mode
from .. import bodies
from ..call import Call
from ..problem import Problem
from ..store import Row

VERSION = "0.0.0"
PATHS = {
    Mode.JUDGE: "/v1/classification",
    Mode.DECISION: "/v1/classification",
    Mode.ROUTING: "/v1/classification",
    Mode.REGRESSION: "/v1/regression",
    Mode.NER: "/v1/ner",
    Mode.TOOL_CALLING: "/v1/classify-generate",
}
"""The endpoint that answers for each mode."""

_REQUIRED = {
    Mode.TOOL_CALLING: ("description", "parameters"),
    Mode.REGRESSION: ("min_value", "max_value", "low_description", "high_description", "higher_means"),
}


def create(call: Call) -> object:
    """Create an experiment, which answers at once."""
    fields = bodies.read(call.body, models.CreateExperimentRequestBody, mode=Mode)
    mode, classes = Mode(fields["mode"]), fields["classes"]
    if not classes:
        raise Problem(400, "classes: must have at least one class")
    if mode in (Mode.JUDGE, Mode.REGRESSION) and len(classes) != 1:
        raise Problem(400, f"classes: the mode {mode} has exactly one class, not {len(classes)}")
    if len({one["name"] for one in classes}) < len(classes):
        raise Problem(400, "classes: each class must have a name of its own")
    for number, one in enumerate(classes):
        _check_class(one, mode, f"classes.{number}")
    row = call.create(Row("experiment", "", "ex", call.now, fields, {}, fields["name"]), fields)
    return {"id": row.id, "latest_version": VERSION}


def find(call: Call, name: str) -> Row | None:
    """Return the experiment that a request names with its version, or None if it names none.

    :raises Problem: The version does not exist, or the mode of the experiment is answered by another endpoint.
    """
    experiment_id, _, version = name.partition("/")
    row = call.db.find("experiment", id=experiment_id)
    if row is None:
        return None
    if version != VERSION:
        error = f"experiment {row.id!r} has no version {version[:80]!r}; model must be {f'{row.id}/{VERSION}'!r}"
        raise Problem(404, error)
    mode = Mode(row.fields["mode"])
    if PATHS[mode] != call.endpoint:
        raise Problem(400, f"model: the mode of experiment {row.id!r} is {mode}, which {PATHS[mode]} answers")
    return row


def _check_class(fields: Mapping[str, Any], mode: Mode, place: str) -> None:
    for name in _REQUIRED.get(mode, ("description",)):
        value = fields.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise Problem(400, f"{place}.{name}: the mode {mode} needs this field")
    if mode is Mode.REGRESSION and fields["min_value"] >= fields["max_value"]:
        raise Problem(400, f"{place}.max_value: must be greater than min_value, {fields['min_value']}")
    if mode is Mode.TOOL_CALLING:
        properties, required = (fields["parameters"].get(name) for name in ("properties", "required"))
        names = cast("list[object]", required) if isinstance(required, list) else [None]
        if not isinstance(properties, dict) or not all(isinstance(name, str) and name in properties for name in names):
            error = "must be a JSON Schema object whose required names are among its properties"
            raise Problem(400, f"{place}.parameters: {error}")
