"""The record of what a preparation changes, drops or notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report import MAX_LINES, PreparationChange

if TYPE_CHECKING:
    from ..report import ChangeKind
    from .libraries import DataFrame, Series

LINE = "\0line"
"""The column with the line of each row, under a name that no file has."""


class Changes:
    """Counts changes, and keeps their first lines."""

    def __init__(self) -> None:
        self._found: dict[tuple[ChangeKind, str], tuple[int, tuple[int, ...]]] = {}

    def add(self, kind: ChangeKind, message: str, count: int = 0, lines: tuple[int, ...] = ()) -> None:
        """Add a number of records to a change; 0 for a change of the whole file."""
        known, first = self._found.get((kind, message), (0, ()))
        self._found[kind, message] = known + count, (first + lines)[:MAX_LINES]

    def add_rows(self, kind: ChangeKind, message: str, frame: DataFrame, mask: Series) -> None:
        """Add the rows of a frame that a mask selects."""
        count = int(mask.sum())
        if count:
            lines = frame[LINE].filter(mask).head(MAX_LINES).to_list()
            self.add(kind, message, count, tuple(lines))

    def drop_rows(self, message: str, frame: DataFrame, mask: Series) -> DataFrame:
        """Return a frame without the rows that a mask selects, and add these."""
        if not mask.any():
            return frame
        self.add_rows("dropped", message, frame, mask)
        return frame.filter(~mask)

    def listed(self) -> list[PreparationChange]:
        """Return the changes: of the whole file first, then as they were found."""
        found = [PreparationChange(kind, text, *value) for (kind, text), value in self._found.items()]
        return sorted(found, key=lambda change: change.count > 0)
