"""Uploading a data file: check it, send it, and wait until the platform has it."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from pydantic import Field, SkipValidation

from .._call.commands import Compute, Flow
from .._datafiles.check import check_source
from .._datafiles.report import DatasetReport  # noqa: TC001  # pydantic reads it
from .._datafiles.shapes import known_task
from .._datafiles.source import open_source
from .._display.progress import count_progress
from .._display.text import printable
from ..models import DatasetDetail, DatasetSummary, File
from ..utils.logger import NAME
from ..utils.responseinfo import with_info_of

if TYPE_CHECKING:
    from contextlib import ExitStack

    from .._datafiles.datasetfile import DatasetFile
    from .._datafiles.source import SourceReader
    from .._display.progress import Meter


class UploadedDataset(DatasetSummary):
    """A dataset that was uploaded, with the report of its check."""

    report: SkipValidation[DatasetReport | None] = Field(None, exclude=True, repr=False)
    """Report of the check before the upload; None without a check."""


class _MeteredFile:
    """A file that reports how much of it was read."""

    def __init__(self, file: SourceReader, meter: Meter) -> None:
        self._file = file
        self._meter = meter

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        position = self._file.seek(offset, whence)
        self._meter.n = position  # an attempt that is repeated starts again
        return position

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._meter.update(len(data))
        return data


def prepare_upload(
    stack: ExitStack, file: DatasetFile, task_type: str | None, *, check: bool, progress: bool
) -> Flow[tuple[File, DatasetReport | None]]:
    """Open and check a data file, and return the part of the request that sends it, and the report of the check.

    :param stack: Closes the file, and the progress bar, when the upload is over.
    :raises DatasetError: The file has errors.
    """
    known_task(task_type)
    source = yield Compute(lambda: stack.enter_context(open_source(file)))
    report: DatasetReport | None = None
    if check:
        report = found = yield Compute(lambda: check_source(source, task_type))
        found.raise_for_errors()
        _emit_warnings(found, progress=progress)
    meter = stack.enter_context(count_progress(progress, source.file_name, source.size, unit="B"))
    content: Any = source.open()
    if meter is not None:
        content = _MeteredFile(content, meter)
    return File(file_name=source.file_name, content=content, content_type=source.content_type), report


def _emit_warnings(report: DatasetReport, *, progress: bool) -> None:
    """Log the warnings of a check, and print them too if a progress bar is wanted."""
    logger = logging.getLogger(NAME)
    for warning in report.warnings:
        text = f"{printable(report.file_name)}: {warning}"
        logger.warning("%s", text)
        if progress and logger.hasHandlers():  # without handlers, logging prints warnings itself
            sys.stderr.write(f"{text}\n")


def updated(created: UploadedDataset, detail: DatasetDetail) -> UploadedDataset:
    """Return a dataset with its present state."""
    fields = {field: getattr(detail, field) for field in DatasetSummary.model_fields}
    known = {field: value for field, value in fields.items() if value is not None}
    return with_info_of(detail, created.model_copy(update=known))
