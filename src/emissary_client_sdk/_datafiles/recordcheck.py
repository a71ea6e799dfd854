"""The check of all records of a file, batch by batch."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from .batch import Unreadable
from .csvfile import read_csv
from .jsonarray import read_array
from .jsonlines import read_jsonl
from .records import CSVRecords, JSONRecords
from .repetitions import Repetitions, normalized_hash
from .tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from .batch import Batch, Readable
    from .formats import DataFormat
    from .labels import Labels
    from .problems import ProblemLog
    from .shapes import Shape

MAX_TOKENS: Final = 8000
"""Tokens of a record above which a warning is due."""
_MIN_CHARACTERS: Final = MAX_TOKENS * 2 // 5  # no text has more tokens per character
_SAMPLE: Final = 200
"""Records by most of which the expected fields are chosen."""
_MAX_SAMPLE: Final = 64
"""Batches that may be read for this."""
_READERS: Final = {"csv": read_csv, "jsonl": read_jsonl, "json": read_array}


class RecordCheck:
    """The check of a file's records.

    :ivar questions: Hashes of what the records ask, if it is set to a set before they are read.
    """

    def __init__(self, log: ProblemLog, task_type: str | None, kind: DataFormat) -> None:
        self._log = log
        self._kind: DataFormat = kind
        self._records = CSVRecords(log, task_type) if kind == "csv" else JSONRecords(log, task_type)
        self._repetitions = Repetitions(log)
        self._entries = 0
        self._forbidden: set[int] = set()
        self._forbidden_by = ""
        self.questions: set[int] | None = None
        self.characters = 0
        self.tokens = 0.0

    @property
    def shape(self) -> Shape | None:
        """The fields of the records, and their checks; None if they fit no task."""
        return self._records.shape

    @property
    def labels(self) -> Labels | None:
        """The labels of the records; None if they have none."""
        return None if self.shape is None else self.shape.labels

    def forbid(self, questions: set[int], file_name: str) -> None:
        """Report records that ask what the records of another file ask."""
        self._forbidden, self._forbidden_by = questions, file_name

    def read(self, file: Readable) -> None:
        """Check all records of a file."""
        batches = _READERS[self._kind](file)
        sample = _sample(batches)
        self._records.start(sample)
        for batch in chain(sample, batches):
            self._add(batch)
        if self.shape is not None and self._log.records:
            self.shape.finish()
            if self.shape.answer is not None:
                self._repetitions.report_conflicts(self.shape.question, self.shape.answer)

    def _add(self, batch: Batch) -> None:
        count = len(batch.records)
        numbers = range(self._entries + 1, self._entries + count + 1)
        self._entries += count
        self._log.place(batch.lines, numbers)
        indexes, columns = self._records.columns(batch)
        if self.shape is not None and indexes:
            if len(indexes) < count:
                lines = [batch.lines[index] for index in indexes]
                self._log.place(lines, [numbers[index] for index in indexes])
            self._check(self.shape, columns, len(indexes))
        if len(indexes) < count:
            count -= sum(isinstance(record, Unreadable) and not record.is_record for record in batch.records)
        self._log.end_batch(count)

    def _check(self, shape: Shape, columns: Mapping[str, Sequence[Any]], count: int) -> None:
        texts = shape.check(columns)
        self._measure(texts)
        good: Sequence[int] = range(count)
        if self._log.has_errors:
            good = [index for index in good if not self._log.is_wrong(index)]
            columns = {name: [values[index] for index in good] for name, values in columns.items()}
        questions, answers = shape.keys(columns)
        self._repetitions.add(good, questions, answers)
        if self.questions is not None:
            self.questions.update(map(normalized_hash, questions))
        if self._forbidden:
            for index, question in zip(good, questions, strict=True):
                if normalized_hash(question) in self._forbidden:
                    self._log.warning(index, f"{shape.question} also occurs in {self._forbidden_by}")

    def _measure(self, texts: list[Sequence[str]]) -> None:
        """Count characters and tokens, and report very long records."""
        longest = 0
        for column in texts:
            lengths = list(map(len, column))
            longest += max(lengths)
            self.characters += sum(lengths)
            self.tokens += estimate_tokens(column)
        if longest <= _MIN_CHARACTERS:
            return
        for index, parts in enumerate(zip(*texts, strict=True)):
            if sum(map(len, parts)) > _MIN_CHARACTERS and (tokens := estimate_tokens(parts)) > MAX_TOKENS:
                self._log.warning(index, "very long record", f": about {tokens:,.0f} tokens")


def _sample(batches: Iterator[Batch]) -> list[Batch]:
    """Return the first batches, with enough records to see what most of them have in common."""
    sample: list[Batch] = []
    for batch in batches:
        sample.append(batch)
        if len(sample) == _MAX_SAMPLE or sum(len(one.records) for one in sample) >= _SAMPLE:
            break
    return sample
