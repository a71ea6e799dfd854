"""``emissary jobs``: the sub-commands about training jobs."""

import sys
from typing import Annotated

import typer

from .. import EmissaryClient, errors, models
from . import showing
from .inputs import request_body
from .options import AsJson, Debug, Interval, JobId, Project, Quiet, ServerUrl, Timeout
from .outcome import ExitCode, UsageError, note, reported

jobs = typer.Typer(help="Create, follow and end training jobs.", no_args_is_help=True)


@jobs.command()
@reported
def create(
    project: Project,
    base_model: Annotated[str | None, typer.Argument(help="The model to fine-tune.", show_default=False)] = None,
    train_dataset: Annotated[str | None, typer.Option(metavar="ID", help="The dataset to train on.")] = None,
    test_dataset: Annotated[str | None, typer.Option(metavar="ID", help="The dataset to test on.")] = None,
    split_ratio: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="How much of the training data to hold back for testing.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="A name for the job.")] = None,
    description: Annotated[str | None, typer.Option(help="What the job is about.")] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A hyperparameter, as in num_train_epochs=3. May be repeated."),
    ] = None,
    task_type: Annotated[
        str | None, typer.Option(help="text-generation, classification, embedding or regression.")
    ] = None,
    fine_tuned: Annotated[
        bool, typer.Option("--fine-tuned", help="BASE_MODEL is an earlier training job, and not a pre-trained model.")
    ] = False,
    checkpoint: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Which checkpoint of the earlier job to start from.")
    ] = None,
    hf_model_link: Annotated[str | None, typer.Option(metavar="URL", help="The link of a Hugging Face model.")] = None,
    test_function: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A test function to run. May be repeated.")
    ] = None,
    rebalance: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL=NUMBER", help="How to rebalance the training data. May be repeated."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Fields of the job, as JSON or YAML; - is standard input."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended.")] = False,
    timeout: Timeout = None,
    interval: Interval = 5.0,
    quiet: Quiet = False,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001  # ``reported`` looks at it
) -> None:
    """Create a training job. On the platform it costs money from its start."""
    settings = {
        "base_model": base_model,
        "train_dataset_id": train_dataset,
        "test_dataset_id": test_dataset,
        "train_test_split_ratio": split_ratio,
        "name": name,
        "description": description,
        "task_type": task_type,
        "base_model_option": "fine-tuned" if fine_tuned else None,
        "checkpoint": checkpoint,
        "hf_model_link": hf_model_link,
        "test_functions": test_function,
    }
    fields = request_body(from_, settings, param or [], rebalance or [])
    body = models.CreateTrainingJobRequestBody.model_validate(fields)
    with EmissaryClient(server_url=server_url) as client:
        try:
            job = client.training_jobs.create(project_id=project, request_body=body)
        except errors.EmissaryClientError as error:
            if error.request_may_have_been_processed:
                note("the job may have been created all the same: see emissary jobs list")
            raise
        if not wait:
            if as_json:
                showing.write_json(job)
            else:
                showing.say(f"Created the training job {job.id}: {job.status}")
            return
        note(f"created the training job {job.id}")
        _wait(client, project, job.id or "", timeout, interval, quiet, as_json)


@jobs.command("list")
@reported
def list_(
    project: Project,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """List the training jobs of a project."""
    with EmissaryClient(server_url=server_url) as client:
        found = client.training_jobs.list(project_id=project)
    showing.write(found, as_json, showing.write_jobs)


@jobs.command()
@reported
def show(
    job: JobId,
    project: Project,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Show a training job in full."""
    with EmissaryClient(server_url=server_url) as client:
        found = client.training_jobs.retrieve(project_id=project, training_job_id=job)
    showing.write(found, as_json, showing.write_job)


@jobs.command()
@reported
def cancel(
    job: JobId,
    project: Project,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Cancel a training job."""
    with EmissaryClient(server_url=server_url) as client:
        client.training_jobs.cancel(project_id=project, training_job_id=job)
    if as_json:
        showing.write_json({"id": job, "cancelled": True})
    else:
        showing.say(f"Cancelled the training job {job}")


@jobs.command()
@reported
def delete(
    job: JobId,
    project: Project,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Delete a training job, after a question."""
    if not yes and not _is_confirmed(f"Delete the training job {job}?"):
        note("nothing was deleted")
        raise typer.Exit(ExitCode.REFUSED)
    with EmissaryClient(server_url=server_url) as client:
        client.training_jobs.delete(project_id=project, training_job_id=job)
    if as_json:
        showing.write_json({"id": job, "deleted": True})
    else:
        showing.say(f"Deleted the training job {job}")


@jobs.command()
@reported
def checkpoints(
    job: JobId,
    project: Project,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """List the checkpoints of a training job."""
    with EmissaryClient(server_url=server_url) as client:
        found = client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
    showing.write(found, as_json, showing.write_checkpoints)


@jobs.command()
@reported
def wait(
    job: JobId,
    project: Project,
    timeout: Timeout = None,
    interval: Interval = 5.0,
    quiet: Quiet = False,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Wait until a training job has ended, and list its checkpoints. To stop waiting does nothing to the job."""
    with EmissaryClient(server_url=server_url) as client:
        _wait(client, project, job, timeout, interval, quiet, as_json)


@jobs.command()
@reported
def watch(
    job: JobId,
    project: Project,
    timeout: Timeout = None,
    interval: Interval = 5.0,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Write a line for each change of a training job until it has ended; with --json a document in each line."""
    with EmissaryClient(server_url=server_url) as client:
        changes = client.training_jobs.watch(
            project_id=project,
            training_job_id=job,
            poll_interval_ms=interval * 1000,
            total_timeout_ms=None if timeout is None else timeout * 1000,
        )
        last: models.TrainingJobDetail | None = None
        for change in changes:
            last = change.job
            if as_json:
                showing.write_json_line(showing.change_json(change))
            else:
                showing.say(showing.change_line(change))
                sys.stdout.flush()
    _end(last)


@jobs.command()
@reported
def loss(
    job: JobId,
    project: Project,
    server_url: ServerUrl = None,
    as_json: AsJson = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Draw the training loss of a job in the terminal."""
    with EmissaryClient(server_url=server_url) as client:
        found = client.training_jobs.retrieve(project_id=project, training_job_id=job)
    if as_json:
        showing.write_json(found.training_loss or [])
    else:
        showing.write_loss(found)


def _wait(
    client: EmissaryClient,
    project: str,
    job: str,
    timeout: float | None,
    interval: float,
    quiet: bool,
    as_json: bool,
) -> None:
    has_bar = not quiet and sys.stderr.isatty()
    last: models.TrainingJobStatus | None = None

    def tell(seen: models.TrainingJobDetail) -> None:
        nonlocal last
        if seen.status != last:  # in the log of a script, a line for each status instead of a bar
            last = seen.status
            note(f"{seen.status}, {seen.progress or 0} %")

    try:
        ended = client.training_jobs.wait(
            project_id=project,
            training_job_id=job,
            poll_interval_ms=interval * 1000,
            total_timeout_ms=None if timeout is None else timeout * 1000,
            on_update=None if quiet or has_bar else tell,
            raise_on_failure=False,
            progress=has_bar,
        )
    except KeyboardInterrupt:
        note(f"the training job goes on; to wait again: emissary jobs wait {job}")
        raise
    if as_json:
        showing.write_json(ended)
    else:
        showing.say(f"The training job {job} ended: {ended.status}")
        found = client.training_jobs.list_checkpoints(project_id=project, training_job_id=job)
        showing.write_checkpoints(found)
    _end(ended)


def _end(job: models.TrainingJobDetail | None) -> None:
    if job is not None and job.status != models.TrainingJobStatus.SUCCESS:
        raise typer.Exit(ExitCode.ENDED_BADLY)


def _is_confirmed(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stderr.write("\n")
        raise UsageError("there is nobody to ask; say --yes to delete without a question")
    return answer.strip().lower() in ("y", "yes")
