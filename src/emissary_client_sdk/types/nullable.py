"""Type aliases for values that may be null, or null or unset."""

from typing import TYPE_CHECKING, TypeVar, Union

from .unset import Unset

T = TypeVar("T")

if TYPE_CHECKING:
    from typing import TypeAlias

    Nullable: TypeAlias = Union[T, None]  # noqa: UP007  # ``T | None`` cannot be subscripted on Python 3.10
    OptionalNullable: TypeAlias = Union[T, Unset, None]  # noqa: UP007
else:
    from typing_extensions import TypeAliasType

    Nullable = TypeAliasType("Nullable", T | None, type_params=(T,))
    OptionalNullable = TypeAliasType("OptionalNullable", T | Unset | None, type_params=(T,))
