"""Projects."""

from typing import Any

from ... import models
from .. import bodies
from ..call import Call
from ..store import Row
from . import datasets, deployments, trainingjobs


def create(call: Call) -> object:
    """Create a project; its request may have no body."""
    fields = bodies.read(call.body, models.CreateProjectRequestBody) if call.body else {}
    return _summary(call.create(Row("project", "", "ms", call.now, fields, {}, fields.get("name")), fields))


def list_all(call: Call) -> object:
    """List the projects."""
    return [_summary(row) for row in call.db.list("project")]


def retrieve(call: Call) -> object:
    """Return one project with everything in it."""
    return {
        **_summary(call.named("project")),
        "datasets": datasets.list_all(call),
        "training_jobs": trainingjobs.list_all(call),
        "deployments": deployments.list_all(call),
    }


def delete(call: Call) -> None:
    """Remove a project and everything in it."""
    call.remove("project")
    call.db.clear(call.project)
    call.learning.stop(call.project)


def _summary(row: Row) -> dict[str, Any]:
    return {"id": row.id} | ({} if row.name is None else {"name": row.name})
