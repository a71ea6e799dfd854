"""Reading an uploaded dataset: its parts, and the check of its format."""

import asyncio

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Scope

from .call import Upload
from .learning.records import MOST_LABELS, why_not
from .problem import Problem

_CHECKED_IN_THE_LOOP = 1 << 20  # bytes; larger files are checked in a thread
_ERRORS_SHOWN = 3


async def read(scope: Scope, body: bytes) -> Upload | Problem:
    """Return the parts of a multipart body, or why it is refused: it is not multipart, or has no file."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    try:
        async with Request(scope, receive).form(max_files=1) as form:
            file, name = form.get("file"), form.get("name")
            if not isinstance(file, UploadFile):
                return Problem(400, "file: the multipart form must have a part of this name, with a filename")
            content = await file.read()
    except (HTTPException, FormParserError) as error:  # the latter in older versions of Starlette
        return Problem(400, f"the body is not a multipart form: {getattr(error, 'detail', error)}")
    arguments = (None if name is None else str(name), file.filename or "dataset", content)
    if len(content) > _CHECKED_IN_THE_LOOP:
        return await asyncio.to_thread(_checked, *arguments)
    return _checked(*arguments)


def _checked(name: str | None, file_name: str, content: bytes) -> Upload:
    from .. import check_dataset  # here, because most tests never upload anything

    report = check_dataset(content)
    task = report.task_type
    errors = [f"line {error.line}: {error.message}" if error.line else error.message for error in report.errors]
    hidden = len(errors) - _ERRORS_SHOWN
    error = "; ".join(errors[:_ERRORS_SHOWN]) + (f"; and {hidden} more" if hidden > 0 else "")
    if report.ok and report.format == "csv" and not report.labels:
        # The columns do not show the task. If it is classification, the expected outputs are the labels.
        report = check_dataset(content, "classification")
    unfit = why_not(report)
    # In a CSV file, spaces around a label are not part of it, neither here nor for a classifier that learns it.
    names = map(str.strip, report.labels) if report.format == "csv" else report.labels
    labels = tuple(dict.fromkeys(names)) if len(report.labels) <= MOST_LABELS else ()
    exclusive = report.label_kind in (None, "multiclass")
    return Upload(name, file_name, content, error, labels, exclusive=exclusive, task=task, unfit=unfit)
