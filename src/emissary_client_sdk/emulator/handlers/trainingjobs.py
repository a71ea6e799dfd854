"""Training jobs, supervised and by GRPO."""

import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ... import models
from ...types import OpenEnum
from .. import bodies, training
from ..call import CREATED_BY, Call, Download
from ..catalog import BASE_MODELS
from ..learning.archive import checkpoint_archive
from ..problem import Problem, missing
from ..store import Row
from . import datasets, learned

ENUMERATIONS: dict[str, type[OpenEnum]] = {"task_type": models.TaskType, "base_model_option": models.BaseModelOption}
_DATASETS: tuple[str, ...] = ("train_dataset_id", "test_dataset_id")
OUTCOMES = (models.TrainingJobStatus.SUCCESS, models.TrainingJobStatus.FAILED, models.TrainingJobStatus.TIMED_OUT)


def create(call: Call) -> object:
    """Create a supervised job."""
    return _create(call, bodies.read(call.body, models.CreateTrainingJobRequestBody, **ENUMERATIONS), "SFT")


def create_grpo(call: Call) -> object:
    """Create a GRPO job, whose rewards must fit its test functions."""
    fields = bodies.read(call.body, models.CreateGRPOTrainingJobRequestBody, **ENUMERATIONS)
    functions, reward = fields["test_functions"], fields["reward"]
    if not functions:
        raise Problem(400, "test_functions: must name at least one testing function")
    _check_functions(call, functions)
    if set(reward) != set(functions):
        raise Problem(400, f"reward: must have a weight for each of test_functions: {', '.join(functions)}")
    if not math.isclose(sum(reward.values()), 1, abs_tol=1e-6):
        raise Problem(400, f"reward: the weights must add up to 1, not {sum(reward.values()):g}")
    return _create(call, fields, "GRPO")


def list_all(call: Call) -> object:
    """List the jobs of a project."""
    return [_summary(row, call.now) for row in call.listed("job")]


def retrieve(call: Call) -> object:
    """Return one job."""
    row = call.named("job")
    at = state_of(row, call.now)
    view = _common(row, at)
    for name in ("train_dataset", "test_dataset"):
        if f"{name}_id" in row.fields:
            view[name] = _dataset(row, name)
    if "description" in row.fields:
        view["description"] = row.fields["description"]
    view["hyper_parameters"] = row.fields.get("parameters", {})
    view["training_loss"] = [{"timestamp": when, "loss": loss} for when, loss in training.losses(_run(row), at)]
    return view


def delete(call: Call) -> None:
    """Remove a job. Its deployments keep running."""
    row = call.named("job")
    call.db.delete("training", project=row.project, id=row.id)
    call.learning.stop(row.project, row.id)
    call.remove("job")


def cancel(call: Call) -> None:
    """Cancel a job that has not ended. Cancelling a cancelled job has no effect, so the request can be repeated."""
    row = call.named("job")
    status = state_of(row, call.now).status
    if status is models.TrainingJobStatus.CANCELLED:
        return
    if status.is_terminal:
        raise Problem(400, f"the training job has ended already: its status is {status}")
    call.db.update(row, cancelled_at=call.now)
    call.learning.stop(row.project, row.id)


def list_checkpoints(call: Call) -> object:
    """List the checkpoints of a job; they have test results once the job has succeeded."""
    row = call.named("job")
    at = state_of(row, call.now)
    tested = at.status is models.TrainingJobStatus.SUCCESS
    views: list[dict[str, Any]] = []
    for number, written, loss in training.checkpoints(_run(row), at):
        place = _checkpoint_url(call.url, row, number)
        view: dict[str, Any] = {
            "checkpoint": number,
            "model_download_url": f"{place}/model.tar.gz",
            "created_at": int(written),
            "updated_at": int(at.changed if tested else written),
        }
        if tested:
            results = {name: _shown(value) for name, value in _results(row, number, loss).items()}
            view["test_results"] = {"general_test_result": f"{place}/results.json", "aggregated_test_result": results}
        views.append(view)
    return views


def download_model(call: Call) -> Download:
    """Return the file of a checkpoint's model."""
    row, number, _loss = _checkpoint(call)
    model = call.db.find("model", project=row.project, id=f"{row.id}/{number}")
    arrays = None if model is None else call.db.content(model)
    return Download(checkpoint_archive(row.id, number, task_of(row), arrays), "application/gzip")


def download_results(call: Call) -> Download:
    """Return the file of a checkpoint's test results."""
    return Download(json.dumps(_results(*_checkpoint(call)), indent=2).encode(), "application/json")


def state_of(row: Row, now: float) -> training.TrainingState:
    """Return the state of a job."""
    return training.state_of(_run(row), now)


def check_checkpoint(call: Call, row: Row, number: float) -> None:
    """Refuse a checkpoint that a job does not have (yet)."""
    numbers = [found for found, *_ in training.checkpoints(_run(row), state_of(row, call.now))]
    if number not in numbers:
        known = ", ".join(map(str, numbers)) or "none yet"
        raise Problem(400, f"checkpoint: training job {row.id!r} has no checkpoint {number}; it has {known}")


def task_of(row: Row) -> str:
    """Return the task of a job."""
    return str(row.fields.get("task_type", "text-generation"))


def _create(call: Call, fields: dict[str, Any], technique: str) -> object:
    outcome = bodies.outcome(fields.get("parameters", {}), OUTCOMES, "parameters.")
    if not 0 < fields.get("train_test_split_ratio", 0.2) < 100:
        raise Problem(400, "train_test_split_ratio: must be a fraction or a percentage above 0 and below 100")

    def checked() -> Row:
        _check_base(call, fields)
        state: dict[str, Any] = {"technique": technique, "seconds": call.settings.job_seconds, "outcome": OUTCOMES[0]}
        given = (name for name in _DATASETS if name in fields)
        found = {name: call.db.find("dataset", project=call.project, id=fields[name]) for name in given}
        for name, dataset in found.items():
            if dataset is not None:  # it may be deleted before the job
                state[name.removesuffix("_id")] = datasets.summary(dataset)
            elif call.settings.strict:
                raise Problem(400, f"{name}: there is no dataset {fields[name]!r} in this project")
        train = found["train_dataset_id"]
        if train is not None:
            state |= {name: train.state[name] for name in ("labels", "exclusive")}
        state |= outcome or learned.facts(call, fields, found)
        return Row("job", call.project, "tr", call.now, fields, state, fields.get("name"))

    row = call.create(Row("job", call.project, "tr", call.now, fields, {}), fields, checked)
    learned.start(call, row)
    return _summary(row, call.now)


def _check_base(call: Call, fields: Mapping[str, Any]) -> None:
    name = fields["base_model"]
    if fields.get("base_model_option") == models.BaseModelOption.FINE_TUNED:
        base = call.db.find("job", project=call.project, id=name) or call.db.find(
            "job", project=call.project, name=name
        )
        if base is None:
            raise Problem(400, f"base_model: there is no training job {name!r} in this project")
        if "checkpoint" in fields:
            check_checkpoint(call, base, fields["checkpoint"])
    elif call.settings.strict and name not in BASE_MODELS:
        raise Problem(400, f"base_model: must be one of {', '.join(BASE_MODELS)}, not {name!r}")
    if call.settings.strict:
        _check_functions(call, fields.get("test_functions", []))


def _check_functions(call: Call, functions: list[str]) -> None:
    known = call.learning.functions
    for name in functions:
        if name not in known:
            raise Problem(400, f"test_functions: must be among {', '.join(known)}, not {name!r}")


def _checkpoint_url(base: str, row: Row, number: int) -> str:
    """Return the URL of the folder with a checkpoint's model and its test results.

    A job created with ``parameters={"emulator_links": "s3"}`` has ``s3://`` links, as the platform may.
    """
    by_s3 = row.fields.get("parameters", {}).get("emulator_links") == "s3"
    root = "s3://emissary-emulator" if by_s3 else f"{base}/files"
    return f"{root}/{quote(row.project, safe='')}/training-jobs/{row.id}/checkpoints/{number}"


def _checkpoint(call: Call) -> tuple[Row, int, float]:
    row = call.named("job")
    for number, _, loss in training.checkpoints(_run(row), state_of(row, call.now)):
        if str(number) == call.path["checkpoint"]:
            return row, number, loss
    raise missing("checkpoint", call.path["checkpoint"], call.project)


def _run(row: Row) -> training.TrainingRun:
    state = row.state
    outcome = models.TrainingJobStatus(state["outcome"])
    trained = training.Learned(**state["learned"]) if "learned" in state else None
    return training.TrainingRun(row.id, row.created, state["seconds"], outcome, state.get("cancelled_at"), trained)


def _results(row: Row, number: int, loss: float) -> dict[str, float]:
    return training.test_results(_run(row), number, loss, task_of(row), row.fields.get("test_functions", []))


def _shown(result: float) -> str:
    return f"{result:.4f}" if result == 0 or abs(result) >= 1e-3 else f"{result:.4g}"


def _summary(row: Row, now: float) -> dict[str, Any]:
    return _common(row, state_of(row, now)) | {"train_dataset_name": _dataset(row, "train_dataset")["name"]}


def _dataset(row: Row, field: str) -> dict[str, Any]:
    # A dataset that was never uploaded here is taken for one that was uploaded in time.
    made_up = {"id": row.fields[f"{field}_id"], "name": row.fields[f"{field}_id"], "is_uploaded": True}
    found: dict[str, Any] = row.state.get(field) or {**made_up, "created_at": int(row.created)}
    return found


def _common(row: Row, at: training.TrainingState) -> dict[str, Any]:
    fields = row.fields
    view: dict[str, Any] = {
        "id": row.id,
        "base_model": fields["base_model"],
        "status": at.status.value,
        "progress": at.progress,
        "created_by": CREATED_BY,
        "created_at": int(row.created),
        "updated_at": int(at.changed),
        "training_technique": row.state["technique"],
        "task_type": task_of(row),
        "base_model_option": fields.get("base_model_option", models.BaseModelOption.PRE_TRAINED),
    }
    view |= {name: fields[name] for name in ("name", "test_functions", "reward") if name in fields}
    if view["base_model_option"] == models.BaseModelOption.FINE_TUNED:
        view["base_fine_tuned_model"] = fields["base_model"]
        if "checkpoint" in fields:
            view["base_fine_tuned_model_checkpoint"] = fields["checkpoint"]
    return view
