"""``emissary projects``: projects."""

import click

from .command import Session, command
from .groups import resource_group
from .values import PROJECT

projects = resource_group(
    PROJECT,
    ["ID", "NAME"],
    "Create, list and delete projects.",
    also_deleted=" and everything in it",
)


@command(projects, "create", "reviews", creates="projects")
@click.argument("name", required=False)
def create(session: Session, name: str | None) -> None:
    """Create a project."""
    project = session.client.projects.create(request_body={} if name is None else {"name": name})
    session.write(project, f"Created project {project.id}")
