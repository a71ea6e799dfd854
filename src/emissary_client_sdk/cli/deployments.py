"""``emissary deployments``: deployed models."""

from __future__ import annotations

from typing import Any

import click

import emissary_client_sdk as sdk

from .checkpoints import choose
from .command import Session, command
from .groups import finish_create, reactivate_command, resource_group, wait_command
from .inputs import request_body, request_fields
from .options import file_option, inactive_timeout_option, project_option, take_waiting, then_wait
from .values import DEPLOYMENT, JOB, JOB_OR_MODEL

deployments = resource_group(
    DEPLOYMENT,
    ["ID", "STATUS", "AGE", "NAME"],
    "Deploy models and manage deployments.",
    status="DeploymentStatus",
)
wait_command(deployments, DEPLOYMENT, "is ready")
reactivate_command(deployments, DEPLOYMENT)


NAME = click.Option(["--name"], help="Name, which requests use as the model; unique in the organization.")
_CREATE: list[click.Parameter] = [
    click.Argument(["training_job_id"], type=JOB_OR_MODEL, metavar="[JOB]", required=False),
    click.Argument(["checkpoint"], type=int, required=False),
    project_option,
    NAME,
    click.Option(["--description"], help="Description of the deployment."),
    inactive_timeout_option("3600"),
    file_option,
    *then_wait("the deployment is ready"),
]


@command(
    deployments,
    "create",
    "tr-5b --name reviews-1 --wait",
    "Llama-3.2-1B-Instruct 0",
    params=_CREATE,
    creates="deployments",
)
def create(session: Session, project: str, file: str | None, **fields: Any) -> None:
    """Deploy a checkpoint of a training job.

    The last checkpoint is the default. JOB can also be the name of a base model, with 0 as its checkpoint.
    """
    waiting = take_waiting(fields)
    fields = request_fields(file, fields)
    job = fields.get("training_job_id")
    if isinstance(job, str) and job and fields.get("checkpoint") != 0:
        job = fields["training_job_id"] = JOB.resolve(session.client, job, project)
        if fields.get("checkpoint") is None:
            fields["checkpoint"] = choose(session, project, job).checkpoint
    body = request_body(sdk.models.CreateDeploymentRequestBody, fields)
    created = session.client.deployments.create(project_id=project, request_body=body)
    finish_create(session, DEPLOYMENT, created, project, **waiting)
