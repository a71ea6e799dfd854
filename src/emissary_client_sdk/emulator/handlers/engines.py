"""Inference engines."""

from typing import Any

from ... import models
from .. import bodies, lifecycle
from ..call import Call
from ..catalog import BASE_MODELS
from ..problem import Problem
from ..store import Row
from . import deployments


def create(call: Call) -> object:
    """Create an engine."""
    fields = bodies.read(call.body, models.CreateEngineRequestBody, task_type=models.TaskType)
    if call.settings.strict and fields["base_model"] not in BASE_MODELS:
        raise Problem(400, f"base_model: must be one of {', '.join(BASE_MODELS)}, not {fields['base_model']!r}")
    _check_config(fields.get("resource_management_config", {}))
    state = deployments.start(call) | bodies.outcome(fields, lifecycle.ENGINE_OUTCOMES)
    row = call.create(Row("engine", "", "engine", call.now, fields, state, fields.get("name")), fields)
    return _summary(call, row)


def list_all(call: Call) -> object:
    """List the engines, filtered by base model and task if the query asks for it."""
    views = [_summary(call, row) for row in call.db.list("engine")]
    wanted = {name: call.query[name] for name in ("base_model", "task_type") if name in call.query}
    return [view for view in views if all(view[name] == value for name, value in wanted.items())]


def retrieve(call: Call) -> object:
    """Return one engine with its deployments."""
    row = call.named("engine")
    view = _common(call, row)
    if "resource_management_config" in row.fields:
        view["resource_management_config"] = row.fields["resource_management_config"]
    return view | {
        "deployments": [deployments.summary(call, found) for found in call.db.list("deployment", parent=row.id)],
        "base_model_option": "pre-trained",
        "last_access_timestamp": int(row.state.get("accessed", row.created)),
    }


def delete(call: Call) -> None:
    """Remove an engine and the deployments on it."""
    call.db.delete("deployment", parent=call.named("engine").id)
    call.remove("engine")


def deploy(call: Call) -> object:
    """Deploy a checkpoint of a job on an engine that is up or coming up."""
    fields = bodies.read(call.body, models.DeployOnEngineRequestBody)
    row = call.named("engine")
    status = lifecycle.engine_state(row, call.now).status
    if status in (models.EngineStatus.INACTIVE, models.EngineStatus.FAILED):
        raise Problem(400, f"the engine is not running: its status is {status}")
    return deployments.deploy(call, fields, fields["project_id"], fields["training_id"], row)


def undeploy(call: Call) -> None:
    """Remove a deployment from an engine, by its name."""
    name = bodies.read(call.body, models.UnDeployFromEngineRequestBody)["deployment_name"]
    if not call.db.delete("deployment", parent=call.named("engine").id, name=name):
        raise Problem(400, f"deployment_name: there is no deployment named {name!r} on this engine")


def reactivate(call: Call) -> None:
    """Start an inactive engine again."""
    row = _with_status(call, models.EngineStatus.INACTIVE, "only an Inactive engine can be reactivated")
    call.db.update(row, **deployments.start(call))


def deactivate(call: Call) -> None:
    """Stop an active engine."""
    row = _with_status(call, models.EngineStatus.ACTIVE, "only an Active engine can be deactivated")
    call.db.update(row, stopped=call.now)


def _with_status(call: Call, wanted: models.EngineStatus, rule: str) -> Row:
    row = call.named("engine")
    status = lifecycle.engine_state(row, call.now).status
    if status is not wanted:
        raise Problem(400, f"{rule}: its status is {status}")
    return row


def _check_config(config: dict[str, Any]) -> None:
    place = "resource_management_config.management_config"
    settings: dict[str, Any] = config.get("management_config") or {}
    if "management_config" in config and config["management_type"] == "schedule":
        deployments.check_schedule(settings, place)
    else:
        deployments.check_positive(settings, "inactive_duration", f"{place}.")


def _summary(call: Call, row: Row) -> dict[str, Any]:
    return _common(call, row) | {"deployment_counts": len(call.db.list("deployment", parent=row.id))}


def _common(call: Call, row: Row) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": row.id,
        "status": lifecycle.engine_state(row, call.now).status,
        "base_model": row.fields["base_model"],
        "server_type": "on-demand",
        "task_type": row.fields.get("task_type", "text-generation"),
        "created_at": int(row.created),
    }
    return view if row.name is None else view | {"name": row.name}
