"""``emissary ps`` and ``emissary cleanup``: what runs and costs, and what is no longer used."""

from __future__ import annotations

import re
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import emissary_client_sdk as sdk

from .command import Session, command
from .exits import Failed, InvalidInput
from .options import yes_option
from .output import age
from .values import DEPLOYMENT, ENGINE, JOB, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

_UNITS = {"d": 86400.0, "h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0}
_TEMPORARY_SECONDS = 3600.0  # a temporary deployment that is younger may be in use


def duration(text: str) -> float:
    """Return the seconds of a time with its unit, such as 7d, 12h, 30min or 90s."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(d|h|min|m|s)", text.strip())
    if found is None:
        raise click.BadParameter(f"{text!r} is not a time such as 7d, 12h, 30min or 90s.")
    return float(found[1]) * _UNITS[found[2]]


class Item(NamedTuple):
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
        return {
            "kind": self.kind.name,
            "id": self.id,
            "name": self.resource.name,
            "status": self.resource.status,
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


_COLUMNS: dict[str, Callable[[Item], object]] = {
    "KIND": lambda item: item.kind.name,
    "ID": lambda item: item.id,
    "STATUS": lambda item: item.resource.status,
    "AGE": lambda item: age(item.resource.created_at),
    "LAST USE": lambda item: age(item.last_used_at),
    "NAME": lambda item: item.resource.name,
    "PROJECT": lambda item: item.project_id,
}


@command(None, "ps", "", "--json")
def ps(session: Session) -> None:
    """List everything that runs and costs money.

    These are the engines, deployments and unfinished training jobs of all projects, with their age and, if the platform
    says it, the time since their last use.
    """
    running = [item for item in inventory(session.client) if item.is_running]
    session.write([item.to_dict() for item in running], lambda: session.write_list(running, _COLUMNS, "Nothing runs."))


_CLEANUP: list[click.Parameter] = [
    click.Option(["--unused"], type=duration, metavar="TIME", help="What had no request for this time, such as 7d."),
    click.Option(["--older-than"], type=duration, metavar="TIME", help="What was created before this time ago."),
    click.Option(
        ["--keep"], multiple=True, metavar="NAME", help="Name or id of something to keep, * for any text; repeatable."
    ),
    click.Option(
        ["--runs"],
        multiple=True,
        default=["."],
        type=click.Path(exists=True, file_okay=False),
        metavar="DIRECTORY",
        help="Directory with state files of runs; repeatable.  [default: the working directory]",
    ),
    click.Option(["--dry-run"], is_flag=True, help="Only show what would be deleted."),
    yes_option,
]


@command(None, "cleanup", "--unused 7d --dry-run", "--unused 7d --older-than 30d --keep production", params=_CLEANUP)
def cleanup(
    session: Session, unused: float | None, older_than: float | None, keep: tuple[str, ...], runs: tuple[str, ...],
    dry_run: bool, yes: bool,
) -> None:  # fmt: skip
    """Delete deployments and engines that are no longer used, after a question.

    Without --unused and --older-than, these are the temporary deployments that a crashed program has left, if they are
    older than an hour. With both, both must be true. Something whose last use the platform does not say is not unused.
    An engine is deleted only if all its deployments may be. What the state file of an unfinished run names is kept.
    """
    items = [item for item in inventory(session.client) if item.kind is not JOB]
    kept = [*keep, *_names_of_runs(runs)]
    for pattern in keep:
        if not any(item.matches(pattern) for item in items):
            raise InvalidInput(f"--keep {pattern!r} names no deployment or engine; nothing was deleted.")
    doomed = _choose(items, unused, older_than, kept)
    if not session.as_json:
        session.write_list(doomed, _COLUMNS, "There is nothing to delete.")
    if doomed and not dry_run:
        session.confirm(lambda: f"Delete {'it' if len(doomed) == 1 else f'these {len(doomed)}'}?", yes=yes)
    failures = set[str]() if dry_run else _delete(session, doomed)
    gone = [not dry_run and failures.isdisjoint({item.id, item.engine and item.engine.id}) for item in doomed]
    if session.as_json:
        session.write([{**item.to_dict(), "deleted": is_gone} for item, is_gone in zip(doomed, gone, strict=True)])
    elif doomed and not dry_run:
        session.note(f"deleted {sum(gone)} of {len(doomed)}")
    if failures:
        raise Failed(f"could not delete {', '.join(sorted(failures))}")


def _delete(session: Session, doomed: list[Item]) -> set[str]:
    """Delete engines, which takes their deployments along, and other deployments; return the ids of failures."""
    failures: set[str] = set()
    engines = {item.id for item in doomed if item.kind is ENGINE}
    for item in doomed:
        if item.engine and item.engine.id in engines:
            continue
        try:
            item.kind.calls(session.client).delete(**item.kind.target(item.id, item.project_id))
        except sdk.errors.APIErrorNotFound:
            continue  # it is gone already
        except sdk.errors.EmissaryClientError as error:
            failures.add(item.id)
            session.note(f"{item.kind.name} {item.id} could not be deleted: {error}")
    return failures


def _names_of_runs(directories: tuple[str, ...]) -> list[str]:
    """Return the ids and names in the state files of unfinished runs."""
    states = [state for directory in directories for state in sdk.RunState.unfinished(Path(directory))]
    ids = [step.id for state in states for step in state.steps.values() if step.id is not None]
    return [*ids, *(name for state in states for name in (state.name, state.model))]


def _choose(items: list[Item], unused: float | None, older_than: float | None, kept: list[str]) -> list[Item]:
    """Return what may be deleted; what is on an engine is deleted with it."""
    now = time.time()

    def is_before(moment: float | None, seconds: float | None) -> bool:
        return seconds is None or (moment is not None and moment < now - seconds)

    def may_go(item: Item) -> bool:
        created_at = item.resource.created_at
        if any(map(item.matches, kept)):
            return False
        if item.is_temporary and is_before(created_at, min(older_than or now, _TEMPORARY_SECONDS)):
            return True
        is_asked = unused is not None or older_than is not None
        return is_asked and is_before(item.last_used_at, unused) and is_before(created_at, older_than)

    blocked = {item.engine.id for item in items if item.engine and not may_go(item)}
    engines = {item.id for item in items if item.kind is ENGINE and may_go(item) and item.id not in blocked}

    def is_doomed(item: Item) -> bool:
        host = item.engine.id if item.engine else item.id
        return host in engines or (item.kind is DEPLOYMENT and item.project_id is not None and may_go(item))

    return list(filter(is_doomed, items))
