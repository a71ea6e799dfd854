"""``emissary deployments``: deployed models."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from .command import Session, command
from .exits import Failed, InvalidInput
from .options import file_option, inactive_timeout_option, project_option, wait_options, yes_option
from .output import age
from .values import DEPLOYMENT, JOB

deployment_argument = click.argument("deployment", type=DEPLOYMENT, metavar="DEPLOYMENT")


@click.group()
def deployments() -> None:
    """Deploy models and manage deployments."""


@command(deployments, look_in="emissary deployments list")
@click.argument("training_job_id", type=JOB, metavar="[JOB]", required=False)
@click.argument("checkpoint", type=int, required=False)
@project_option
@click.option("--name", help="Name of the deployment, which requests use as the model.")
@click.option("--description", help="Description of the deployment.")
@inactive_timeout_option
@file_option
@click.option("--wait", is_flag=True, help="Wait until the deployment is ready.")
@wait_options
def create(
    session: Session, project: str, file: str | None, wait: bool, timeout: float | None, interval: float, quiet: bool,
    **fields: Any,
) -> None:  # fmt: skip
    """Deploy a checkpoint of a training job.

    The last checkpoint is the default. JOB can also be the name of a base model, with 0 as its checkpoint.
    """
    from .. import models
    from .inputs import request_body

    client = session.client
    if file is None and fields["checkpoint"] is None and fields["training_job_id"]:
        fields["checkpoint"] = last_checkpoint(session, project, fields["training_job_id"])
    body = request_body(models.CreateDeploymentRequestBody, file, fields)
    deployment = client.deployments.create(project_id=project, request_body=body)
    if wait:
        session.note(f"created deployment {deployment.id}")
        _wait(session, project, deployment.id, timeout=timeout, interval=interval, quiet=quiet)
    else:
        session.write(deployment, f"Created deployment {deployment.id}: {deployment.status}")


@command(deployments, "list")
@project_option
def list_(session: Session, project: str) -> None:
    """List the deployments of a project."""
    session.write_list(
        session.client.deployments.list(project_id=project),
        {
            "ID": lambda deployment: deployment.id,
            "STATUS": lambda deployment: deployment.status,
            "AGE": lambda deployment: age(deployment.created_at),
            "NAME": lambda deployment: deployment.name,
        },
        "There are no deployments.",
    )


@command(deployments)
@deployment_argument
@project_option
def show(session: Session, deployment: str, project: str) -> None:
    """Show a deployment."""
    session.write(session.client.deployments.retrieve(project_id=project, deployment_id=deployment))


@command(deployments)
@deployment_argument
@project_option
@wait_options
def wait(session: Session, deployment: str, project: str, **waiting: Any) -> None:
    """Wait until a deployment is ready."""
    _wait(session, project, deployment, **waiting)


@command(deployments)
@deployment_argument
@project_option
@click.option("--wait", is_flag=True, help="Wait until the deployment is ready.")
@wait_options
def reactivate(session: Session, deployment: str, project: str, wait: bool, **waiting: Any) -> None:
    """Reactivate a deactivated deployment."""
    session.client.deployments.reactivate(project_id=project, deployment_id=deployment)
    if wait:
        _wait(session, project, deployment, after_reactivation=True, **waiting)
    else:
        session.write({"id": deployment, "reactivated": True}, f"Reactivated deployment {deployment}")


@command(deployments)
@deployment_argument
@project_option
@yes_option
def delete(session: Session, deployment: str, project: str, yes: bool) -> None:
    """Delete a deployment, after a question."""
    session.confirm(f"Delete deployment {deployment}?", yes=yes)
    session.client.deployments.delete(project_id=project, deployment_id=deployment)
    session.write({"id": deployment, "deleted": True}, f"Deleted deployment {deployment}")


def last_checkpoint(session: Session, project: str, job: str) -> int:
    """Return the number of the last checkpoint of a training job.

    :raises InvalidInput: The job has no checkpoints.
    """
    found = session.client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
    if not found:
        raise InvalidInput(f"Training job {job} has no checkpoints.")
    return max(one.checkpoint for one in found)


def _wait(session: Session, project: str, deployment: str, *, after_reactivation: bool = False, **waiting: Any) -> None:
    call = partial(
        session.client.deployments.wait,
        project_id=project,
        deployment_id=deployment,
        after_reactivation=after_reactivation,
    )
    final = session.wait(call, f"emissary deployments wait {deployment}", **waiting)
    session.write(final, f"Deployment {deployment}: {final.status}")
    if final.status is None or not final.status.is_ready:
        raise Failed(f"deployment {deployment} is not ready: its status is {final.status}")
