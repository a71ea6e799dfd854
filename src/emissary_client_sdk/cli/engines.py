"""``emissary engines``: inference engines."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from .command import Session, command
from .deployments import last_checkpoint
from .exits import Failed
from .options import file_option, inactive_timeout_option, project_option, task_type_option, wait_options, yes_option
from .output import age
from .values import BASE_MODEL, ENGINE, JOB

engine_argument = click.argument("engine", type=ENGINE, metavar="ENGINE")


@click.group()
def engines() -> None:
    """Run engines, and deploy models on them."""


@command(engines, look_in="emissary engines list")
@click.argument("base_model", type=BASE_MODEL, required=False)
@click.option("--name", help="Name of the engine.")
@task_type_option
@inactive_timeout_option
@file_option
@click.option("--wait", is_flag=True, help="Wait until the engine is active.")
@wait_options
def create(
    session: Session, file: str | None, wait: bool, timeout: float | None, interval: float, quiet: bool, **fields: Any
) -> None:
    """Create an engine. On the platform it costs money while it is active."""
    from .. import models
    from .inputs import request_body

    seconds = fields.pop("inactive_timeout")
    if seconds is not None:
        config = {"management_type": "inactive_timeout", "management_config": {"inactive_duration": seconds}}
        fields["resource_management_config"] = config
    body = request_body(models.CreateEngineRequestBody, file, fields)
    engine = session.client.engines.create(request_body=body)
    if wait:
        session.note(f"created engine {engine.id}")
        _wait(session, engine.id, timeout=timeout, interval=interval, quiet=quiet)
    else:
        session.write(engine, f"Created engine {engine.id}: {engine.status}")


@command(engines, "list")
@click.option("--base-model", type=BASE_MODEL, help="Show only engines with this base model.")
@task_type_option
def list_(session: Session, base_model: str | None, task_type: str | None) -> None:
    """List the engines."""
    found = session.client.engines.list(base_model=base_model, task_type=task_type)
    session.write_list(
        found,
        {
            "ID": lambda engine: engine.id,
            "STATUS": lambda engine: engine.status,
            "AGE": lambda engine: age(engine.created_at),
            "NAME": lambda engine: engine.name,
            "BASE MODEL": lambda engine: engine.base_model,
        },
        "There are no engines.",
    )


@command(engines)
@engine_argument
def show(session: Session, engine: str) -> None:
    """Show an engine and its deployments."""
    session.write(session.client.engines.retrieve(engine_id=engine))


@command(engines, look_in="emissary engines show")
@engine_argument
@click.argument("job", type=JOB, metavar="JOB")
@click.argument("checkpoint", type=int, required=False)
@project_option
@click.option("--name", help="Name of the deployment, which requests use as the model.")
def deploy(session: Session, engine: str, job: str, checkpoint: int | None, project: str, name: str | None) -> None:
    """Deploy a checkpoint of a training job on an engine.

    The last checkpoint is the default.
    """
    if checkpoint is None:
        checkpoint = last_checkpoint(session, project, job)
    body: Any = {"project_id": project, "training_id": job, "checkpoint": checkpoint, "name": name}
    deployment = session.client.engines.deploy(engine_id=engine, request_body=body)
    session.write(deployment, f"Created deployment {deployment.id}: {deployment.status}")


@command(engines)
@engine_argument
@click.argument("name", metavar="DEPLOYMENT_NAME")
def undeploy(session: Session, engine: str, name: str) -> None:
    """Remove a deployment from an engine by its name."""
    session.client.engines.undeploy(engine_id=engine, request_body={"deployment_name": name})
    session.write({"id": engine, "undeployed": name}, f"Removed deployment {name} from engine {engine}")


@command(engines)
@engine_argument
@click.option("--wait", is_flag=True, help="Wait until the engine is active.")
@wait_options
def reactivate(session: Session, engine: str, wait: bool, **waiting: Any) -> None:
    """Reactivate an inactive engine."""
    session.client.engines.reactivate(engine_id=engine)
    if wait:
        _wait(session, engine, after_reactivation=True, **waiting)
    else:
        session.write({"id": engine, "reactivated": True}, f"Reactivated engine {engine}")


@command(engines)
@engine_argument
def deactivate(session: Session, engine: str) -> None:
    """Deactivate an engine; it keeps its deployments."""
    session.client.engines.deactivate(engine_id=engine)
    session.write({"id": engine, "deactivated": True}, f"Deactivated engine {engine}")


@command(engines)
@engine_argument
@wait_options
def wait(session: Session, engine: str, **waiting: Any) -> None:
    """Wait until an engine is active."""
    _wait(session, engine, **waiting)


@command(engines)
@engine_argument
@yes_option
def delete(session: Session, engine: str, yes: bool) -> None:
    """Delete an engine and its deployments, after a question."""
    session.confirm(f"Delete engine {engine} and its deployments?", yes=yes)
    session.client.engines.delete(engine_id=engine)
    session.write({"id": engine, "deleted": True}, f"Deleted engine {engine}")


def _wait(session: Session, engine: str, *, after_reactivation: bool = False, **waiting: Any) -> None:
    call = partial(session.client.engines.wait, engine_id=engine, after_reactivation=after_reactivation)
    final = session.wait(call, f"emissary engines wait {engine}", **waiting)
    session.write(final, f"Engine {engine}: {final.status}")
    if final.status is None or not final.status.is_ready:
        raise Failed(f"engine {engine} is not ready: its status is {final.status}")
