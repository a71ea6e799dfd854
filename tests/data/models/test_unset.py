"""``UNSET`` and the type aliases for values that may be null or unset."""

import copy
import pickle
from typing import Any

import pydantic
import pytest

from emissary_client_sdk import models
from emissary_client_sdk.types import UNSET, UNSET_SENTINEL, BaseModel, Nullable, OptionalNullable, Unset
from emissary_client_sdk.types.annotations import nullable_fields, union_members

# As runtime values; type checkers know them as annotations only.
NULLABLE: Any = Nullable
OPTIONAL: Any = OptionalNullable


class Mine(BaseModel):
    """A model outside the SDK."""

    name: OptionalNullable[str] = UNSET
    number: Nullable[int] = None


def test_singleton() -> None:
    """UNSET is falsy and has one instance; copies and pickles are the same object."""
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert Unset() is UNSET
    assert copy.copy(UNSET) is copy.deepcopy([UNSET])[0] is UNSET
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET  # noqa: S301  # created above


def test_fields() -> None:
    """A field holds a value, null, or nothing at all."""
    assert Mine().name is UNSET
    assert Mine(name=UNSET).name is UNSET
    assert Mine(name=None, number=3) == Mine.model_validate({"name": None, "number": 3})
    for wrong in ({"name": 3}, {"number": "three"}, {"number": UNSET}):
        with pytest.raises(pydantic.ValidationError):
            Mine.model_validate(wrong)


def test_dumps() -> None:
    """A model's dump leaves out UNSET and keeps null."""
    assert Mine(number=3).model_dump() == {"number": 3}
    assert Mine(name=None).model_dump_json() == '{"name":null,"number":null}'


def test_placeholder() -> None:
    """Outside a model UNSET is serialized as a placeholder, not as null."""
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(OptionalNullable[str])
    assert adapter.dump_python(UNSET) == UNSET_SENTINEL
    assert adapter.dump_python(None) is None
    assert adapter.dump_json("a") == b'"a"'


def test_nullable_fields() -> None:
    """Only in a field that can be unset does None mean null."""
    assert nullable_fields(Mine) == {"name"}
    assert nullable_fields(models.CreateTrainingJobRequestBody) == frozenset()


@pytest.mark.parametrize(
    ("annotation", "members"),
    [
        (int, {int}),
        (int | None, {int, type(None)}),
        (NULLABLE[int], {int, type(None)}),
        (OPTIONAL[int], {int, Unset, type(None)}),
        (OPTIONAL[int | str], {int, str, Unset, type(None)}),
        (NULLABLE[OPTIONAL[int]], {int, Unset, type(None)}),
    ],
    ids=["plain", "union", "nullable", "optional", "of a union", "nested"],
)
def test_union_members(annotation: Any, members: set[Any]) -> None:
    """The members of an annotation are found through aliases and nested unions."""
    assert set(union_members(annotation)) == members
