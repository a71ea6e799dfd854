"""``UNSET``, the aliases beside it, and the lazy modules."""

import copy
import importlib
import pickle
from types import ModuleType
from typing import Any

import pydantic
import pytest

import emissary_client_sdk
from emissary_client_sdk import errors, models, types, utils
from emissary_client_sdk.types import UNSET, UNSET_SENTINEL, BaseModel, Nullable, OptionalNullable, Unset
from emissary_client_sdk.types.annotations import nullable_fields, union_members

HOOKS = importlib.import_module("emissary_client_sdk._hooks")
# As values, which is how pydantic meets them; a type checker knows them as annotations only.
NULLABLE: Any = Nullable
OPTIONAL: Any = OptionalNullable


def test_there_is_one() -> None:
    """UNSET is falsy, has one instance, and copies and pickles are the same object."""
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert Unset() is UNSET
    assert copy.copy(UNSET) is copy.deepcopy([UNSET])[0] is UNSET
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET  # noqa: S301  # it was made here
    assert emissary_client_sdk.UNSET is UNSET


class Mine(BaseModel):
    """A model of a caller's own."""

    name: OptionalNullable[str] = UNSET
    number: Nullable[int] = None


def test_in_a_model() -> None:
    """A field may hold a value, null, or nothing at all."""
    assert Mine().name is UNSET
    assert Mine(name=UNSET).name is UNSET
    assert Mine(name=None, number=3) == Mine.model_validate({"name": None, "number": 3})
    for wrong in ({"name": 3}, {"number": "three"}, {"number": UNSET}):
        with pytest.raises(pydantic.ValidationError):
            Mine.model_validate(wrong)


def test_the_place_holder() -> None:
    """Where pydantic has to write UNSET it becomes the place holder, so that it cannot be mistaken for null."""
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(OptionalNullable[str])
    assert adapter.dump_python(UNSET) == UNSET_SENTINEL
    assert adapter.dump_python(None) is None
    assert adapter.dump_json("a") == b'"a"'


def test_nullable_fields() -> None:
    """A model's fields in which None means null are told from those in which it does not."""
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
    """An annotation's members are found through aliases and nested unions."""
    assert set(union_members(annotation)) == members


lazy_modules = pytest.mark.parametrize(
    "module", [emissary_client_sdk, models, types, utils, HOOKS], ids=lambda module: module.__name__
)


@lazy_modules
def test_lazy_modules(module: ModuleType) -> None:
    """Every public name can be had, is in ``dir``, and is the same object each time."""
    for name in module.__all__:
        assert getattr(module, name) is getattr(module, name)
        assert name in dir(module)
    assert dir(module) == sorted(dir(module))


@lazy_modules
def test_names_that_are_none(module: ModuleType) -> None:
    """A name that is none is the AttributeError of any module."""
    with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'nonsense'"):
        _ = module.nonsense
    assert not hasattr(module, "__wrapped__")


def test_submodules() -> None:
    """The public submodules are attributes of the package."""
    assert (emissary_client_sdk.errors, emissary_client_sdk.models) == (errors, models)
    assert (emissary_client_sdk.types, emissary_client_sdk.utils) == (types, utils)
    assert utils.retries.RetryConfig is utils.RetryConfig
