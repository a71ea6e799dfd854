"""Parts of a request that look like mistakes: misspelled fields and values, files in place of ids."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, get_args

from ..types.openenum import OpenEnum
from .enums import BaseModelOption
from .hyperparameters import doubtful_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from .basemodels import BaseModelSummary

_NEAR_FIELD = 0.75  # of 1; low enough for nmae to match name, and hyper_parameters to match parameters
_NEAR_VALUE = 0.9  # clasification is a misspelled classification, vlm-classification is another task
_NEAR_MODEL = 0.5  # any resemblance helps to choose from the list
_DATA_FILES = {".csv", ".gz", ".json", ".jsonl", ".parquet", ".tsv", ".xlsx"}


def doubts(model_type: type[BaseModel], fields: Mapping[str, Any]) -> list[str]:
    """Return a message for each part of a request that looks like a mistake.

    The platform may know fields and values that this version does not, so nothing else is questioned.

    :param model_type: Request model with the known fields.
    :param fields: Fields that the caller set.
    """
    messages = [
        f"there is no field {name!r}; did you mean {meant!r}?" for name, meant in similar_fields(model_type, fields)
    ]
    for name, value in fields.items():
        if name in model_type.model_fields and isinstance(value, str):
            meant = _similar_value(model_type.model_fields[name].annotation, value)
            if meant is not None:
                messages.append(f"{name} is {value!r}; did you mean {meant!r}?")
            if name.endswith("dataset_id") and PurePath(value).suffix.lower() in _DATA_FILES:
                messages.append(f"{name} is {value!r}, a file; it must be the id of a dataset, which upload returns")
    parameters: Any = fields.get("parameters")
    return messages + (doubtful_parameters(parameters) if hasattr(parameters, "items") else [])


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
    candidates = [name for name in known if name not in given]
    unknown = [name for name in given if name not in known]
    matches = ((name, get_close_matches(name.lower(), candidates, 1, _NEAR_FIELD)) for name in unknown)
    return [(name, match[0]) for name, match in matches if match]


def _similar_value(annotation: Any, value: str) -> str | None:
    """Return the value of an open enumeration that an unknown value looks like.

    :param annotation: Type of the field, in which the enumeration may be one of several types.
    """
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
    known = {str(member).lower(): str(member) for kind in kinds if issubclass(kind, OpenEnum) for member in kind}
    if value in known.values():
        return None
    close = get_close_matches(value.lower(), known, 1, _NEAR_VALUE)
    return known[close[0]] if close else None
