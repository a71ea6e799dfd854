"""Deployments."""

from collections.abc import Mapping
from typing import Any

from ... import models
from .. import bodies, lifecycle, schedule
from ..call import Call
from ..catalog import BASE_MODELS
from ..lifecycle import ServiceState
from ..problem import Problem
from ..store import Row
from . import learned, trainingjobs


def create(call: Call) -> object:
    """Deploy a checkpoint of a job, or a base model."""
    fields = bodies.read(call.body, models.CreateDeploymentRequestBody)
    check_positive(fields, "inactive_timeout")
    if "schedule" in fields:
        check_schedule(fields["schedule"], "schedule")
    return deploy(call, fields, call.project, fields["training_job_id"])


def list_all(call: Call) -> object:
    """List the deployments of a project."""
    return [summary(call, row) for row in call.listed("deployment")]


def retrieve(call: Call) -> object:
    """Return one deployment."""
    row = call.named("deployment")
    at = state_of(call, row)
    facts: dict[str, Any] = {name: row.state[name] for name in ("task_type", "base_model")}
    if "labels" in row.state:
        facts["metadata"] = {"labels": row.state["labels"]}
    if "description" in row.fields:
        facts["description"] = row.fields["description"]
    facts["training_id"] = row.fields.get("training_job_id", row.fields.get("training_id"))
    facts["checkpoint"] = row.fields["checkpoint"]
    return summary(call, row) | facts | {"updated_at": int(max(at.changed, row.created))}


def delete(call: Call) -> None:
    """Remove a deployment."""
    call.remove("deployment")


def reactivate(call: Call) -> None:
    """Start a deactivated deployment again."""
    row = call.named("deployment")
    at = state_of(call, row)
    if at.status is not models.DeploymentStatus.DEACTIVATED:
        raise Problem(400, f"only a Deactivated deployment can be reactivated: its status is {at.status}")
    wake(call, row)


def deploy(call: Call, fields: dict[str, Any], project: str, job_id: str, engine: Row | None = None) -> object:
    """Create a deployment, on an engine or without one."""
    outcome = bodies.outcome(fields, lifecycle.DEPLOYMENT_OUTCOMES)

    def checked() -> Row:
        facts, default_name = _target(call, project, job_id, fields["checkpoint"])
        name = fields.get("name") or _free_name(call, default_name)
        if call.db.find("deployment", name=name) is not None:
            raise Problem(400, f"name: there is a deployment named {name!r} already")
        state = start(call) | outcome | facts
        return Row("deployment", project, "dp", call.now, fields, state, name, None if engine is None else engine.id)

    row = call.create(Row("deployment", project, "dp", call.now, fields, {}), fields, checked)
    learned.deploy(call, row, f"{job_id}/{fields['checkpoint']}")
    return summary(call, row)


def state_of(call: Call, row: Row) -> ServiceState:
    """Return the state of a deployment."""
    engine = None if row.parent is None else lifecycle.engine_state(call.find("engine", row.parent), call.now)
    return lifecycle.deployment_state(row, engine, call.now)


def wake(call: Call, row: Row) -> ServiceState:
    """Start a stopped deployment, or the engine that it is on; return its new state."""
    if row.parent is None:
        row = call.db.update(row, **start(call))
    else:
        call.db.update(call.find("engine", row.parent), **start(call))
    return state_of(call, row)


def summary(call: Call, row: Row) -> dict[str, Any]:
    """Return the DeploymentSummary."""
    status = state_of(call, row).status
    return {"id": row.id, "name": row.name, "status": status, "created_at": int(row.created)}


def start(call: Call) -> dict[str, Any]:
    """Return the state of an engine or a deployment that starts now."""
    return {"started": call.now, "seconds": call.settings.deploy_seconds, "stopped": None}


def check_positive(fields: Mapping[str, Any], name: str, place: str = "") -> None:
    """Refuse a timeout that is not a positive number of seconds."""
    value = fields.get(name)
    if value is not None and value < 1:
        raise Problem(400, f"{place}{name}: must be a positive number of seconds, not {value}")


def check_schedule(fields: Mapping[str, Any], place: str) -> None:
    """Refuse a schedule that is blank or cannot be read."""
    for name in (name for name, value in fields.items() if value in ("", [])):
        raise Problem(400, f"{place}.{name}: must not be empty")
    try:
        schedule.parse(fields)
    except ValueError as error:
        raise Problem(400, f"{place}.{error}") from None


def _target(call: Call, project: str, job_id: str, checkpoint: int) -> tuple[dict[str, Any], str]:
    """Return the facts of the deployed model, and the default name of the deployment."""
    job = call.db.find("job", project=project, id=job_id)
    if job is not None:
        trainingjobs.check_checkpoint(call, job, checkpoint)
        facts = {"task_type": trainingjobs.task_of(job), "base_model": job.fields["base_model"]}
        if facts["task_type"] == "classification":
            facts |= {name: job.state[name] for name in ("labels", "exclusive") if job.state.get("labels")}
        facts |= {"learned": True} if job.state.get("learned") else {}
        return facts, f"{job.name or job.id}-checkpoint-{checkpoint}"
    model = BASE_MODELS.get(job_id)
    if model is None:
        raise Problem(400, f"there is no training job or base model {job_id!r} in project {project!r}")
    if checkpoint != 0:
        raise Problem(400, f"checkpoint: must be 0 for a base model, not {checkpoint}")
    return {"task_type": model.task_type, "base_model": model.name}, model.name


def _free_name(call: Call, name: str) -> str:
    candidate, number = name, 1
    while call.db.find("deployment", name=candidate) is not None:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
