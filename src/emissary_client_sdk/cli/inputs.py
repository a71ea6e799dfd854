"""What a user says of a training job to be created: options, ``--param NAME=VALUE``, a file of JSON or YAML."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

from .outcome import UsageError

Scalar = str | int | float | bool

_NEARLY_JSON = frozenset({"true", "false", "null", "none"})
_EXAMPLE = "--param num_train_epochs=3"


def parameter(setting: str) -> tuple[str, Scalar]:
    """Read ``NAME=VALUE``. A number, ``true``, ``false`` or a text in quotes is read as in JSON, all else is text.

    :raises UsageError: it has no name, or a value of which it would not be clear whether it is a text.
    """
    name, equals, text = setting.partition("=")
    if not name or not equals:
        raise UsageError(f"--param {setting!r}: expected NAME=VALUE, as in {_EXAMPLE}")
    value = _json_or_none(text)
    if isinstance(value, (str, int, float)):
        return name, value
    if text.lower() in _NEARLY_JSON or _is_number(text):
        raise UsageError(
            f"--param {setting!r}: write {text} as in JSON (true, false, 0.5), or in quotes if it is a text:"
            f" --param '{name}=\"{text}\"'"
        )
    return name, text


def ratio(setting: str) -> tuple[str, int | float]:
    """Read ``LABEL=NUMBER``.

    :raises UsageError: it is something else.
    """
    label, _, text = setting.rpartition("=")
    value = _json_or_none(text)
    if not label or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"--rebalance {setting!r}: expected LABEL=NUMBER, as in --rebalance spam=0.5")
    return label, value


def request_body(
    file: str | None, settings: Mapping[str, Any], parameters: Iterable[str], ratios: Iterable[str]
) -> dict[str, Any]:
    """Put a request together; what is given on the command line wins over the file.

    :param settings: the fields from the command line; None and empty ones were not given.
    :raises UsageError: something is missing, or cannot be read.
    """
    body = {} if file is None else read(file)
    body |= {name: value for name, value in settings.items() if value not in (None, [])}
    for name, pairs in (("parameters", map(parameter, parameters)), ("rebalance_data", map(ratio, ratios))):
        given = dict(pairs)
        if given:
            before: Any = body.get(name) or {}
            if not isinstance(before, dict):
                raise UsageError(f"{file}: {name} must be a mapping")
            body[name] = {**before, **given}
    for name, place in (("base_model", "the argument BASE_MODEL"), ("train_dataset_id", "--train-dataset")):
        if body.get(name) is None:
            raise UsageError(f"{place} is missing; or give {name} in a file with --from")
    return body


def read(file: str) -> dict[str, Any]:
    """Read a mapping from a file, or from standard input where it is ``-``.

    :raises UsageError: there is no such file, or no mapping in it.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        found = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        if file.endswith(".json"):
            raise UsageError(f"{file} is no JSON: {error}") from None
        found = _read_yaml(file, text)
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in cast("Any", found)):
        raise UsageError(f"{file} must hold a mapping with the fields of a training job, such as base_model")
    return cast("dict[str, Any]", found)


def _read_yaml(file: str, text: str) -> Any:
    try:
        import yaml
    except ModuleNotFoundError:
        raise UsageError('a file of YAML needs pyyaml: pip install "emissary-client-sdk[cli]"') from None

    # Scalars are read by the rules of YAML 1.2. PyYAML follows 1.1, for which 1e-4 is a text, no is false and 010 is
    # eight.
    loader: Any = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})
    for kind, pattern, first in _SCALARS:
        loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), first)
    loader.add_constructor("tag:yaml.org,2002:int", _integer)
    try:
        return yaml.load(text, loader)  # noqa: S506  # it is a SafeLoader
    except yaml.YAMLError as error:
        raise UsageError(f"{file} is neither JSON nor YAML: {error}") from None


def _integer(loader: Any, node: Any) -> int:
    return int(loader.construct_scalar(node))


_SCALARS = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        list("-+.0123456789"),
    ),
)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _json_or_none(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError:
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
