"""``emissary jobs``: training jobs."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

import emissary_client_sdk as sdk

from . import options
from .checkpoints import choose, file_of, show
from .command import Session, command, resolve
from .exits import InvalidInput
from .groups import finish_create, require_success, resource_group, wait_command
from .inputs import check_training, request_body, request_fields
from .output import has_bar, local_time, write_json, write_line
from .plot import show_loss
from .values import BASE_MODEL, JOB

jobs = resource_group(
    JOB,
    ["ID", "STATUS", "DONE", "AGE", "NAME", "BASE MODEL"],
    "Create, watch and cancel training jobs.",
    status="TrainingJobStatus",
)
wait_command(jobs, JOB, "finishes")


_JOB = [options.job_argument, options.project_option]
_CREATE: list[click.Parameter] = [
    click.Argument(["base_model"], type=BASE_MODEL, required=False),
    options.project_option,
    options.dataset_option("train"),
    options.dataset_option("test"),
    click.Option(
        ["--split-ratio", "train_test_split_ratio"], type=float, help="Share of the training data to test on."
    ),
    options.task_type_option,
    options.parameter_option,
    click.Option(["--name"], help="Name of the job."),
    click.Option(["--description"], help="Description of the job."),
    click.Option(["--fine-tuned", "base_model_option"], flag_value="fine-tuned", help="BASE_MODEL is a training job."),
    click.Option(["--checkpoint"], type=int, help="Checkpoint to start from, with --fine-tuned."),
    click.Option(["--hf-model-link"], metavar="URL", help="Link of a Hugging Face model."),
    options.repeatable_option("--test-function", "test_functions", "NAME", "Test function"),
    options.repeatable_option("--rebalance", "rebalance_data", "LABEL=NUMBER", "Label ratio"),
    options.repeatable_option("--reward", "reward", "FUNCTION=WEIGHT", "Train with GRPO on this reward"),
    options.file_option,
    *options.then_wait("the job finishes"),
]


@command(
    jobs,
    "create",
    "Llama-3.2-1B-Instruct --train-dataset reviews --wait",
    "Qwen3-4B-Base --train-dataset d2 --param lora_rank=8",
    "--from job.yaml",
    params=_CREATE,
    creates="jobs",
)
def create(session: Session, project: str, file: str | None, **fields: Any) -> None:
    """Create a training job. On the platform it costs money from its start."""
    waiting = options.take_waiting(fields)
    fields = {**request_fields(file, fields), "project": project}
    resolve(session, fields)
    del fields["project"]
    calls = session.client.training_jobs
    body: Any
    create_job: Any
    if fields.get("reward"):
        body, create_job = request_body(sdk.models.CreateGRPOTrainingJobRequestBody, fields), calls.create_grpo
    else:
        body, create_job = request_body(sdk.models.CreateTrainingJobRequestBody, fields), calls.create
    check_training(session.client, body)
    job = create_job(project_id=project, request_body=body)
    finish_create(session, JOB, job, project, **waiting)


@command(jobs, "cancel", "tr-5b", params=_JOB)
def cancel(session: Session, job: str, project: str) -> None:
    """Cancel a training job."""
    session.client.training_jobs.cancel(project_id=project, training_job_id=job)
    session.write({"id": job, "cancelled": True}, f"Cancelled training job {job}")


@command(jobs, "checkpoints", "tr-5b", params=_JOB)
def checkpoints(session: Session, job: str, project: str) -> None:
    """List the checkpoints of a training job with their test results; --json adds the links."""
    found = session.client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
    session.write(found, lambda: show(found))


@command(
    jobs, "download", "tr-5b", "tr-5b 2 -o model.tar.gz",
    params=[*_JOB, click.Argument(["checkpoint"], type=int, required=False), options.quiet_option],
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(), default=".", show_default=True, help="File or directory to write.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def download(
    session: Session, job: str, checkpoint: int | None, project: str, output: str, force: bool, quiet: bool
) -> None:
    """Download the model of a checkpoint, by default the last one, as JOB-checkpoint-NUMBER.tar.gz.

    An interrupted download is resumed. An existing file with other content is replaced only with --force.
    """
    chosen = choose(session, project, job, checkpoint)
    target = file_of(chosen, job, output)
    shows_bar = has_bar(quiet=quiet)
    try:
        path = session.client.training_jobs.download_checkpoint(chosen, target, overwrite=force, progress=shows_bar)
    except FileExistsError:
        raise InvalidInput(f"{target} has other content; --force replaces it.") from None
    session.write({"id": job, "checkpoint": chosen.checkpoint, "path": str(path)}, str(path))


@command(jobs, "watch", "tr-5b", "tr-5b --json", params=[*_JOB, *options.polling_options])
def watch(session: Session, job: str, project: str, **polling: Any) -> None:
    """Write each change of a training job until it finishes."""
    last: Any = None
    for change in session.client.training_jobs.watch(project_id=project, training_job_id=job, **polling):
        last = change.job
        kind = change._fields[-1]
        if session.as_json:
            write_json({"type": kind, **change._asdict(), "job": change.job.id}, indent=None)
        else:
            text, timestamp = _describe(change)
            write_line(f"{local_time(time.time() if timestamp is None else timestamp)}  {kind:<10}  {text}")
            sys.stdout.flush()
    require_success(JOB, last)


@command(jobs, "loss", "tr-5b", params=_JOB)
def loss(session: Session, job: str, project: str) -> None:
    """Draw the training loss of a job."""
    found = session.client.training_jobs.retrieve(project_id=project, training_job_id=job)
    session.write(found.training_loss or [], lambda: show_loss(found))


def _describe(change: sdk.models.TrainingJobChange) -> tuple[str, float | None]:
    """Return the text of a change, and its time if the platform says it."""
    if isinstance(change, sdk.models.StatusChanged):
        return str(change.status), None
    if isinstance(change, sdk.models.ProgressChanged):
        return f"{change.progress} %", None
    if isinstance(change, sdk.models.LossAdded):
        point = change.loss
        return "none" if point.loss is None else f"{point.loss:.4f}", point.timestamp
    found = change.checkpoint
    return f"{found.checkpoint}  {found.model_download_url or ''}".rstrip(), found.created_at
