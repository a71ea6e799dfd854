"""Arguments that each method accepts, and what a well-behaved platform answers to them."""

from __future__ import annotations

import json
import threading
from typing import Any

from .rawserver import PATIENCE, Answer, Request

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
"""For each method arguments that are good; ``get`` is the older name of ``retrieve``."""

METHODS = ("create", "list", "retrieve", "delete", "cancel", "list_checkpoints")
JOB = {"id": "job", "status": "Running", "progress": 50}


def well_behaved(request: Request) -> Answer:
    """Answer a request of any method as the platform would."""
    last = request.target.rpartition("/")[2]
    if request.method == "DELETE" or last == "cancel":
        return Answer(204)
    if request.method == "POST":
        return as_json(JOB, 201)
    return as_json([] if last in ("training-jobs", "checkpoints") else JOB)


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    """Make an answer of a JSON value; in the headers' names ``_`` stands for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), {"content-type": "application/json", **named})


class Series:
    """A handler that gives these answers one after another, and the platform's own once they are used up."""

    def __init__(self, *answers: Answer | None) -> None:
        self._answers = list(answers)
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer | None:
        """Give the next answer."""
        with self._lock:
            if self._answers:
                return self._answers.pop(0)
        return well_behaved(request)


class Gate:
    """A handler that keeps requests waiting until it is opened; then it answers as the platform would.

    :ivar arrived: is set when a request waits.
    """

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self._opened = threading.Event()

    def open(self) -> None:
        """Let the requests through."""
        self._opened.set()

    def __call__(self, request: Request) -> Answer:
        """Answer when the gate is open."""
        self.arrived.set()
        assert self._opened.wait(PATIENCE)
        return well_behaved(request)
