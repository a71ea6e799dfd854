"""Arguments that each method of ``training_jobs`` accepts, and the responses of a well-behaved platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .rawserver import RawResponse

if TYPE_CHECKING:
    from .rawserver import Request

KEY = "a-key-of-the-tests"
BODY: dict[str, Any] = {"base_model": "Llama-3.2-1B-Instruct", "train_dataset_id": "ds-train"}
IDS = {"project_id": "project", "training_job_id": "job"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "create": {"project_id": "project", "request_body": BODY},
    "list": {"project_id": "project"},
    "retrieve": IDS,
    "get": IDS,
    "delete": IDS,
    "cancel": IDS,
    "list_checkpoints": IDS,
}
"""Valid arguments of each method; ``get`` is the name of ``retrieve`` in release 0.4."""

METHODS = ("create", "list", "retrieve", "delete", "cancel", "list_checkpoints")
JOB = {"id": "job", "status": "Running", "progress": 50}


def well_behaved(request: Request) -> RawResponse:
    """Respond to a request of any method as the platform would."""
    last = request.target.rpartition("/")[2]
    if request.method == "DELETE" or last == "cancel":
        return RawResponse(204)
    if request.method == "POST":
        return as_json(JOB, 201)
    return as_json([] if last in ("training-jobs", "checkpoints") else JOB)


def as_json(value: object, status: int = 200, **headers: str) -> RawResponse:
    """Return a response with a JSON body; ``_`` in the names of headers stands for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return RawResponse(status, json.dumps(value).encode(), {"content-type": "application/json", **named})
