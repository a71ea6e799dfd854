"""Groups of commands that list, show and delete the resources of one kind, and that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from . import checkpoints
from .command import Group, Session, command, examples
from .exits import Failed, Interrupted
from .options import project_before, project_option, then_wait, wait_options, yes_option
from .output import age, has_bar
from .values import JOB, Kind, KnownValue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COLUMNS: dict[str, Callable[[Any], object]] = {
    "ID": lambda resource: resource.id,
    "STATUS": lambda resource: resource.status,
    "DONE": lambda job: job.progress if job.progress is None else f"{job.progress} %",
    "UPLOADED": lambda dataset: "yes" if dataset.is_uploaded else "no",
    "AGE": lambda resource: age(resource.created_at),
    "NAME": lambda resource: resource.name,
    "BASE MODEL": lambda resource: resource.base_model,
}
_limit = click.Option(["--limit"], type=click.IntRange(min=1), metavar="NUMBER", help="Show only the newest ones.")


def resource_group(
    kind: Kind,
    columns: Sequence[str],
    help_text: str,
    *,
    filters: Sequence[click.Parameter] = (),
    status: str | None = None,
    also_deleted: str = "",
) -> Group:
    """Return a group with the commands ``list``, ``show`` and ``delete``.

    :param filters: Options of the client's method ``list``.
    :param status: The enumeration of the statuses, by which a list can be filtered.
    :param also_deleted: What is deleted with a resource, for the question.
    """
    words = f"{kind.word}s"
    group = Group(words, help=help_text, epilog=examples(f"{words} list", f"help {words} list"))
    if kind.in_project:
        group.params.insert(0, project_before)
    kept: list[click.Parameter] = [_limit] if "AGE" in columns else []
    if status:
        kept.append(click.Option(["--status"], type=KnownValue(status), help="Show only those with this status."))

    @command(
        group, "list", "", "--limit 5" if kept else "--json", params=[*target_of(kind)[1:], *filters, *kept],
        help_text=f"List the {kind.name}s.",
    )  # fmt: skip
    def list_(
        session: Session, project: str | None = None, status: str | None = None, limit: int | None = None, **given: Any
    ) -> None:
        found = kind.calls(session.client).list(**kind.scope(project), **given)
        if status is not None:
            found = [item for item in found if item.status == status]
        if limit is not None:
            newest = {id(item) for item in sorted(found, key=lambda item: item.created_at or 0)[-limit:]}
            found = [item for item in found if id(item) in newest]
        session.write_list(found, {name: _COLUMNS[name] for name in columns}, f"There are no {kind.name}s.")

    @command(group, "show", f"{kind.beginning}5b", params=target_of(kind), help_text=f"Show {one(kind)}.")
    def show(session: Session, target: str, project: str | None = None) -> None:
        session.write(kind.calls(session.client).retrieve(**kind.target(target, project)))

    @command(
        group, "delete", "reviews", f"{kind.beginning}5b --yes", params=[*target_of(kind), yes_option],
        help_text=f"Delete {one(kind)}{also_deleted}, after a question.",
    )  # fmt: skip
    def delete(session: Session, target: str, yes: bool, project: str | None = None) -> None:
        calls, arguments = kind.calls(session.client), kind.target(target, project)
        session.confirm(lambda: f"Delete {kind.name} {described(calls.retrieve(**arguments))}{also_deleted}?", yes=yes)
        calls.delete(**arguments)
        session.write({"id": target, "deleted": True}, f"Deleted {kind.name} {target}")

    return group


def described(resource: Any) -> str:
    """Return the name, the id and the status of a resource."""
    facts = (resource.id if resource.name else None, getattr(resource, "status", None))
    more = ", ".join(map(str, filter(None, facts)))
    return f"{resource.name or resource.id}" + (f" ({more})" if more else "")


def wait_command(group: Group, kind: Kind, done: str) -> None:
    """Add the command ``wait``.

    :param done: The state that it waits for, such as "is ready".
    """

    @command(
        group, "wait", "reviews", f"{kind.beginning}5b --timeout 3600 --quiet",
        params=[*target_of(kind), *wait_options],
        help_text=f"Wait until {one(kind)} {done}. Ctrl-C ends the wait and nothing else.",
    )  # fmt: skip
    def wait(session: Session, target: str, project: str | None = None, **waiting: Any) -> None:
        wait_for(session, kind, target, project, **waiting)


def reactivate_command(group: Group, kind: Kind) -> None:
    """Add the command ``reactivate``."""

    @command(
        group, "reactivate", "reviews --wait", params=[*target_of(kind), *then_wait("it is ready")],
        help_text=f"Reactivate {one(kind)} that was deactivated.",
    )  # fmt: skip
    def reactivate(session: Session, target: str, wait: bool, project: str | None = None, **waiting: Any) -> None:
        kind.calls(session.client).reactivate(**kind.target(target, project))
        if wait:
            wait_for(session, kind, target, project, after_reactivation=True, **waiting)
        else:
            session.write({"id": target, "reactivated": True}, f"Reactivated {kind.name} {target}")


def finish_create(
    session: Session, kind: Kind, created: Any, project: str | None, *, wait: bool, **waiting: Any
) -> None:
    """Write a created resource, or wait for it, according to the options of ``then_wait``."""
    if wait:
        session.note(f"created {kind.name} {created.id}")
        wait_for(session, kind, created.id, project, **waiting)
    else:
        session.write(created, f"Created {kind.name} {created.id}: {created.status}")


def wait_for(session: Session, kind: Kind, identity: str, project: str | None, *, quiet: bool, **how: Any) -> None:
    """Wait for a resource, with a progress bar on a terminal and lines in a log, and write its final state.

    :raises Failed: The state is not a success.
    :raises Interrupted: The user pressed Ctrl-C.
    """
    shows_bar = has_bar(quiet=quiet)
    last: list[str] = []

    def on_update(state: Any) -> None:
        if last != [state.status]:
            last[:] = [state.status]
            progress = getattr(state, "progress", None)
            session.note(str(state.status) + (f", {progress} %" if progress else ""))

    calls, target = kind.calls(session.client), kind.target(identity, project)
    try:
        final = calls.wait(
            **target,
            **how,
            on_update=None if quiet or shows_bar else on_update,
            raise_on_failure=False,
            progress=shows_bar,
        )
    except KeyboardInterrupt:
        again = session.printed(f"{kind.word}s", "wait", identity, project=project)
        raise Interrupted(f"interrupted; it continues on the platform. To wait again: {again}") from None
    session.write(final, f"{kind.name.capitalize()} {identity}: {final.status}")
    if kind is JOB and not session.as_json:
        checkpoints.show(calls.list_checkpoints(**target))
    require_success(kind, final)


def require_success(kind: Kind, final: Any) -> None:
    """Raise ``Failed`` if the final state of a resource is not a success."""
    status = final.status
    if status is None or not status.is_success:
        raise Failed(f"the status of {kind.name} {final.id} is {status}")


def one(kind: Kind) -> str:
    """Return the name of a kind with its article."""
    return f"{'an' if kind.name[0] in 'aeio' else 'a'} {kind.name}"


def target_of(kind: Kind) -> list[click.Parameter]:
    """Return the parameters of a command for one resource."""
    scope: list[click.Parameter] = [project_option] if kind.in_project else []
    return [click.Argument(["target"], type=kind, metavar=kind.word.upper()), *scope]
