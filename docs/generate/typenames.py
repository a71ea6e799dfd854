"""Types as the pages show them: ``Optional[List[models.Status]]``, with a link to the page of each model."""

import inspect
import types
from typing import Any, Literal, Union, get_args, get_origin

from emissary_client_sdk import utils
from emissary_client_sdk.types.basemodel import BaseModel
from emissary_client_sdk.types.unset import Unset

from .catalog import ALIASES, VALUES, page_names, qualified

_NAMES: dict[Any, str] = {list: "List", dict: "Dict", tuple: "Tuple", set: "Set", type(None): "None", Any: "Any"}
_UTILS = ("RetryConfig", "BackoffStrategy")


def cell(kind: Any, to_models: str) -> str:
    """Return a type for a table, in italics or as a link.

    :param to_models: Path from the page to the folder of the models.
    """
    names: list[str] = []
    text = _text(kind, names)
    targets = {name: f"{to_models}{page}" for name in dict.fromkeys(names) if (page := _page(name))}
    if not targets:
        return f"*{text}*"
    if len(targets) == 1:
        return f"[{text}]({next(iter(targets.values()))})"
    for name, target in targets.items():
        text = text.replace(name, f"[{name}]({target})")
    return text


def _page(name: str) -> str | None:
    package, _, simple = name.rpartition(".")
    if package == "utils":
        return f"utils/{simple.lower()}.md"
    return f"{simple.lower()}.md" if simple in page_names() else None


def _text(kind: Any, names: list[str]) -> str:
    """Return the name of a type; collect the names of the SDK's own types in it."""
    if isinstance(kind, str):
        return kind
    if kind in ALIASES:
        return _own(qualified(ALIASES[kind]), names)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind), names)
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, get_args(kind)))}]"
    if getattr(origin, "__name__", "") == "Callable":
        *inputs, result = get_args(kind)
        return f"Callable[[{', '.join(_text(each, names) for each in inputs[0])}], {_text(result, names)}]"
    arguments = ", ".join(_text(each, names) for each in get_args(kind))
    return f"{_simple(origin or kind, names)}[{arguments}]" if arguments else _simple(kind, names)


def _union(members: tuple[Any, ...], names: list[str]) -> str:
    members = tuple(member for member in members if member is not Unset and member is not Any)
    if str in members:  # values that editors suggest add nothing to a string
        members = tuple(member for member in members if get_origin(member) is not Literal)
    if any(_is_model(member) for member in members):
        # A body is a model; the page says once that a TypedDict or a mapping will do.
        members = tuple(member for member in members if _is_model(member) or member is type(None))
    rest = [_text(member, names) for member in members if member is not type(None)]
    text = rest[0] if len(rest) == 1 else f"Union[{', '.join(rest)}]"
    return text if len(rest) == len(members) else f"Optional[{text}]"


def _is_model(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, BaseModel)


def _simple(kind: Any, names: list[str]) -> str:
    name = str(_NAMES.get(kind) or getattr(kind, "__name__", kind))
    if name in VALUES and VALUES[name] is kind:
        return _own(qualified(name), names)
    if name in _UTILS and getattr(utils, name) is kind:
        return _own(f"utils.{name}", names)
    return "List" if name == "ResultList" else name


def _own(name: str, names: list[str]) -> str:
    names.append(name)
    return name
