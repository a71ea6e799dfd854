"""Inspection of the annotations of models."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from typing_inspection.introspection import AnnotationSource, inspect_annotation, is_union_origin
from typing_inspection.typing_objects import is_typealiastype

from .unset import Unset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel


def union_members(annotation: Any) -> Iterator[Any]:
    """Yield the types of an annotation; aliases, metadata and nested unions are resolved."""
    plain: Any = inspect_annotation(
        annotation, annotation_source=AnnotationSource.ANY, unpack_type_aliases="eager"
    ).type
    origin = get_origin(plain)
    if is_typealiastype(origin):  # an alias with arguments, such as OptionalNullable[str]
        yield from union_members(origin.__value__[get_args(plain)])
    elif is_union_origin(origin):
        for member in get_args(plain):
            yield from union_members(member)
    else:
        yield plain


@cache
def nullable_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields that can be unset, so that None means null in them."""
    return frozenset(name for name, field in model.model_fields.items() if Unset in union_members(field.annotation))
