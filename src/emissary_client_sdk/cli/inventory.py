"""Everything of an account that can cost money: engines, deployments and training jobs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from .values import DEPLOYMENT, ENGINE, JOB, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import emissary_client_sdk as sdk

_KINDS = {kind.name: kind for kind in (ENGINE, DEPLOYMENT, JOB)}


@dataclass(frozen=True)
class Item:
    """An engine, a deployment or a training job.

    :ivar kind: Name of the kind.
    :ivar project_id: ID of its project; None for an engine, and for a deployment that is only listed by its engine.
    :ivar engine_id: ID of the engine that a deployment is on, if that is known.
    :ivar last_used_at: Time of the last request in UNIX seconds, if that is known.
    :ivar is_running: Whether it can cost money now.
    """

    kind: str
    id: str
    name: str | None
    status: Any
    project_id: str | None
    engine_id: str | None
    created_at: float | None
    last_used_at: float | None
    is_running: bool
    is_temporary: bool = False

    def matches(self, pattern: str) -> bool:
        """Return whether the id or the name matches a pattern."""
        return any(fnmatchcase(text, pattern) for text in (self.id, self.name or ""))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON has them."""
        return {**asdict(self), "status": None if self.status is None else str(self.status)}

    def delete(self, client: sdk.EmissaryClient) -> None:
        """Delete it on the platform."""
        kind = _KINDS[self.kind]
        kind.calls(client).delete(**kind.target(self.id, self.project_id))


def inventory(client: sdk.EmissaryClient) -> list[Item]:
    """Return the engines, and the deployments and training jobs of all projects."""
    engines = [client.engines.retrieve(engine_id=engine.id) for engine in client.engines.list()]
    items = [_item(ENGINE, engine, None, last_used_at=engine.last_access_timestamp) for engine in engines]
    hosts = {one.id: engine for engine in engines for one in engine.deployments or []}
    for project in client.projects.list():
        deployed = client.deployments.list(project_id=project.id)
        items.extend(_on_engine(one, project.id, hosts.pop(one.id, None)) for one in deployed)
        items.extend(_item(JOB, job, project.id) for job in client.training_jobs.list(project_id=project.id))
    items.extend(_alone(engines, hosts))
    return items


def _alone(engines: list[sdk.models.InferenceEngineDetail], hosts: dict[str, Any]) -> Iterator[Item]:
    """Yield the deployments of engines that no project lists, such as that of an engine's base model."""
    for engine in engines:
        for deployment in engine.deployments or []:
            if deployment.id in hosts:
                yield _on_engine(deployment, None, engine)


def _on_engine(deployment: Any, project_id: str | None, engine: sdk.models.InferenceEngineDetail | None) -> Item:
    if engine is None:
        return _item(DEPLOYMENT, deployment, project_id)
    last_used_at = engine.last_access_timestamp
    return _item(DEPLOYMENT, deployment, project_id, engine_id=engine.id, last_used_at=last_used_at)


def _item(
    kind: Kind,
    resource: Any,
    project_id: str | None,
    *,
    engine_id: str | None = None,
    last_used_at: float | None = None,
) -> Item:
    status = resource.status
    return Item(
        kind=kind.name,
        id=resource.id,
        name=resource.name,
        status=status,
        project_id=project_id,
        engine_id=engine_id,
        created_at=resource.created_at,
        last_used_at=last_used_at,
        is_running=status is None or not (status.is_terminal or status.is_idle),
        is_temporary=getattr(resource, "is_temporary", False),
    )
