"""Uploading a data file: check it, send it, and wait until the platform has it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO

from .._call.call import Compute, Flow, call
from .._call.operation import operation_of
from .._call.options import OPTION_DEFAULTS
from .._datafiles.check import check_source
from .._datafiles.source import open_source
from .._display.progress import byte_progress
from .polling import poll_settings
from .waiting import DATASET, waiting

if TYPE_CHECKING:
    from .._display.progress import Meter
    from ..models import DatasetSummary


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


def uploading(
    resource: Any,
    client: Any,
    *,
    project_id: str,
    file: Any,
    name: str | None,
    task_type: str | None,
    check: bool,
    wait: bool,
    progress: bool,
    **arguments: Any,
) -> Flow[DatasetSummary]:
    """Check and send a data file, wait until it is ready, and return the dataset."""
    from ..models import CreateDatasetRequestBody, DatasetSummary, File

    config = resource.sdk_configuration
    retrieve = operation_of(resource.retrieve)
    options = {option: arguments[option] for option in OPTION_DEFAULTS}
    arguments |= {"project_id": project_id, "dataset_id": ""}
    poll_settings(config, client, "dataset", "dataset_id", retrieve, arguments)  # raises before anything is sent
    with ExitStack() as stack:
        source = yield Compute(lambda: stack.enter_context(open_source(file)))
        if check:
            report = yield Compute(lambda: check_source(source, task_type))
            report.raise_for_errors()
        meter = stack.enter_context(byte_progress(progress, source.file_name, source.size))
        content: Any = source.rewind()
        if meter is not None:
            content = _MeteredFile(content, meter)
        part = File(file_name=source.file_name, content=content, content_type=source.content_type)
        body = CreateDatasetRequestBody(file=part, name=name)
        create = {"project_id": project_id, "request_body": body, **options}
        created: DatasetSummary = yield from call(config, client, operation_of(resource.create), create)
    if not wait:
        return created
    arguments |= {"dataset_id": created.id, "on_update": None, "progress": False}
    detail = yield from waiting(DATASET)(resource, client, **arguments)
    fields = {field: getattr(detail, field) for field in DatasetSummary.model_fields}
    return created.model_copy(update={field: value for field, value in fields.items() if value is not None})
