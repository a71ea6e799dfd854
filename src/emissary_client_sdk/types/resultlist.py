"""The list that operations return: a ``list`` that displays itself as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing import SupportsIndex

T = TypeVar("T")


class ResultList(list[T]):
    """A ``list`` that is a table in a notebook and under ``print``; in every other respect it is a plain list.

    A long list shows its newest items. A slice is a ``ResultList`` too; ``copy`` and ``+`` return plain lists.
    """

    # The place of ``response_info``, which equality, copies and pickles do not know.
    __slots__ = ("__dict__", "__weakref__", "_response_info")

    def __getstate__(self) -> dict[str, Any] | None:
        return self.__dict__ or None

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> T: ...
    @overload
    def __getitem__(self, index: slice, /) -> ResultList[T]: ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> T | ResultList[T]:
        if isinstance(index, slice):
            return ResultList(super().__getitem__(index))
        return super().__getitem__(index)

    def __str__(self) -> str:
        from .._display.terminal import list_text

        return list_text(self) or repr(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print the table in IPython on a terminal."""
        printer.text(repr(self) if cycle else str(self))

    def _repr_html_(self) -> str | None:
        """Return the table for a notebook, or None for a list of anything but models."""
        from .._display.page import list_html

        return list_html(self)
