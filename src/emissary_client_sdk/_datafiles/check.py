"""Checking a data file before it is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._display.text import FORMAT_NAMES
from .formats import detect_format, foreign_format, format_of_name
from .problems import ProblemLog
from .recordcheck import RecordCheck
from .report import DatasetReport
from .shapes import known_task
from .source import open_source

if TYPE_CHECKING:
    from ..models._literals import TaskTypeOrStr
    from .datasetfile import DatasetFile
    from .source import DataSource


def check_dataset(
    file: DatasetFile, task_type: TaskTypeOrStr | None = None, *, against: DatasetFile | None = None
) -> DatasetReport:
    """Check a data file for training or testing.

    The file is read once in blocks, so its size does not matter for memory. Repetitions are found among the first
    500,000 different records. A record above 16 MiB is an error.

    :param file: A path, bytes, an open binary file (read from its position, which is restored), an iterable of dicts
        (an iterator is consumed), a pandas or polars DataFrame, or a Hugging Face Dataset.
    :param task_type: The task to check the records for, such as ``classification``. By default it is detected.
    :param against: Another data file of the same task, such as the test file of a training file. Prompts that occur in
        both are reported; differences of case and white space do not count.
    :raises FileNotFoundError: The path does not exist.
    :raises TypeError: ``file`` is something else.
    :raises ValueError: The task is unknown, or a table or an iterable has a value that JSON cannot express, such as
        NaN.
    """
    task_type = known_task(task_type)
    with open_source(file) as source:
        if against is None:
            return check_source(source, task_type)
        with open_source(against) as other:
            return check_source(source, task_type, against=other)


def check_source(
    source: DataSource, task_type: str | None = None, *, against: DataSource | None = None
) -> DatasetReport:
    """Check an opened data file, as ``check_dataset`` does."""
    kind = detect_format(source.head, source.file_name)
    log = ProblemLog(numbered=kind == "json")
    check = RecordCheck(log, known_task(task_type), kind)
    if against is not None:
        check.forbid(_questions_of(against, task_type), against.file_name)
    if foreign := foreign_format(source.head):
        log.error(None, f"the file is {foreign[0]}", hint=foreign[1])
    else:
        if source.has_mark:
            log.warning(None, "the file begins with a byte-order mark, which an upload leaves out")
        if format_of_name(source.file_name) not in (None, kind):
            log.warning(None, f"the content is {FORMAT_NAMES[kind]}, unlike the file's extension")
        check.read(source.open())
        if not log.records and not log.count("error"):
            log.error(None, "the file has no records" if source.size else "the file is empty")
    shape, labels = check.shape, check.labels
    return DatasetReport(
        file_name=source.file_name,
        format=kind,
        task_type=task_type or (None if shape is None else shape.task_type),
        label_kind=None if labels is None else labels.kind,
        size=source.size,
        records=log.records,
        characters=check.characters,
        labels={} if labels is None else labels.counts,
        problems=log.problems(),
        error_count=log.count("error"),
        warning_count=log.count("warning"),
        tokens=round(check.tokens),
    )


def _questions_of(source: DataSource, task_type: str | None) -> set[int]:
    """Return the hashes of what the records of a file ask.

    :raises ValueError: The records fit no task.
    """
    kind = detect_format(source.head, source.file_name)
    log = ProblemLog(numbered=False)
    check = RecordCheck(log, task_type, kind)
    check.questions = set()
    if foreign := foreign_format(source.head):
        raise ValueError(f"against: {source.file_name} is {foreign[0]}; {foreign[1]}")
    check.read(source.open())
    if check.shape is None and log.count("error"):
        raise ValueError(f"against: {source.file_name} cannot be compared: {log.problems()[0]}")
    return check.questions
