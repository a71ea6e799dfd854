"""The result of preparing a data file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path  # noqa: TC003  # the pages show the types
from typing import Any, Final, Literal, TypeAlias

from .._datafiles.report import label_lines, wrapped
from .._display.text import counted, printable

ChangeKind: TypeAlias = Literal["repaired", "converted", "dropped", "found"]

MAX_LINES: Final = 5
"""Lines of a change that a report lists."""


@dataclass(frozen=True)
class PreparationChange:
    """Something that was changed, dropped or noticed, with all records that it concerns."""

    kind: ChangeKind
    """What happened to the records; ``found`` means that they were kept as they are, but deserve a look."""
    message: str
    """Description, on one line."""
    count: int
    """Number of records; 0 if it concerns the whole file."""
    lines: tuple[int, ...] = ()
    """Lines of the first five of them. Rows of a table are counted from 1, its header included."""

    def __str__(self) -> str:
        text = f"{self.kind}: {self.message}"
        if not self.count:
            return text
        more = ", …" if self.count > len(self.lines) else ""
        places = f": line{'s' if more or self.lines[1:] else ''} {', '.join(map(str, self.lines))}{more}"
        return f"{text} ({counted(self.count, 'record')}{places if self.lines else ''})"


@dataclass(frozen=True)
class PreparationReport:
    """The records that ``prepare_dataset`` read, changed and wrote."""

    file_name: str
    """Name of the file, without its directory."""
    format: str
    """Format of the file, such as ``csv`` or ``xlsx``; ``records`` for data that is not a file."""
    task_type: str
    """Task of the prepared records."""
    label_kind: Literal["binary", "multiclass", "multilabel"] | None
    """Kind of classification; None for other tasks."""
    columns: dict[str, list[str]]
    """The columns that were used, by what they were used for."""
    is_guessed: bool
    """Whether a column or the task was guessed from names and values."""
    records: int
    """Number of records that were read, without empty rows."""
    train_records: int
    """Number of records in the training file."""
    test_records: int
    """Number of records in the test file."""
    labels: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """Number of records of each label in the training file and in the test file."""
    leakage: int = 0
    """Number of texts that are in both files."""
    changes: list[PreparationChange] = field(default_factory=list[PreparationChange])
    """What was repaired, converted, dropped or noticed."""

    @property
    def dropped(self) -> int:
        """Number of records that were read and not written."""
        return self.records - self.train_records - self.test_records

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a dict of JSON values."""
        labels = {label: {"train": train, "test": test} for label, (train, test) in self.labels.items()}
        return {**asdict(self), "labels": labels, "dropped": self.dropped}

    def __str__(self) -> str:
        kind = f" ({self.label_kind})" if self.label_kind else ""
        facts = f"{self.format}, {self.task_type}{kind}, {counted(self.records, 'record')}"
        used = "; ".join(f"{role} from {', '.join(map(printable, names))}" for role, names in self.columns.items())
        split = f"{self.train_records:,} for training, {self.test_records:,} for testing, {self.dropped:,} dropped"
        lines = wrapped(f"{printable(self.file_name)}: {facts}")
        lines += wrapped(f"{'guessed' if self.is_guessed else 'columns'}: {used}")
        lines += wrapped(f"split: {split}; texts in both files: {self.leakage:,}")
        counts = [f"{printable(label)} {train:,} + {test:,}" for label, (train, test) in self.labels.items()]
        return "\n".join([*lines, *label_lines(counts), *map(str, self.changes)])


@dataclass(frozen=True)
class PreparedDataset:
    """The files that ``prepare_dataset`` wrote."""

    train: Path
    """The training file."""
    test: Path | None
    """The test file; None without a split."""
    report: PreparationReport
    """What was read, changed and written."""
