"""Collection of a report's problems while a file is read; equal ones are one group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from .report import DatasetProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_GROUPS: Final = 100
"""Groups of each severity that are kept, so that memory stays constant; one more has all other problems."""
_OTHERS: Final = "problems of other kinds"
MAX_LINES: Final = 5
"""Lines of a group that are kept."""

Severity = Literal["error", "warning"]


class _Group:
    def __init__(self, detail: str, hint: str | None, record: int | None) -> None:
        self.detail = detail
        self.hint = hint
        self.record = record
        self.count = 0
        self.lines: list[int] = []


class ProblemLog:
    """The problems found so far, of a file that is read batch by batch.

    :ivar records: Number of records in the batches before this one.
    :ivar lines: The lines of the records of this batch.
    """

    def __init__(self, *, numbered: bool) -> None:
        """Create a log.

        :param numbered: Whether problems have the number of the record, because lines do not identify it.
        """
        self.records = 0
        self._numbered = numbered
        self.lines: Sequence[int] = ()
        self._numbers: Sequence[int] = ()
        self._groups: dict[tuple[Severity, str], _Group] = {}
        self._flagged: dict[Severity, set[int]] = {"error": set(), "warning": set()}
        self._counts: dict[Severity, int] = {"error": 0, "warning": 0}

    def place(self, lines: Sequence[int], numbers: Sequence[int]) -> None:
        """Set the lines and numbers of the records to which the indexes of the next problems refer."""
        self.lines, self._numbers = lines, numbers

    def end_batch(self, records: int) -> None:
        """Count the records of a batch, and those with problems."""
        self.records += records
        for severity, flagged in self._flagged.items():
            self._counts[severity] += len(flagged)
            flagged.clear()

    @property
    def has_errors(self) -> bool:
        """Whether a record of this batch has an error."""
        return bool(self._flagged["error"])

    def is_wrong(self, index: int) -> bool:
        """Return whether a record of this batch has an error."""
        return self._numbers[index] in self._flagged["error"]

    def count(self, severity: Severity) -> int:
        """Return the number of records with problems of a severity; a problem of the whole file counts as one."""
        return self._counts[severity] + len(self._flagged[severity])

    def error(self, index: int | None, message: str, detail: str = "", hint: str | None = None) -> None:
        """Report an error of a record, or of the whole file if ``index`` is None.

        :param message: Description of the problem, equal for all records of a group.
        :param detail: What differs from record to record; the report has that of the first.
        :param hint: A way to solve the problem.
        """
        self._add("error", index, message, detail, hint)

    def warning(self, index: int | None, message: str, detail: str = "", hint: str | None = None) -> None:
        """Report a warning, as ``error`` reports an error."""
        self._add("warning", index, message, detail, hint)

    def error_at(self, line: int, message: str, detail: str = "", hint: str | None = None) -> None:
        """Report an error of a line that is not a record, such as a header."""
        self._counts["error"] += 1
        self._count(self._group("error", message, detail, hint, None), line)

    def warning_at(self, lines: Sequence[int], count: int, message: str, hint: str | None = None) -> None:
        """Report a warning of several records that were read before.

        :param lines: Lines of the first of them.
        :param count: Number of all of them.
        """
        self._counts["warning"] += count
        group = self._group("warning", message, "", hint, None)
        group.count += count
        group.lines += lines[: MAX_LINES - len(group.lines)]

    def _add(self, severity: Severity, index: int | None, message: str, detail: str, hint: str | None) -> None:
        if index is None:
            self._counts[severity] += 1
        else:
            self._flagged[severity].add(self._numbers[index])
        number = self._numbers[index] if self._numbered and index is not None else None
        group = self._group(severity, message, detail, hint, number)
        self._count(group, None if index is None else self.lines[index])

    def _group(self, severity: Severity, message: str, detail: str, hint: str | None, number: int | None) -> _Group:
        if (severity, message) not in self._groups:
            if sum(kept == severity for kept, _ in self._groups) >= MAX_GROUPS:
                message, detail, hint = _OTHERS, "", None
            self._groups.setdefault((severity, message), _Group(detail, hint, number))
        return self._groups[severity, message]

    @staticmethod
    def _count(group: _Group, line: int | None) -> None:
        group.count += 1
        if line is not None and len(group.lines) < MAX_LINES:
            group.lines.append(line)

    def problems(self) -> list[DatasetProblem]:
        """Return the groups in the order of their first lines; those of the whole file come last."""
        found = [
            DatasetProblem(
                line=group.lines[0] if group.lines else None,
                severity=severity,
                message=message + group.detail,
                count=group.count,
                lines=tuple(group.lines),
                record=group.record,
                hint=group.hint,
            )
            for (severity, message), group in self._groups.items()
        ]
        return sorted(found, key=lambda problem: (problem.line is None, problem.line or 0, problem.severity))
