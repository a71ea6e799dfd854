"""``emissary projects``: projects."""

import click

from .command import Session, command
from .options import yes_option
from .values import PROJECT


@click.group()
def projects() -> None:
    """Create, list and delete projects."""


@command(projects, look_in="emissary projects list")
@click.argument("name", required=False)
def create(session: Session, name: str | None) -> None:
    """Create a project."""
    project = session.client.projects.create(request_body={} if name is None else {"name": name})
    session.write(project, f"Created project {project.id}")


@command(projects, "list")
def list_(session: Session) -> None:
    """List the projects."""
    found = session.client.projects.list()
    session.write_list(
        found, {"ID": lambda project: project.id, "NAME": lambda project: project.name}, "There are no projects."
    )


@command(projects)
@click.argument("project", type=PROJECT)
def show(session: Session, project: str) -> None:
    """Show a project."""
    session.write(session.client.projects.retrieve(project_id=project))


@command(projects)
@click.argument("project", type=PROJECT)
@yes_option
def delete(session: Session, project: str, yes: bool) -> None:
    """Delete a project and everything in it, after a question."""
    session.confirm(f"Delete project {project} and everything in it?", yes=yes)
    session.client.projects.delete(project_id=project)
    session.write({"id": project, "deleted": True}, f"Deleted project {project}")
