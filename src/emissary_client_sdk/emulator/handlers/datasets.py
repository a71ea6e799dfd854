"""Datasets."""

import hashlib
from typing import Any
from urllib.parse import quote

from ..call import CREATED_BY, Call, Download
from ..problem import Problem
from ..store import Row


def create(call: Call) -> object:
    """Store an uploaded file, if it is a dataset."""
    upload = call.upload
    if upload.error:
        raise Problem(400, f"file: {upload.error}")
    name = upload.file_name if upload.name is None else upload.name
    state = {fact: getattr(upload, fact) for fact in ("labels", "exclusive", "task", "unfit")}
    row = Row("dataset", call.project, "ds", call.now, {"file_name": upload.file_name}, state, name)
    digest = hashlib.sha256(upload.content).hexdigest()
    request = {"name": upload.name, "file_name": upload.file_name, "sha256": digest}
    return summary(call.create(row, request, content=upload.content))


def list_all(call: Call) -> object:
    """List the datasets of a project."""
    return [summary(row) for row in call.listed("dataset")]


def retrieve(call: Call) -> object:
    """Return one dataset."""
    row = call.named("dataset")
    return summary(row) | {
        "file_name": row.fields["file_name"],
        "is_profiled": True,
        "dataset_download_url": f"{call.url}/files/{quote(row.project, safe='')}/datasets/{row.id}",
        "upload_by": CREATED_BY,
        "updated_at": int(row.created),
    }


def delete(call: Call) -> None:
    """Remove a dataset. Jobs that were trained on it are unaffected."""
    call.remove("dataset")


def download(call: Call) -> Download:
    """Return the file of a dataset as it was uploaded."""
    return Download(call.db.content(call.named("dataset")), "application/octet-stream")


def summary(row: Row) -> dict[str, Any]:
    """Return the DatasetSummary. A dataset is uploaded as soon as it is created."""
    return {"id": row.id, "name": row.name, "created_at": int(row.created), "is_uploaded": True}
