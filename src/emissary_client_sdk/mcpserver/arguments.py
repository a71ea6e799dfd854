"""The arguments of a tool: a model that validates them, and its JSON schema."""

from __future__ import annotations

import ast
from inspect import Parameter, cleandoc, getsource, signature
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, create_model
from pydantic.json_schema import GenerateJsonSchema

from .. import DatasetFile, models

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_HIDDEN = frozenset(
    {
        "batch_size", "extra_body", "http_headers", "max_concurrency", "on_result", "on_update", "progress",
        "raise_on_failure", "request", "retries", "return_exceptions", "server_url", "timeout_ms",
    }
)  # fmt: skip
"""Options of programs. An agent must not choose headers, or the server, which receives the key."""

_WAIT = "total_timeout_ms"
_WAIT_MS = 50_000
_WAIT_TEXT = "Maximum time to wait, in milliseconds. Many hosts end a call after a minute: call again to go on waiting."


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Schema(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: a title would repeat the name."""
        del schema
        return False


def below_root(given: str, info: ValidationInfo[Path]) -> str:
    """Return the path of a file.

    :param given: The path, absolute or relative to the root, which is the context of the validation.
    :raises ValueError: It is not a file, or it is outside of the root once its links are resolved.
    """
    root = info.context
    path = (root / given).resolve()
    if not path.is_relative_to(root):
        raise ValueError(f"{given!r} is outside of the root of this server")
    if not path.is_file():
        raise ValueError(f"there is no file {given!r} below the root of this server")
    return str(path)


InputFile = Annotated[str, AfterValidator(below_root)]


def arguments_model(name: str, method: Callable[..., Any], docs: Mapping[str, str]) -> type[BaseModel]:
    """Return a model of the parameters of a method that an agent may set.

    :param docs: Descriptions of the parameters by name.
    """
    fields: dict[str, Any] = {}
    for parameter in signature(method).parameters.values():
        if parameter.name not in _HIDDEN:
            fields[parameter.name] = _field(parameter, docs.get(parameter.name))
    return create_model(name, __base__=_Arguments, **fields)


def _field(parameter: Parameter, description: str | None) -> tuple[Any, Any]:
    kind: Any = parameter.annotation
    default = ... if parameter.default is Parameter.empty else parameter.default
    if kind == DatasetFile:
        return InputFile, Field(default, description="Path of a file, below the root of this server.")
    if parameter.name == _WAIT:
        return kind, Field(_WAIT_MS, description=_WAIT_TEXT)
    if parameter.name == "request_body":  # a model or the TypedDict with the same fields
        kind = next(one for one in get_args(kind) if isinstance(one, type) and issubclass(one, BaseModel))
        description = None
    return kind, Field(default, description=description)


def json_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of arguments, with the descriptions of the fields of the request models."""
    schema = arguments.model_json_schema(schema_generator=_Schema)
    for name, part in schema.get("$defs", {}).items():
        model = getattr(models, name, None)
        if "properties" in part and model is not None:
            for field, text in _field_docs(model).items():
                part["properties"][field].setdefault("description", text)
    return schema


def _field_docs(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstrings of the fields of a model; nothing if its source is not installed."""
    docs: dict[str, str] = {}
    for kind in model.__mro__[-2::-1]:
        if kind.__module__.startswith(models.__name__):
            try:
                body = ast.parse(dedent(getsource(kind))).body[0]
            except OSError:
                return {}
            for field, text in pairwise(getattr(body, "body", [])):
                if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                    docs[ast.unparse(field.target)] = " ".join(cleandoc(ast.literal_eval(text.value)).split())
    return {name: text for name, text in docs.items() if name in model.model_fields}
