"""The arguments of a tool: a model that validates them, and its JSON schema."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from inspect import Parameter, cleandoc, getsource, signature
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Optional, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, create_model
from pydantic.json_schema import GenerateJsonSchema

from .. import DatasetFile, models

if TYPE_CHECKING:
    from collections.abc import Mapping

# Options of programs. An agent must not choose headers, or the server, which receives the key.
_HIDDEN = {
    "batch_size", "extra_body", "http_headers", "max_concurrency", "overwrite", "progress", "raise_on_failure",
    "request", "resume", "retries", "return_exceptions", "server_url", "timeout_ms",
}  # fmt: skip
_WAIT_MS = 50_000
_WAIT_TEXT = "Maximum time to wait, in milliseconds. Many hosts end a call after a minute: call again to go on waiting."


class _Schema(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: a title would repeat the name."""
        del schema
        return False


def _below_root(given: str, info: ValidationInfo[Path]) -> str:
    """Return the path without links, if it is below the root, which is the context of the validation."""
    path = (info.context / given).resolve()
    if not path.is_relative_to(info.context):
        raise ValueError(f"{given!r} is outside of the root of this server")
    return str(path)


def _existing(path: str) -> str:
    if not Path(path).is_file():
        raise ValueError("there is no file of this name below the root of this server")
    return path


_Output = Annotated[str, AfterValidator(_below_root)]
_Input = Annotated[_Output, AfterValidator(_existing)]


def arguments_model(name: str, method: Callable[..., Any], docs: Mapping[str, str]) -> type[BaseModel]:
    """Return a model of the parameters of a method that an agent may set.

    :param docs: Descriptions of the parameters by name.
    """
    fields: dict[str, Any] = {}
    for parameter in signature(method, eval_str=True).parameters.values():
        is_callback = any(get_origin(kind) is Callable for kind in _kinds(parameter))
        if parameter.name not in _HIDDEN and not is_callback:
            fields[parameter.name] = _field(parameter, docs.get(parameter.name))
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def _kinds(parameter: Parameter) -> tuple[Any, ...]:
    """Return the annotation and the members of a union."""
    return parameter.annotation, *get_args(parameter.annotation)


def _field(parameter: Parameter, description: str | None) -> tuple[Any, Any]:
    kind: Any = parameter.annotation
    default = ... if parameter.default is Parameter.empty else parameter.default
    if DatasetFile in _kinds(parameter):
        kind = _Input if default is ... else Optional[_Input]  # noqa: UP045  # pyright has no | here
        what = "" if parameter.name == "file" else f" {description}"  # which lists what a program can pass
        description = f"Path of a file, below the root of this server.{what}"
    elif get_origin(kind) is Iterable:
        kind = GenericAlias(list, get_args(kind))
    elif parameter.name == "output":
        kind = Optional[_Output]  # noqa: UP045
    elif parameter.name == "total_timeout_ms":
        default, description = _WAIT_MS, _WAIT_TEXT
    elif parameter.name == "request_body":  # a model or the TypedDict with the same fields
        kind = next(one for one in get_args(kind) if isinstance(one, type) and issubclass(one, BaseModel))
        description = None
    return kind, Field(default, description=description)


def json_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of arguments, with the descriptions of the fields of the request models."""
    schema = arguments.model_json_schema(schema_generator=_Schema)
    for name, part in schema.get("$defs", {}).items():
        for field, text in _field_docs(getattr(models, name, object)).items():
            part["properties"][field].setdefault("description", text)
    return schema


def _field_docs(model: type) -> dict[str, str]:
    """Return the docstrings of the fields of a model; nothing if its source is not installed."""
    docs: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, BaseModel) and kind.__module__.startswith(models.__name__):
            try:
                (definition,) = ast.parse(dedent(getsource(kind))).body
            except OSError:
                return {}
            body: list[ast.stmt] = getattr(definition, "body", [])
            for field, text in pairwise(body):
                if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                    docs[ast.unparse(field.target)] = " ".join(cleandoc(ast.literal_eval(text.value)).split())
    return docs
