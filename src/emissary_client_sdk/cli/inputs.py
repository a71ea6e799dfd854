"""Request bodies from the command line: options, ``--param NAME=VALUE`` and files of JSON or YAML."""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import click

import emissary_client_sdk as sdk

from .._extras import missing_extra
from ..models.misspelled import doubts, training_doubts
from .exits import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

M = TypeVar("M", bound="BaseModel")


def parameter(setting: str) -> tuple[str, str | int | float | bool]:
    """Read ``NAME=VALUE``: a number, ``true``, ``false`` or a quoted string as in JSON, other values as text.

    :raises InvalidInput: The name is missing, or the value could be meant as a number or as text.
    """
    name, equals, text = setting.partition("=")
    if not name or not equals:
        raise InvalidInput(f"--param {setting!r}: expected NAME=VALUE, as in --param num_train_epochs=3")
    value = _json_or_none(text)
    if isinstance(value, (str, int, float)):
        return name, value
    if text.lower() in ("true", "false", "null", "none") or _is_number(text):
        raise InvalidInput(
            f"--param {setting!r}: write {text} as in JSON (true, false, 0.5), or quote it if it is text:"
            f" --param '{name}=\"{text}\"'"
        )
    return name, text


def number(setting: str) -> tuple[str, int | float]:
    """Read ``NAME=NUMBER``.

    :raises InvalidInput: The name is missing, or the value is not a number.
    """
    name, _, text = setting.rpartition("=")
    value = _json_or_none(f"0{text}" if text.startswith(".") else text)
    if not name or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidInput(f"{setting!r}: expected NAME=NUMBER, as in spam=0.5")
    return name, value


_PAIRS = {"parameters": parameter, "rebalance_data": number, "reward": number}


def request_fields(file: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a request; an option wins over the same field in the file.

    :param options: The options of the command under the names of the fields.
    :raises InvalidInput: The file is unreadable.
    """
    body: dict[str, Any] = {} if file is None else read(file)
    for name, value in options.items():
        if name in _PAIRS and value:
            earlier: Any = body.get(name) or {}
            if not isinstance(earlier, dict):
                raise InvalidInput(f"{file}: {name} must be a mapping")
            body[name] = {**earlier, **dict(map(_PAIRS[name], value))}
        elif value not in (None, ()):
            body[name] = list(cast("Iterable[Any]", value)) if isinstance(value, tuple) else value
    return body


def request_body(model: type[M], fields: Mapping[str, Any]) -> M:
    """Return a request body.

    :raises InvalidInput: A field is missing or looks misspelled.
    """
    if messages := doubts(model, fields):
        raise InvalidInput("; ".join(messages))
    for param in click.get_current_context().command.params:
        name = param.name or ""
        field = model.model_fields.get(name)
        if field and field.is_required() and fields.get(name) is None:
            raise click.MissingParameter(f"It can also be the field {name} of --from.", param=param)
    return model.model_validate(fields)


def check_training(client: sdk.EmissaryClient, body: BaseModel) -> None:
    """Check the base model and the hyperparameters of a training job with the platform's list of base models.

    :raises InvalidInput: The platform has no such base model, or a hyperparameter looks like a mistake.
    """
    fields, models = vars(body), client.base_models
    known: list[sdk.models.BaseModelSummary] = []
    with suppress(sdk.errors.APIErrorNotFound, sdk.errors.APIServerError):
        known = models.list()
        chosen = [model for model in known if model.name == fields["base_model"]]
        if chosen and chosen[0].parameter_template is None:  # only the detail has it
            known = [*known, models.retrieve(base_model_name=chosen[0].name)]
    if messages := training_doubts(fields, known):
        raise InvalidInput("; ".join(messages))


def read(file: str) -> dict[str, Any]:
    """Read a mapping from a file, or from standard input for ``-``.

    :raises InvalidInput: The file is unreadable, or is not a mapping.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        if file.endswith(".json"):
            raise InvalidInput(f"{file} is not valid JSON: {error}") from None
        found = _read_yaml(file, text)
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in cast("Any", found)):
        raise InvalidInput(f"{file} must hold a mapping with the fields of the request, such as base_model")
    return cast("dict[str, Any]", found)


def _read_yaml(file: str, text: str) -> Any:
    try:
        ruamel = importlib.import_module("ruamel.yaml")
    except ModuleNotFoundError:
        raise InvalidInput(missing_extra("A YAML file", "ruamel.yaml", "cli")) from None
    yaml: Any = ruamel.YAML(typ="safe", pure=True)  # YAML 1.2: 1e-4 is a number, no is text
    # A date is text, because a request has no other type for it.
    texts: Any = type("Texts", (yaml.Constructor,), {})
    texts.add_constructor("tag:yaml.org,2002:timestamp", texts.construct_yaml_str)
    yaml.Constructor = texts
    try:
        return yaml.load(text)
    except ruamel.error.YAMLError as error:
        raise InvalidInput(f"{file} is neither JSON nor YAML: {error}") from None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _json_or_none(text: str) -> object:
    with suppress(ValueError):
        return json.loads(text, parse_constant=_refuse_constant)
    return None


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")
