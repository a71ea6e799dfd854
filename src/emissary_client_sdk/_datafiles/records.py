"""The records of a file as columns of the fields that a task expects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from .._display.text import counted, quoted
from .batch import BLANK_LINE, Unreadable
from .formats import PAIR_COLUMNS, PREPARE, TEXT_COLUMNS
from .jsonlines import repeated_keys
from .naming import rename_hint, why_unknown
from .shapes import CSV_TASKS, csv_shape, detect_task, forms_of, json_shape
from .values import difference, is_object, json_type, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .batch import Batch
    from .problems import ProblemLog
    from .shapes import Shape

Columns = tuple["Sequence[int]", "Mapping[str, Sequence[Any]]"]
"""The indexes of the records that have all fields, and the values of each field."""
UNCHECKED: Final = "; the records are not checked"


class RecordFields:
    """The base of the records of both kinds of files.

    :ivar shape: What the task expects; None if the records fit no task.
    """

    def __init__(self, log: ProblemLog, task_type: str | None) -> None:
        self._log = log
        self._task_type = task_type
        self.shape: Shape | None = None

    def _report_unreadable(self, batch: Batch) -> Sequence[int]:
        """Report what is not a record, and return the indexes of the others."""
        if Unreadable not in set(map(type, batch.records)):
            return range(len(batch.records))
        readable: list[int] = []
        for index, record in enumerate(batch.records):
            if record is BLANK_LINE:
                self._log.warning(index, record.message)
            elif isinstance(record, Unreadable) and not record.is_record:
                self._log.error_at(batch.lines[index], record.message, record.detail, record.hint)
            elif isinstance(record, Unreadable):
                self._log.error(index, record.message, record.detail, record.hint)
            else:
                readable.append(index)
        return readable


class JSONRecords(RecordFields):
    """Objects of JSON."""

    def __init__(self, log: ProblemLog, task_type: str | None) -> None:
        super().__init__(log, task_type)
        self._names: tuple[str, ...] = ()  # the expected fields, those that are not checked last

    def start(self, sample: list[Batch]) -> None:
        """Choose the expected fields by most of the first records."""
        records = [record for batch in sample for record in batch.records if is_object(record)]
        task_type = self._task_type or detect_task(records)
        if task_type is None:
            if records:
                message, hint = why_unknown(records)
                self._log.error(None, message + UNCHECKED, hint=hint)
            return
        form = max(forms_of(task_type), key=lambda names: sum(record.keys() >= set(names) for record in records))
        complete = [record for record in records if record.keys() >= set(form)]
        others = Counter(name for record in complete for name in record if name not in form)
        extra = sorted(name for name, count in others.items() if count * 2 > len(complete))
        if extra:
            self._log.warning(None, f"fields that {task_type} does not have: {named(extra)}")
        self._names = (*form, *extra)
        self.shape = json_shape(self._log, task_type, form)
        self.shape.learn({name: [record[name] for record in complete] for name in form})

    def columns(self, batch: Batch) -> Columns:
        """Report records without the expected fields, and return the values of the others."""
        indexes = self._report_unreadable(batch)
        records = batch.records
        expected = dict.fromkeys(self._names).keys()
        odd = [index for index in indexes if type(records[index]) is not dict or records[index].keys() != expected]
        if odd:
            incomplete = {index for index in odd if not self._look_at(index, records[index])}
            indexes = [index for index in indexes if index not in incomplete]
        if self.shape is None:
            return [], {}
        self._find_repeated_keys(batch, indexes)
        if len(indexes) < len(records):
            records = [records[index] for index in indexes]
        return indexes, {name: [record[name] for record in records] for name in self.shape.fields}

    def _look_at(self, index: int, record: Any) -> bool:
        """Report a record with other fields, and return whether it has at least the expected ones."""
        if not is_object(record):
            self._log.error(index, f"the record must be an object, not {json_type(record)}")
            return False
        if self.shape is None:
            return False
        names = set(self._names)
        hint = rename_hint(names - record.keys(), record.keys() - names)
        self._log.error(index, f"fields: {difference(record, names)}", hint=hint)
        return record.keys() >= names

    def _find_repeated_keys(self, batch: Batch, indexes: Sequence[int]) -> None:
        labels = () if self.shape is None or self.shape.labels is None else self.shape.labels.counts
        keys = [*self._names, *labels]
        count = len(batch.records)
        if batch.contents is None or batch.text.count(b'":') == count * len(keys):
            return
        if any(batch.text.count(b'"%b"' % key.encode()) > count for key in keys):
            contents = batch.contents()
            for index in indexes:
                for key in repeated_keys(contents[index]):
                    self._log.warning(index, f"the key {quoted(key)} occurs several times; only the last value counts")


class CSVRecords(RecordFields):
    """Rows of CSV."""

    def __init__(self, log: ProblemLog, task_type: str | None) -> None:
        super().__init__(log, task_type)
        self._header: list[str] = []

    def start(self, sample: list[Batch]) -> None:
        """Remove the header from the first rows, and choose the expected columns by it."""
        for batch in sample:
            for index, row in enumerate(batch.records):
                if isinstance(row, list):
                    lines = list(batch.lines)
                    self._check_header(lines.pop(index), batch.records.pop(index))
                    batch.lines = lines
                    return

    def _check_header(self, line: int, header: list[str]) -> None:
        known = PAIR_COLUMNS if {*header} & {*PAIR_COLUMNS} else TEXT_COLUMNS
        task_type = self._task_type
        expected = known if task_type is None else PAIR_COLUMNS if task_type == "embedding" else TEXT_COLUMNS
        shown = quoted(",".join(header))
        if task_type not in (None, *CSV_TASKS):
            self._log.error_at(line, f"{task_type} needs JSONL, not CSV; the rows are not checked")
        elif not {*header} >= {*expected}:
            choice = ",".join(expected) if task_type else " or ".join(map(",".join, (TEXT_COLUMNS, PAIR_COLUMNS)))
            message = f"the header must be {choice}, not {shown}; the rows are not checked"
            self._log.error_at(line, message, hint=_header_hint(header, expected))
        else:
            if len(header) > len(expected):
                hint = f"remove {named({*header} - {*expected})}" if {*header} > {*expected} else None
                self._log.error_at(line, f"the header must be {','.join(expected)}, not {shown}", hint=hint)
            self._header = header
            self.shape = csv_shape(self._log, task_type, expected)

    def columns(self, batch: Batch) -> Columns:
        """Report rows with another number of cells than the header, and return the values of the others."""
        indexes = self._report_unreadable(batch)
        if self.shape is None:
            return [], {}
        width, rows = len(self._header), batch.records
        for index in [index for index in indexes if len(rows[index]) != width]:
            hint = "put texts with commas in double quotes" if len(rows[index]) > width else None
            self._log.error(index, f"{counted(len(rows[index]), 'cell')}, but {width} in the header", hint=hint)
        indexes = [index for index in indexes if len(rows[index]) == width]
        found = [rows[index] for index in indexes]
        cells = dict(zip(self._header, zip(*found, strict=True), strict=False))
        return indexes, {name: cells.get(name, ()) for name in self.shape.fields}


def _header_hint(header: list[str], expected: Sequence[str]) -> str:
    separators = [mark for mark in (";", "\t", "|") if mark in header[0]]
    if len(header) == 1 and separators:
        return f"separate the columns by commas, or {PREPARE}"
    rename = rename_hint([name for name in expected if name not in header], header)
    return f"{rename}, or {PREPARE}" if rename else PREPARE
