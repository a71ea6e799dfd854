"""Collection of a report's problems and counts while a file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .report import DatasetProblem

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

MAX_PROBLEMS = 100
"""Problems of each severity that are kept; the rest is only counted, so that memory stays constant."""
MAX_DISTINCT = 500_000
"""Records among which duplicates are found: about 55 MB of 64-bit hashes and line numbers."""


class ReportBuilder:
    """The problems and counts found so far.

    `line` is the line of the record that is being checked. Checks of single fields report problems there.
    """

    def __init__(self) -> None:
        self.line: int | None = None
        self.records = 0
        self.characters = 0
        self.error_count = 0
        self.warning_count = 0
        self._errors: list[DatasetProblem] = []
        self._warnings: list[DatasetProblem] = []
        self._lines: dict[int, int | None] = {}

    @property
    def problems(self) -> list[DatasetProblem]:
        """The problems kept, in the order of their lines; those of the whole file come last."""
        found = self._errors + self._warnings
        return sorted(found, key=lambda problem: (problem.line is None, problem.line or 0))

    def error(self, message: str) -> None:
        """Report an error at the current line."""
        self.error_count += 1
        self._keep(self._errors, "error", message)

    def warning(self, message: str) -> None:
        """Report a warning at the current line."""
        self.warning_count += 1
        self._keep(self._warnings, "warning", message)

    def note(self, message: str) -> None:
        """Report a warning that concerns the whole file."""
        line, self.line = self.line, None
        self.warning(message)
        self.line = line

    def _keep(self, kept: list[DatasetProblem], severity: Literal["error", "warning"], message: str) -> None:
        if len(kept) < MAX_PROBLEMS:
            kept.append(DatasetProblem(self.line, severity, message))

    def count_record(self, content: Hashable) -> None:
        """Count a record, and report it if an equal one came before."""
        self.records += 1
        key = hash(content)
        first = self._lines.get(key)
        if first is not None:
            self.warning(f"same record as on line {first}")
        elif len(self._lines) < MAX_DISTINCT:
            self._lines[key] = self.line

    def count_records(self, first: int, contents: Sequence[Hashable]) -> None:
        """Count the records on consecutive lines, and report those that came before."""
        keys = list(map(hash, contents))
        if len(set(keys)) == len(keys) and self._lines.keys().isdisjoint(keys):
            self.records += len(keys)
            room = MAX_DISTINCT - len(self._lines)
            self._lines.update(zip(keys[:room], range(first, first + room), strict=False))
        else:
            for line, content in enumerate(contents, first):
                self.line = line
                self.count_record(content)
