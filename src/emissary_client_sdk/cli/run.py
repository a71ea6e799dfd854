"""``emissary run``: from a data file to a model that answers."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .command import Session, command
from .datasets import show_problems
from .exits import Failed, Interrupted, InvalidInput
from .inputs import parameter
from .options import optional_project_option, parameter_option, polling_arguments, polling_options, task_type_option
from .rundisplay import RunDisplay
from .runstate import RunState, digest, find, load, new_state
from .values import BASE_MODEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from .. import models

_REQUESTS = {"classification": "classify", "embedding": "embed", "text-generation": "chat"}
_METRICS = {"accuracy": True, "f1": True, "loss": False}  # best checkpoint by default: name, whether largest is best


_PARAMS: list[click.Parameter] = [
    click.Argument(["file"], type=click.Path(exists=True, dir_okay=False), metavar="[FILE]", required=False),
    task_type_option,
    click.Option(["--base-model"], type=BASE_MODEL, metavar="NAME", help="Model to fine-tune."),
    parameter_option,
    click.Option(["--metric"], help="Test result that selects the checkpoint.  [default: accuracy, f1 or loss]"),
    click.Option(["--smallest"], is_flag=True, default=None, help="The smallest value of --metric is the best."),
    optional_project_option,
    click.Option(["--name"], help="Beginning of the names of everything that is created; by default, FILE's."),
    click.Option(["--state"], type=click.Path(dir_okay=False), help="State file.  [default: FILE.emissary.json]"),
    click.Option(["--resume"], is_flag=True, help="Continue an interrupted run."),
    click.Option(["--new"], is_flag=True, help="Start a new run although an earlier one is unfinished."),
    *polling_options,
]


@command(
    None, "run", "run reviews.jsonl --base-model Llama-3.2-1B-Instruct", "run reviews.jsonl --resume", params=_PARAMS
)
def run(
    session: Session, file: str | None, state: str | None, resume: bool, new: bool, name: str | None,
    timeout: float | None, interval: float, **settings: Any,
) -> None:  # fmt: skip
    """Train a model on a data file and deploy it.

    The steps are: check and upload the file, train, choose the best checkpoint, deploy, wait until it is ready. The
    ids of everything that is created are recorded in a state file. After an interruption, --resume continues without
    creating anything twice. On the platform, training and deployments cost money.
    """
    path = find(file, state)
    if resume:
        current = _resumed(path, settings)
        session.server_url = session.server_url or current.server_url
    elif file is None:
        raise click.UsageError("Missing argument 'FILE'.", click.get_current_context())
    else:
        current = _started(path, file, name, settings, new=new)
        current.server_url = session.client.sdk_configuration.server_url
    again = f"emissary run --resume --state {shlex.quote(str(path))}"
    if state is None and file is not None:
        again = f"emissary run {shlex.quote(file)} --resume"
    try:
        with RunDisplay(session.note) as display:
            _Run(session, current, path, display, polling_arguments(timeout, interval)).execute()
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; to resume: {again}" if current.begun else "interrupted") from None
    except Exception as error:
        if current.begun and not isinstance(error, Failed):
            session.note(f"to resume: {again}")
        raise
    _write_result(session, current)


class _Run:
    """The steps of one run, each of which does nothing if its result is recorded."""

    def __init__(
        self, session: Session, state: RunState, path: Path, display: RunDisplay, polling: dict[str, Any]
    ) -> None:
        self._session = session
        self._client = session.client
        self._state = state
        self._path = path
        self._display = display
        self._polling = polling

    def execute(self) -> None:
        """Run all steps."""
        settings, state = self._state.settings, self._state
        if "dataset" not in state.ids:
            with self._display.step("check"):
                report = self._client.datasets.check(file=state.file, task_type=settings["task_type"])
                show_problems(self._session, report, state.file)
                report.raise_for_errors()
                self._display.show(f"{report.records} records")
        with self._display.step("project"):
            if settings["project"] and "project" not in state.ids:
                self._record("project", settings["project"])
            project = self._create("project", self._client.projects.list, self._client.projects.create)
        with self._display.step("upload"):
            dataset = self._upload(project)
        with self._display.step("train"):
            job = self._train(project, dataset)
        with self._display.step("choose"):
            if state.checkpoint is None:
                state.checkpoint = self._best_checkpoint(project, job)
                state.save(self._path)
            self._display.show(f"checkpoint {state.checkpoint}")
        with self._display.step("deploy"):
            self._deploy(project, job, state.checkpoint)
        state.is_finished = True
        state.save(self._path)

    def _create(self, step: str, listed: Callable[[], Iterable[Any]], create: Callable[..., Any], **fields: Any) -> str:
        """Return the id of the step's resource, which is created unless it exists already."""
        state = self._state
        if step not in state.ids:
            found = None
            if step in state.begun:  # an interrupted run sent the request, and its response is unknown
                found = next((one for one in listed() if one.name == state.name), None)
            else:
                state.begun.append(step)
                state.save(self._path)
            if found is None:
                key = {"Idempotency-Key": f"{state.name}-{step}"}
                found = create(request_body={"name": state.name, **fields}, http_headers=key)
            self._record(step, found.id)
        self._display.show(state.ids[step])
        return state.ids[step]

    def _record(self, step: str, identity: str) -> None:
        self._state.ids[step] = identity
        self._state.save(self._path)

    def _upload(self, project: str) -> str:
        datasets = self._client.datasets

        def upload(*, request_body: dict[str, Any], http_headers: dict[str, str]) -> models.DatasetSummary:
            return datasets.upload(
                project_id=project,
                file=self._state.file,
                name=request_body["name"],
                check=False,
                wait=False,
                http_headers=http_headers,
            )

        identity = self._create("dataset", partial(datasets.list, project_id=project), upload)
        datasets.wait(project_id=project, dataset_id=identity)
        return identity

    def _train(self, project: str, dataset: str) -> str:
        settings, jobs = self._state.settings, self._client.training_jobs
        identity = self._create(
            "training_job",
            partial(jobs.list, project_id=project),
            partial(jobs.create, project_id=project),
            base_model=settings["base_model"],
            train_dataset_id=dataset,
            task_type=settings["task_type"],
            parameters=settings["parameters"],
        )
        job = jobs.wait(
            project_id=project,
            training_job_id=identity,
            on_update=self._show_job,
            raise_on_failure=False,
            **self._polling,
        )
        if job.status is None or not job.status.is_success:
            raise Failed(f"training job {identity} finished with status {job.status}; --new starts a new run")
        return identity

    def _show_job(self, job: models.TrainingJobDetail) -> None:
        losses = [point.loss for point in job.training_loss or [] if point.loss is not None]
        self._display.show(str(job.status), percent=job.progress, more=f"loss {losses[-1]:.4f}" if losses else "")

    def _best_checkpoint(self, project: str, job: str) -> int:
        settings, jobs = self._state.settings, self._client.training_jobs
        metric, largest = settings["metric"], not settings["smallest"]
        if metric is None:
            found = jobs.list_checkpoints(project_id=project, training_job_id=job)
            if not found:
                raise Failed(f"training job {job} has no checkpoints")
            known = {name for checkpoint in found for name in checkpoint.metrics}
            metric, largest = next(((name, _METRICS[name]) for name in _METRICS if name in known), (None, True))
            if metric is None:
                return max(checkpoint.checkpoint for checkpoint in found)
        best = jobs.best_checkpoint(project_id=project, training_job_id=job, metric=metric, largest=largest)
        return best.checkpoint

    def _deploy(self, project: str, job: str, checkpoint: int) -> None:
        deployments = self._client.deployments
        identity = self._create(
            "deployment",
            partial(deployments.list, project_id=project),
            partial(deployments.create, project_id=project),
            training_job_id=job,
            checkpoint=checkpoint,
        )
        wait = partial(
            deployments.wait,
            project_id=project,
            deployment_id=identity,
            on_update=self._show_deployment,
            raise_on_failure=False,
            **self._polling,
        )
        deployment = wait()
        if deployment.status is not None and deployment.status.is_idle:
            deployments.reactivate(project_id=project, deployment_id=identity)
            deployment = wait(after_reactivation=True)
        if deployment.status is None or not deployment.status.is_ready:
            raise Failed(f"deployment {identity} is not ready: its status is {deployment.status}")

    def _show_deployment(self, deployment: models.DeploymentDetail) -> None:
        self._display.show(str(deployment.status))


def _started(path: Path, file: str, name: str | None, settings: dict[str, Any], *, new: bool) -> RunState:
    if settings["base_model"] is None:
        raise click.UsageError("Missing option '--base-model'.", click.get_current_context())
    settings["parameters"] = dict(map(parameter, settings["parameters"])) or None
    if path.exists() and not new and not load(path).is_finished:
        raise InvalidInput(f"{path} records an unfinished run: continue it with --resume, or start over with --new.")
    return new_state(file, name, settings)


def _resumed(path: Path, settings: dict[str, Any]) -> RunState:
    """Return the recorded state.

    :raises InvalidInput: An option contradicts it, or the data file changed before it was uploaded.
    """
    state = load(path)
    context = click.get_current_context()
    settings["parameters"] = dict(map(parameter, settings["parameters"])) or None
    for name, value in settings.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and value != state.settings[name]:
            option = "--" + {"parameters": "param"}.get(name, name.replace("_", "-"))
            raise InvalidInput(
                f"{option} {value!r} contradicts the recorded run: {state.settings[name]!r}; --new starts another."
            )
    if "dataset" not in state.ids and digest(state.file) != state.sha256:
        raise InvalidInput(f"{state.file} has changed since the run was interrupted; start over with --new.")
    return state


def _write_result(session: Session, state: RunState) -> None:
    ids = {f"{step}_id": identity for step, identity in state.ids.items()}
    request = _REQUESTS.get(state.settings["task_type"] or "text-generation")
    text = f"Model {state.name} is ready."
    if request:
        text += f' Try it:\n  emissary {request} {state.name} "some text"'
    session.write({"model": state.name, **ids, "checkpoint": state.checkpoint}, text)
