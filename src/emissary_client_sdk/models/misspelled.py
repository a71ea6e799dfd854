"""Parts of a request that look like mistakes: misspelled fields and values, files in place of ids."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args

from ..types.annotations import union_members
from ..types.openenum import OpenEnum
from ._request import RequestModel
from .enums import BaseModelOption
from .hyperparameters import doubtful_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from .basemodels import BaseModelSummary

_NEAR_FIELD = 0.75  # of 1; low enough for nmae to match name, and hyper_parameters to match parameters
_NEAR_VALUE = 0.9  # clasification is a misspelled classification, vlm-classification is another task
_SHORT = 6  # characters
_NEAR_SHORT_VALUE = 0.85  # one wrong character counts more: usr is a misspelled user
_NEAR_MODEL = 0.5  # any resemblance helps to choose from the list
_DATA_FILES = (".csv", ".gz", ".json", ".jsonl", ".parquet", ".tsv", ".xlsx")


def doubts(model_type: type[BaseModel], fields: BaseModel | Mapping[str, Any], place: str = "") -> list[str]:
    """Return a message for each part of a request that looks like a mistake.

    The platform may know fields and values that this version does not, so nothing else is questioned.

    :param model_type: Request model with the known fields.
    :param fields: Fields that the caller set, or a model.
    :param place: Path of the fields in the request, if they are a part of one.
    """
    if not isinstance(fields, Mapping):
        fields = {name: getattr(fields, name) for name in fields.model_fields_set}
    given: dict[str, Any] = dict(fields)
    similar = similar_fields(model_type, given)
    messages = [f"there is no field {place + name!r}; did you mean {meant!r}?" for name, meant in similar]
    enumerations, parts = _kinds(model_type, OpenEnum), _kinds(model_type, RequestModel)
    for name, value in given.items():
        is_plain_text = isinstance(value, str) and name not in enumerations
        for item_place, item in [] if is_plain_text else _items(place + name, value):
            if isinstance(item, str) and name in enumerations and (meant := _similar_value(enumerations[name], item)):
                messages.append(f"{item_place} is {item!r}; did you mean {meant!r}?")
            if isinstance(item, RequestModel):
                messages += doubts(type(item), item, f"{item_place}.")
            elif name in parts and isinstance(item, Mapping):
                messages += doubts(parts[name], cast("Mapping[str, Any]", item), f"{item_place}.")
        if name.endswith("dataset_id") and isinstance(value, str) and value.lower().endswith(_DATA_FILES):
            messages.append(f"{name} is {value!r}, a file; it must be the id of a dataset, which upload returns")
    parameters = given.get("parameters")
    if isinstance(parameters, Mapping):
        messages += doubtful_parameters(cast("Mapping[str, object]", parameters))
    return messages


def training_doubts(body: Mapping[str, Any], base_models: Iterable[BaseModelSummary]) -> list[str]:
    """Return a message for a base model that the platform does not have, or for each doubtful hyperparameter.

    :param body: Fields of a training job.
    :param base_models: The base models of the platform, if they are known.
    """
    name: str = body["base_model"]
    templates = {model.name: model.parameter_template for model in base_models}
    if templates and name not in templates and body.get("base_model_option") != BaseModelOption.FINE_TUNED:
        close = get_close_matches(name, templates, 3, _NEAR_MODEL) or list(templates)
        return [f"the platform has no base model {name!r}; did you mean {' or '.join(map(repr, close[:3]))}?"]
    return doubtful_parameters(body.get("parameters") or {}, templates.get(name))


def similar_fields(model_type: type[BaseModel], fields: Iterable[str]) -> list[tuple[str, str]]:
    """Return the unknown names that look like a field that is not set, each with that field."""
    known, given = model_type.model_fields, list(fields)
    unknown = [name for name in given if name not in known]
    if not unknown:
        return []
    candidates = [name for name in known if name not in given]
    matches = ((name, get_close_matches(name.lower(), candidates, 1, _NEAR_FIELD)) for name in unknown)
    return [(name, match[0]) for name, match in matches if match]


def _similar_value(enumeration: type[OpenEnum], value: str) -> str | None:
    """Return the value of an open enumeration that an unknown value looks like."""
    if enumeration(value).is_known:
        return None
    known = {str(member).lower(): str(member) for member in enumeration}
    near = _NEAR_VALUE if len(value) > _SHORT else _NEAR_SHORT_VALUE
    return next((known[close] for close in get_close_matches(value.lower(), known, 1, near)), None)


@cache
def _kinds(model_type: type[BaseModel], base: type) -> dict[str, type[Any]]:
    """Return the class in the annotation of each field that has a subclass of ``base``."""
    return {
        name: kind
        for name, info in model_type.model_fields.items()
        for kind in _classes(info.annotation)
        if issubclass(kind, base)
    }


def _classes(annotation: Any) -> Iterator[type[Any]]:
    """Yield the classes in an annotation, also those of items."""
    for member in union_members(annotation):
        if isinstance(member, type):
            yield member
        for argument in get_args(member):
            yield from _classes(argument)


def _items(place: str, value: Any) -> list[tuple[str, Any]]:
    """Return the items of a list, or a single value, with their places."""
    if isinstance(value, list | tuple):
        return [(f"{place}[{index}]", item) for index, item in enumerate(cast("list[Any]", value))]
    return [(place, value)]
