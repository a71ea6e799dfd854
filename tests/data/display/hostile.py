"""Models with unusual values in every field, built without validation."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from emissary_client_sdk import models
from emissary_client_sdk.types.annotations import union_members

INJECTION = "<script>alert('1')</script>\"'&]]>\x00\x1b[31m\u202e\ud800\r\n"
URLS = ["javascript:alert(1)", "https://[", "https://u:p@host/m?signature=s", "https://host/m"]

texts = st.text(st.characters(), max_size=30) | st.sampled_from([INJECTION, INJECTION * 100, "", "$x_{", "_", *URLS])
numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 2**63, 1e308, -1e308, True])
leaves = st.none() | texts | numbers
json = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2))

DISPLAYED: list[type[BaseModel]] = [
    model
    for name in dir(models)
    if isinstance(model := getattr(models, name), type) and issubclass(model, BaseModel)
    if hasattr(model, "_repr_html_") and model.model_fields
]


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Return values of the shape that an annotation admits, with unusual leaves."""
    return st.one_of([_values_of(kind) for kind in union_members(annotation)])


def _values_of(kind: Any) -> st.SearchStrategy[Any]:
    if get_origin(kind) is list:
        return st.lists(values_of(get_args(kind)[0]), max_size=4)
    if get_origin(kind) is dict:
        return st.dictionaries(texts, leaves, max_size=4)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return built(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return texts.map(kind) | st.sampled_from(kind)
    if kind is type(None):
        return st.none()
    return json if kind is Any else leaves


@cache
def built(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Return models built without validation."""
    fields = {name: values_of(field.annotation) for name, field in model.model_fields.items()}
    return st.builds(model.model_construct, **fields)
