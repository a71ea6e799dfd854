"""The types of data that can be checked and uploaded."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Annotated, Any, BinaryIO, Final, Protocol, TypeAlias

from pydantic import GetPydanticSchema
from pydantic_core import core_schema


class PandasFrame(Protocol):
    """The part of a pandas DataFrame that is used."""

    @property
    def columns(self) -> Any:
        """The names of the columns."""
        ...

    def itertuples(self, index: bool = ..., name: Any = ...) -> Any:
        """Return an iterator over the rows."""
        ...


class PolarsFrame(Protocol):
    """The part of a polars DataFrame that is used."""

    def iter_rows(self, *, named: Any) -> Any:
        """Return an iterator over the rows."""
        ...


class HuggingFaceDataset(Protocol):
    """The part of a Hugging Face Dataset that is used."""

    @property
    def column_names(self) -> Any:
        """The names of the columns."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


ANY_SCHEMA: Final = GetPydanticSchema(lambda _source, _handler: core_schema.any_schema())
"""Annotation with which pydantic passes every value to a method, because the method checks it."""

DatasetFile: TypeAlias = Annotated[
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | BinaryIO
    | IO[bytes]
    | Iterable[Mapping[str, Any]]
    | PandasFrame
    | PolarsFrame
    | HuggingFaceDataset,
    ANY_SCHEMA,
]
"""The types of data that can be checked and uploaded."""
