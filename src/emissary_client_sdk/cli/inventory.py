"""Everything of an account that can cost money: engines, deployments and training jobs."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from .values import DEPLOYMENT, ENGINE, JOB, Kind

if TYPE_CHECKING:
    import emissary_client_sdk as sdk


@dataclass(frozen=True)
class Item:
    """An engine, a deployment or a training job.

    :ivar resource: The resource as the platform lists it.
    :ivar project_id: ID of its project; None for an engine, and for a deployment that is only listed by its engine.
    :ivar engine: The engine that a deployment is on, if that is known.
    """

    kind: Kind
    resource: Any
    project_id: str | None = None
    engine: sdk.models.InferenceEngineDetail | None = None

    @property
    def id(self) -> str:
        """Its ID."""
        return str(self.resource.id)

    @property
    def last_used_at(self) -> float | None:
        """Time of the last request in UNIX seconds, if that is known: the platform says it of engines."""
        host = self.resource if self.kind is ENGINE else self.engine
        return None if host is None else host.last_access_timestamp

    @property
    def is_running(self) -> bool:
        """Whether it can cost money now."""
        status = self.resource.status
        return status is None or not (status.is_terminal or status.is_idle)

    @property
    def is_temporary(self) -> bool:
        """Whether it is a deployment of a ``with`` block."""
        return self.kind is DEPLOYMENT and self.resource.is_temporary

    def matches(self, pattern: str) -> bool:
        """Return whether the id or the name matches a pattern."""
        return any(fnmatchcase(text, pattern) for text in (self.id, self.resource.name or ""))

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as JSON has them."""
        status = self.resource.status
        return {
            "kind": self.kind.name,
            "id": self.id,
            "name": self.resource.name,
            "status": None if status is None else str(status),
            "project_id": self.project_id,
            "engine_id": self.engine and self.engine.id,
            "created_at": self.resource.created_at,
            "last_used_at": self.last_used_at,
            "is_running": self.is_running,
            "is_temporary": self.is_temporary,
        }


def inventory(client: sdk.EmissaryClient) -> list[Item]:
    """Return the engines, and the deployments and training jobs of all projects."""
    engines = [client.engines.retrieve(engine_id=engine.id) for engine in client.engines.list()]
    items = [Item(ENGINE, engine) for engine in engines]
    hosted = {one.id: Item(DEPLOYMENT, one, None, engine) for engine in engines for one in engine.deployments or []}
    for project in client.projects.list():
        for deployment in client.deployments.list(project_id=project.id):
            host = hosted.pop(deployment.id, None)
            items.append(Item(DEPLOYMENT, deployment, project.id, None if host is None else host.engine))
        items.extend(Item(JOB, job, project.id) for job in client.training_jobs.list(project_id=project.id))
    return [*items, *hosted.values()]  # no project lists some, such as that of an engine's base model
