"""``UNSET``: the value of an argument or field that was not passed, if ``None`` has a meaning of its own."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from pydantic_core import CoreSchema

UNSET_SENTINEL = "~?~unset~?~sentinel~?~"
"""Serialized form of ``UNSET``. ``BaseModel`` leaves out fields with this value."""


class Unset:
    """The type of ``UNSET``. It is falsy and has one instance."""

    __slots__ = ()
    _only: "Unset | None" = None

    def __new__(cls) -> "Unset":
        """Return the one instance."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self) -> "Literal[False]":
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> "tuple[type[Unset], tuple[()]]":
        return Unset, ()  # copies and pickles are the same object

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: "Any", _handler: "Any") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(
            cls,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda _: UNSET_SENTINEL, return_schema=core_schema.str_schema()
            ),
        )


UNSET = Unset()
