"""``emissary engines``: inference engines."""

from __future__ import annotations

from typing import Any

import click

import emissary_client_sdk as sdk

from . import options
from .checkpoints import choose
from .command import Session, command
from .deployments import NAME
from .groups import finish_create, reactivate_command, resource_group, wait_command
from .inputs import request_body, request_fields
from .values import BASE_MODEL, ENGINE

engines = resource_group(
    ENGINE,
    ["ID", "STATUS", "AGE", "NAME", "BASE MODEL"],
    "Run engines, and deploy models on them.",
    filters=[
        click.Option(["--base-model"], type=BASE_MODEL, help="Show only those with this base model."),
        options.task_type_option,
    ],
    status="EngineStatus",
    also_deleted=" and its deployments",
)
wait_command(engines, ENGINE, "is active")
reactivate_command(engines, ENGINE)


_CREATE: list[click.Parameter] = [
    click.Argument(["base_model"], type=BASE_MODEL, required=False),
    click.Option(["--name"], help="Name of the engine."),
    options.task_type_option,
    options.inactive_timeout_option("never"),
    options.file_option,
    *options.then_wait("the engine is active"),
]
_DEPLOY: list[click.Parameter] = [
    options.engine_argument,
    options.job_argument,
    click.Argument(["checkpoint"], type=int, required=False),
    options.project_option,
    NAME,
]


@command(engines, "create", "Llama-3.2-1B-Instruct --inactive-timeout 3600 --wait", params=_CREATE, creates="engines")
def create(session: Session, file: str | None, **fields: Any) -> None:
    """Create an engine. On the platform it costs money while it is active."""
    waiting = options.take_waiting(fields)
    seconds = fields.pop("inactive_timeout")
    if seconds is not None:
        config = {"management_type": "inactive_timeout", "management_config": {"inactive_duration": seconds}}
        fields["resource_management_config"] = config
    body = request_body(sdk.models.CreateEngineRequestBody, request_fields(file, fields))
    finish_create(session, ENGINE, session.client.engines.create(request_body=body), None, **waiting)


@command(engines, "deploy", "engine-5b tr-5b", params=_DEPLOY, creates="deployments")
def deploy(session: Session, engine: str, job: str, checkpoint: int | None, project: str, name: str | None) -> None:
    """Deploy a checkpoint of a training job on an engine.

    The last checkpoint is the default.
    """
    if checkpoint is None:
        checkpoint = choose(session, project, job).checkpoint
    body: Any = {"project_id": project, "training_id": job, "checkpoint": checkpoint, "name": name}
    deployment = session.client.engines.deploy(engine_id=engine, request_body=body)
    session.write(deployment, f"Created deployment {deployment.id}: {deployment.status}")


@command(engines, "undeploy", "engine-5b reviews", params=[options.engine_argument])
@click.argument("name", metavar="DEPLOYMENT_NAME")
def undeploy(session: Session, engine: str, name: str) -> None:
    """Remove a deployment from an engine by its name."""
    session.client.engines.undeploy(engine_id=engine, request_body={"deployment_name": name})
    session.write({"id": engine, "undeployed": name}, f"Removed deployment {name} from engine {engine}")


@command(engines, "deactivate", "engine-5b", params=[options.engine_argument])
def deactivate(session: Session, engine: str) -> None:
    """Deactivate an engine; it keeps its deployments."""
    session.client.engines.deactivate(engine_id=engine)
    session.write({"id": engine, "deactivated": True}, f"Deactivated engine {engine}")
