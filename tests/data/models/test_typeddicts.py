"""TypedDicts have the fields of their models."""

from typing import Annotated, Any, get_args, get_origin

import pytest
from typing_extensions import get_type_hints, is_typeddict

from emissary_client_sdk import models
from emissary_client_sdk.models._request import RequestModel
from emissary_client_sdk.types import OpenEnum
from emissary_client_sdk.types.annotations import union_members

from .known import EVERY, REQUESTS, exported

TYPED_DICTS: dict[str, Any] = {name: value for name, value in exported(models).items() if is_typeddict(value)}
each = pytest.mark.parametrize("name", TYPED_DICTS)


def test_every_request_has_one() -> None:
    """Every request model has a TypedDict, nested ones included."""
    assert {f"{model.__name__}TypedDict" for model in REQUESTS} <= set(TYPED_DICTS)


@each
def test_fields(name: str) -> None:
    """A TypedDict has the fields of its model and requires the same ones."""
    fields = EVERY[name.removesuffix("TypedDict")].model_fields
    assert set(TYPED_DICTS[name].__annotations__) == set(fields)
    assert TYPED_DICTS[name].__required_keys__ == {field for field, info in fields.items() if info.is_required()}


@each
def test_types(name: str) -> None:
    """A field accepts the types of the model's field, models as dictionaries, and a plain string for an enum."""
    model = EVERY[name.removesuffix("TypedDict")]
    hints = get_type_hints(TYPED_DICTS[name])
    for field, info in model.model_fields.items():
        if not issubclass(model, RequestModel) or field == "content":
            continue
        expected = {_as_dictionary(member) for member in union_members(info.annotation)}
        assert {_as_dictionary(member) for member in union_members(hints[field])} == expected
        if any(isinstance(member, type) and issubclass(member, OpenEnum) for member in expected):
            assert str in expected


def _as_dictionary(annotation: Any) -> Any:
    """Replace models in an annotation by their TypedDicts, and remove validators."""
    if get_origin(annotation) is Annotated:
        return _as_dictionary(get_args(annotation)[0])
    if arguments := get_args(annotation):
        return get_origin(annotation), tuple(_as_dictionary(argument) for argument in arguments)
    return getattr(models, f"{annotation.__name__}TypedDict") if annotation in REQUESTS else annotation
