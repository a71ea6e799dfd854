"""Checking a data file before it is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._display.text import FORMAT_NAMES
from .builder import ReportBuilder
from .csvfile import check_csv
from .formats import BOM, HEAD, detect_format, format_of_name
from .jsonfile import check_array, check_jsonl
from .report import DatasetReport
from .source import open_source

if TYPE_CHECKING:
    from .datasetfile import DatasetFile
    from .shapes import Shape
    from .source import Source

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_CHECKS: Final = {"csv": check_csv, "jsonl": check_jsonl, "json": check_array}


def check_dataset(file: DatasetFile, task_type: str | None = None) -> DatasetReport:
    """Check a data file for training or testing.

    The file is read once in blocks, so its size does not matter for memory. Duplicates are found among the first
    500,000 different records; records above 16 MiB are skipped with a warning.

    :param file: A path, bytes, an open binary file (read from its position, which is restored), an iterable of dicts
        (an iterator is consumed), a pandas or polars DataFrame, or a Hugging Face Dataset.
    :param task_type: The task to check the records for, such as ``classification``. By default it is detected. The
        records of a task that this version does not know are only checked for having the same fields.
    :raises FileNotFoundError: The path does not exist.
    :raises TypeError: `file` is something else.
    :raises ValueError: A table or an iterable has a value that JSON cannot express, such as NaN.
    """
    with open_source(file) as source:
        return check_source(source, task_type)


def check_source(source: Source, task_type: str | None = None) -> DatasetReport:
    """Check an opened data file, as `check_dataset` does."""
    task_type = None if task_type is None else str(task_type)  # an enumeration's member is reported as its value
    builder = ReportBuilder()
    head = source.rewind().read(HEAD)
    kind = detect_format(head, source.file_name)
    shape: Shape | None = None
    builder.line = 1
    if head.startswith(_UTF_16):
        builder.error("the file is encoded in UTF-16: save it as UTF-8")
    else:
        skipped = 0
        if head.startswith(BOM):
            skipped = len(BOM)
            builder.error("the file begins with a byte-order mark: save it as UTF-8 without one")
        if format_of_name(source.file_name) not in (None, kind):
            builder.warning(f"the content is {FORMAT_NAMES[kind]}, unlike the file's extension")
        source.binary_file.seek(source.start + skipped)
        shape = _CHECKS[kind](builder, source.binary_file, task_type)
        _finish(builder, source.size, shape)
    labels = None if shape is None else shape.labels
    return DatasetReport(
        file_name=source.file_name,
        format=kind,
        task_type=task_type or (None if shape is None else shape.task_type),
        label_kind=None if labels is None else labels.kind,
        size=source.size,
        records=builder.records,
        characters=builder.characters,
        labels={} if labels is None else labels.counts,
        problems=builder.problems,
        error_count=builder.error_count,
        warning_count=builder.warning_count,
    )


def _finish(builder: ReportBuilder, size: int, shape: Shape | None) -> None:
    """Report what only the whole file shows."""
    builder.line = None
    if not builder.records and not builder.error_count:
        builder.error("the file has no records" if size else "the file is empty")
    if shape is not None and shape.labels is not None and shape.labels.counts:
        shape.labels.finish()
