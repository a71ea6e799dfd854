"""Uploading a data file: check it, send it, and wait until the platform has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from .._call.commands import Compute, Flow
from .._datafiles.check import check_source
from .._datafiles.source import open_source
from .._display.progress import byte_progress
from ..models import DatasetDetail, DatasetSummary, File

if TYPE_CHECKING:
    from contextlib import ExitStack

    from .._datafiles.datasetfile import DatasetFile
    from .._display.progress import Meter


class _MeteredFile:
    """A file that reports how much of it was read."""

    def __init__(self, file: BinaryIO, meter: Meter) -> None:
        self._file = file
        self._meter = meter
        self._start = file.tell()

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        position = self._file.seek(offset, whence)
        self._meter.n = position - self._start  # an attempt that is repeated starts again
        return position

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._meter.update(len(data))
        return data


def prepare_upload(
    stack: ExitStack, file: DatasetFile, task_type: str | None, *, check: bool, progress: bool
) -> Flow[File]:
    """Open and check a data file, and return the part of the request that sends it.

    :param stack: Closes the file, and the progress bar, when the upload is over.
    :raises DatasetError: The file has errors.
    """
    source = yield Compute(lambda: stack.enter_context(open_source(file)))
    if check:
        report = yield Compute(lambda: check_source(source, task_type))
        report.raise_for_errors()
    meter = stack.enter_context(byte_progress(progress, source.file_name, source.size))
    content: Any = source.rewind()
    if meter is not None:
        content = _MeteredFile(content, meter)
    return File(file_name=source.file_name, content=content, content_type=source.content_type)


def updated(created: DatasetSummary, detail: DatasetDetail) -> DatasetSummary:
    """Return the summary of a dataset with its present state."""
    fields = {field: getattr(detail, field) for field in DatasetSummary.model_fields}
    return created.model_copy(update={field: value for field, value in fields.items() if value is not None})
