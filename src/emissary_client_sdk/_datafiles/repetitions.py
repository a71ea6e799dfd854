"""Records that occur several times, in one file or in two."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, cast

from .problems import MAX_LINES
from .texts import normalized

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from .problems import ProblemLog

MAX_DISTINCT: Final = 500_000
"""Different records among which repetitions are found: about 75 MB of hashes and line numbers."""


class Repetitions:
    """The records seen so far: by hash of what a model is asked, with the hash of the answer and the line."""

    def __init__(self, log: ProblemLog) -> None:
        self._log = log
        self._numbers: dict[int, int] = {}  # of a question, its number in the arrays
        self._lines = array("Q")
        self._answers = array("q")
        self._other_answers: dict[tuple[int, int], int] = {}  # lines of questions with another answer than the first
        self._conflicts = 0
        self._conflict_lines: list[int] = []
        self._conflict_with = 0

    def add(self, indexes: Sequence[int], questions: list[Hashable], answers: list[Hashable]) -> None:
        """Remember records of the log's batch, and report those that are repeated.

        :param indexes: The index of each record in the batch.
        """
        hashes = list(map(hash, questions))
        if len(set(hashes)) == len(hashes) and self._numbers.keys().isdisjoint(hashes):
            count = min(len(hashes), MAX_DISTINCT - len(self._answers))
            self._numbers.update(zip(hashes[:count], range(len(self._answers), MAX_DISTINCT), strict=False))
            self._answers.extend(map(hash, answers[:count]))
            lines = self._log.lines
            are_all = len(indexes) == len(lines)
            self._lines.extend(lines[:count] if are_all else [lines[index] for index in indexes[:count]])
            return
        numbers, known, lines = self._numbers, self._answers, self._log.lines
        for index, question, answer in zip(indexes, hashes, map(hash, answers), strict=True):
            number = numbers.get(question)
            if number is None:
                if len(known) < MAX_DISTINCT:
                    numbers[question] = len(known)
                    known.append(answer)
                    self._lines.append(lines[index])
            elif known[number] == answer:
                self._repeated(index, self._lines[number])
            elif first := self._other_answers.get((question, answer)):
                self._repeated(index, first)
            else:
                if len(self._other_answers) < MAX_DISTINCT:
                    self._other_answers[question, answer] = lines[index]
                self._conflict(lines[index], self._lines[number])

    def _repeated(self, index: int, line: int) -> None:
        self._log.warning(index, "the record repeats an earlier one", f" (line {line})")

    def _conflict(self, line: int, first: int) -> None:
        self._conflicts += 1
        self._conflict_with = self._conflict_with or first
        if len(self._conflict_lines) < MAX_LINES:
            self._conflict_lines.append(line)

    def report_conflicts(self, question: str, answer: str) -> None:
        """Report the records with another answer than an earlier one with the same question."""
        if self._conflicts:
            message = f"the same {question} has another {answer} than on line {self._conflict_with}"
            self._log.warning_at(self._conflict_lines, self._conflicts, message)


def normalized_hash(question: Hashable) -> int:
    """Return the hash of a question, equal for texts that differ only by case, white space and the like."""
    if isinstance(question, tuple):
        return hash(tuple(map(normalized_hash, cast("tuple[Hashable, ...]", question))))
    return hash(normalized(question) if isinstance(question, str) else question)
