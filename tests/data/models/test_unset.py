"""``UNSET`` and the type aliases for values that may be null or unset."""

import copy
import pickle
from typing import Any

import pydantic
import pytest

from emissary_client_sdk.types import UNSET, UNSET_SENTINEL, BaseModel, Nullable, OptionalNullable, Unset

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


def test_placeholder() -> None:
    """UNSET is serialized as a placeholder, not as null."""
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(OptionalNullable[str])
    assert adapter.dump_python(UNSET) == UNSET_SENTINEL
    assert adapter.dump_python(None) is None
    assert adapter.dump_json("a") == b'"a"'
