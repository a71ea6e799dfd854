"""A stored job as the contract's JSON: summary, detail, checkpoints. Pure, like the state that it shows."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from . import state
from .store import Job

_HEAD_FIELDS = (
    "name",
    "base_model",
    "task_type",
    "base_model_option",
    "checkpoint",
    "train_dataset_id",
    "test_functions",
)
_DEFAULTS = {"task_type": "text-generation", "base_model_option": "pre-trained"}
CREATED_BY = "emulator"


def head(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Pick what a summary shows of the request that creates the job."""
    return _DEFAULTS | {name: fields[name] for name in _HEAD_FIELDS if name in fields}


def summary(job: Job, now: float) -> dict[str, Any]:
    """Make a TrainingJobSummary."""
    given = json.loads(job.head)
    return _common(job, given, state.state_of(job.run, now)) | {"train_dataset_name": given["train_dataset_id"]}


def detail(job: Job, now: float) -> dict[str, Any]:
    """Make a TrainingJobDetail."""
    given = json.loads(job.body)
    at = state.state_of(job.run, now)
    view = _common(job, json.loads(job.head), at)
    if "description" in given:
        view["description"] = given["description"]
    view["train_dataset"] = _dataset(given["train_dataset_id"], job)
    if "test_dataset_id" in given:
        view["test_dataset"] = _dataset(given["test_dataset_id"], job)
    view["hyper_parameters"] = given.get("parameters", {})
    view["training_loss"] = [{"timestamp": when, "loss": loss} for when, loss in state.losses(job.run, at)]
    return view


def checkpoints(project: str, job: Job, now: float) -> list[dict[str, Any]]:
    """Make the TrainingJobCheckpoints of a job; they have test results once the job has been tested."""
    at = state.state_of(job.run, now)
    tested = at.status == "Success"
    place = f"{quote(project, safe='')}/{job.run.id}"
    functions = json.loads(job.head).get("test_functions") or ["accuracy"]
    views: list[dict[str, Any]] = []
    for number, written, loss in state.checkpoints(job.run, at):
        view: dict[str, Any] = {
            "checkpoint": number,
            "model_download_url": f"s3://emissary-emulator/{place}/checkpoint-{number}.tar.gz",
            "created_at": int(written),
            "updated_at": int(at.changed if tested else written),
        }
        if tested:
            view["test_results"] = {
                "general_test_result": f"https://emulator.invalid/{place}/checkpoint-{number}/results.json",
                "aggregated_test_result": {
                    "loss": f"{loss:.4f}",
                    **dict.fromkeys(functions, f"{1 / (1 + loss / 4):.4f}"),
                },
            }
        views.append(view)
    return views


def _common(job: Job, given: Mapping[str, Any], at: state.State) -> dict[str, Any]:
    view = {
        "id": job.run.id,
        "base_model": given["base_model"],
        "status": at.status.value,
        "progress": at.progress,
        "created_by": CREATED_BY,
        "created_at": int(job.run.started),
        "updated_at": int(at.changed),
        "training_technique": "SFT",
        "task_type": given["task_type"],
        "base_model_option": given["base_model_option"],
    }
    for name in ("name", "test_functions"):
        if name in given:
            view[name] = given[name]
    if given["base_model_option"] == "fine-tuned":
        view["base_fine_tuned_model"] = given["base_model"]
        if "checkpoint" in given:
            view["base_fine_tuned_model_checkpoint"] = given["checkpoint"]
    return view


def _dataset(dataset_id: str, job: Job) -> dict[str, Any]:
    # The emulator has no datasets: any id is taken for one that was uploaded in time.
    return {"id": dataset_id, "name": dataset_id, "created_at": int(job.run.started), "is_uploaded": True}
