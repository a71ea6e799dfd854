"""``emissary jobs``: training jobs."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from .command import Session, command
from .exits import Failed, InvalidInput
from .options import (
    file_option,
    job_argument,
    polling_arguments,
    polling_options,
    project_option,
    quiet_option,
    task_type_option,
    wait_options,
    yes_option,
)
from .output import age, local_time, write_json, write_line
from .values import BASE_MODEL, DATASET, JOB_STATUS
from .views import show_checkpoints, show_loss

if TYPE_CHECKING:
    from .. import models


@click.group()
def jobs() -> None:
    """Create, watch and cancel training jobs."""


@command(jobs, look_in="emissary jobs list")
@click.argument("base_model", type=BASE_MODEL, required=False)
@project_option
@click.option("--train-dataset", "train_dataset_id", type=DATASET, metavar="ID", help="Dataset to train on.")
@click.option("--test-dataset", "test_dataset_id", type=DATASET, metavar="ID", help="Dataset to test on.")
@click.option("--split-ratio", "train_test_split_ratio", type=float, help="Share of the training data to test on.")
@click.option("--name", help="Name of the job.")
@click.option("--description", help="Description of the job.")
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="Hyperparameter; repeatable.")
@task_type_option
@click.option("--fine-tuned", "base_model_option", flag_value="fine-tuned", help="BASE_MODEL is a training job.")
@click.option("--checkpoint", type=int, help="Checkpoint to start from, with --fine-tuned.")
@click.option("--hf-model-link", metavar="URL", help="Link of a Hugging Face model.")
@click.option("--test-function", "test_functions", multiple=True, metavar="NAME", help="Test function; repeatable.")
@click.option(
    "--rebalance",
    "rebalance_data",
    multiple=True,
    metavar="LABEL=NUMBER",
    help="Label ratio; repeatable.",
)
@click.option("--reward", multiple=True, metavar="FUNCTION=WEIGHT", help="Train with GRPO on this reward; repeatable.")
@file_option
@click.option("--wait", is_flag=True, help="Wait until the job finishes.")
@wait_options
def create(
    session: Session, project: str, file: str | None, wait: bool, timeout: float | None, interval: float, quiet: bool,
    **fields: Any,
) -> None:  # fmt: skip
    """Create a training job. On the platform it costs money from its start."""
    from .. import models
    from .inputs import request_body

    calls = session.client.training_jobs
    if fields["reward"]:
        reward = request_body(models.CreateGRPOTrainingJobRequestBody, file, fields)
        job = calls.create_grpo(project_id=project, request_body=reward)
    else:
        body = request_body(models.CreateTrainingJobRequestBody, file, fields)
        job = calls.create(project_id=project, request_body=body)
    if wait:
        session.note(f"created training job {job.id}")
        _wait(session, project, job.id, timeout=timeout, interval=interval, quiet=quiet)
    else:
        session.write(job, f"Created training job {job.id}: {job.status}")


@command(jobs, "list")
@project_option
@click.option("--limit", type=click.IntRange(min=1), metavar="NUMBER", help="Show only the newest jobs.")
@click.option("--status", type=JOB_STATUS, help="Show only jobs with this status.")
def list_(session: Session, project: str, limit: int | None, status: str | None) -> None:
    """List the training jobs of a project."""
    found = [job for job in session.client.training_jobs.list(project_id=project) if status in (None, job.status)]
    if limit is not None:
        newest = sorted(found, key=lambda job: job.created_at or 0, reverse=True)[:limit]
        found = [job for job in found if any(job is one for one in newest)]
    session.write_list(
        found,
        {
            "ID": lambda job: job.id,
            "STATUS": lambda job: job.status,
            "DONE": lambda job: job.progress if job.progress is None else f"{job.progress} %",
            "AGE": lambda job: age(job.created_at),
            "NAME": lambda job: job.name,
            "BASE MODEL": lambda job: job.base_model,
        },
        "There are no training jobs.",
    )


@command(jobs)
@job_argument
@project_option
def show(session: Session, job: str, project: str) -> None:
    """Show a training job."""
    session.write(session.client.training_jobs.retrieve(project_id=project, training_job_id=job))


@command(jobs)
@job_argument
@project_option
def cancel(session: Session, job: str, project: str) -> None:
    """Cancel a training job."""
    session.client.training_jobs.cancel(project_id=project, training_job_id=job)
    session.write({"id": job, "cancelled": True}, f"Cancelled training job {job}")


@command(jobs)
@job_argument
@project_option
@yes_option
def delete(session: Session, job: str, project: str, yes: bool) -> None:
    """Delete a training job, after a question."""
    session.confirm(f"Delete training job {job}?", yes=yes)
    session.client.training_jobs.delete(project_id=project, training_job_id=job)
    session.write({"id": job, "deleted": True}, f"Deleted training job {job}")


@command(jobs)
@job_argument
@project_option
def checkpoints(session: Session, job: str, project: str) -> None:
    """List the checkpoints of a training job."""
    found = session.client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
    session.write(found, lambda: show_checkpoints(found))


@command(jobs)
@job_argument
@click.argument("checkpoint", type=int, required=False)
@project_option
@click.option("-o", "--output", type=click.Path(), default=".", show_default=True, help="File or directory to write.")
@quiet_option
def download(session: Session, job: str, checkpoint: int | None, project: str, output: str, quiet: bool) -> None:
    """Download the model of a checkpoint.

    The last checkpoint is the default. An interrupted download is resumed.
    """
    found = session.client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
    chosen = max(found, key=lambda one: one.checkpoint, default=None)
    if checkpoint is not None:
        chosen = next((one for one in found if one.checkpoint == checkpoint), None)
    if not found:
        raise InvalidInput(f"Training job {job} has no checkpoints.")
    if chosen is None:
        known = ", ".join(str(one.checkpoint) for one in found)
        raise InvalidInput(f"Training job {job} has no checkpoint {checkpoint}; available: {known}.")
    has_bar = not quiet and sys.stderr.isatty()
    path = session.client.training_jobs.download_checkpoint(chosen, output, progress=has_bar)
    session.write({"id": job, "checkpoint": chosen.checkpoint, "path": str(path)}, str(path))


@command(jobs)
@job_argument
@project_option
@wait_options
def wait(session: Session, job: str, project: str, **waiting: Any) -> None:
    """Wait until a training job finishes.

    Its checkpoints are listed then. Ctrl-C stops the wait, not the job.
    """
    _wait(session, project, job, **waiting)


@command(jobs)
@job_argument
@project_option
@polling_options
def watch(session: Session, job: str, project: str, timeout: float | None, interval: float) -> None:
    """Write each change of a training job until it finishes."""
    last: models.TrainingJobDetail | None = None
    for change in session.client.training_jobs.watch(
        project_id=project, training_job_id=job, **polling_arguments(timeout, interval)
    ):
        last = change.job
        kind, value, timestamp, details = _describe(change)
        if session.as_json:
            write_json({"type": kind, "job": change.job.id, **details}, indent=None)
        else:
            write_line(f"{local_time(timestamp)}  {kind:<10}  {value}")
            sys.stdout.flush()
    _check(last)


@command(jobs)
@job_argument
@project_option
def loss(session: Session, job: str, project: str) -> None:
    """Draw the training loss of a job."""
    found = session.client.training_jobs.retrieve(project_id=project, training_job_id=job)
    session.write(found.training_loss or [], lambda: show_loss(found))


def _wait(session: Session, project: str, job: str, **waiting: Any) -> None:
    calls = session.client.training_jobs
    call = partial(calls.wait, project_id=project, training_job_id=job)
    final = session.wait(call, f"emissary jobs wait {job}", **waiting)
    session.write(final, f"Training job {job} finished: {final.status}")
    if not session.as_json:
        show_checkpoints(calls.list_checkpoints(project_id=project, training_job_id=job))
    _check(final)


def _check(job: models.TrainingJobDetail | None) -> None:
    if job is not None and job.status != "Success":
        raise Failed(f"training job {job.id} finished with status {job.status}")


def _describe(change: models.TrainingJobChange) -> tuple[str, str, float, dict[str, Any]]:
    """Return the kind of a change, its text, its time and its fields in JSON."""
    from .. import models

    now = time.time()
    if isinstance(change, models.StatusChanged):
        return "status", str(change.status), now, {"previous": change.previous, "status": change.status}
    if isinstance(change, models.ProgressChanged):
        return "progress", f"{change.progress} %", now, {"previous": change.previous, "progress": change.progress}
    if isinstance(change, models.LossAdded):
        point = change.loss
        shown = "none" if point.loss is None else f"{point.loss:.4f}"
        return "loss", shown, now if point.timestamp is None else point.timestamp, {"loss": point}
    checkpoint = change.checkpoint
    shown = f"{checkpoint.checkpoint}  {checkpoint.model_download_url or ''}".rstrip()
    return (
        "checkpoint",
        shown,
        now if checkpoint.created_at is None else checkpoint.created_at,
        {"checkpoint": checkpoint},
    )
