"""``emissary run``: a view of ``client.run``, which goes from a data file to a model that answers."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import emissary_client_sdk as sdk

from . import options
from .command import Session, command
from .datasets import data_of, show_problems
from .exits import Interrupted, InvalidInput
from .inputs import parameter
from .rundisplay import RunDisplay
from .values import BASE_MODEL, DEPLOYMENT, JOB, PROJECT

_REQUESTS = {"classification": "classify", "embedding": "embed", "text-generation": "chat"}
_REPEATED = (400, 404, 405, 422)  # statuses that the same request has again
_PARAMS: list[click.Parameter] = [
    click.Argument(["file"], type=options.file_argument.type, metavar="[FILE]", required=False),
    click.Option(["--base-model"], type=BASE_MODEL, metavar="NAME", help="Model to fine-tune."),
    options.task_type_option,
    click.Option(["--test-file"], type=options.file_argument.type, metavar="FILE", help="Data to test on."),
    *options.prepare_params,
    click.Option(["--overwrite"], is_flag=True, help="Replace existing files of --output."),
    options.parameter_option,
    click.Option(["--metric"], help="Test result that selects the checkpoint.  [default: accuracy, f1 or loss]"),
    click.Option(
        ["--largest/--smallest"], default=None, help="The best value of --metric.  [default: as its name suggests]"
    ),
    options.optional_project_option,
    click.Option(["--name"], help="Beginning of the names of everything that is created; by default, FILE's."),
    click.Option(["--deployment-name"], help="Name of the deployment, unique in the organization."),
    options.inactive_timeout_option("3600"),
    click.Option(["--state"], type=click.Path(dir_okay=False), help="State file.  [default: FILE.emissary.json]"),
    click.Option(["--resume"], is_flag=True, help="Continue an interrupted run."),
    click.Option(["--new"], is_flag=True, help="Start a new run although an earlier one is unfinished."),
    click.Option(
        ["--create-again"],
        is_flag=True,
        help="With --resume: create what an interrupted request may have created, because it certainly does not exist.",
    ),
    *options.polling_options,
]


@command(
    None,
    "run",
    "reviews.jsonl --base-model Llama-3.2-1B-Instruct",
    "reviews.jsonl --base-model Qwen3-4B-Base --test-file test.jsonl",
    "reviews.jsonl --resume",
    params=_PARAMS,
)
def run(
    session: Session, file: str | None, test_file: str | None, state: str | None, resume: bool,
    parameters: tuple[str, ...], project: str | None, **given: Any,
) -> None:  # fmt: skip
    """Train a model on a data file and deploy it.

    The steps are: check and upload the file, train, choose the best checkpoint, deploy, wait until it is ready. The
    ids of everything that is created are recorded in a state file. After an interruption, --resume continues without
    creating anything twice; options of steps that have not begun may change. A spreadsheet, or records of another
    layout, are first converted as by "emissary datasets prepare"; so is any file with an option of that command. On
    the platform, training and deployments cost money. FILE can be - for standard input.
    """
    prepare = options.prepare_options(given)
    path = _state_file(file, state, given["name"], resume=resume)
    if resume:
        session.server_url = session.server_url or sdk.RunState.load(path).server_url
        if click.get_current_context().get_parameter_source("project") is ParameterSource.ENVIRONMENT:
            project = None  # the recorded one is meant
    elif file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    elif given["base_model"] is None:
        raise click.UsageError("Missing option '--base-model'.")
    if project is not None:
        project = PROJECT.resolve(session.client, project, None)
    view = _View(session, file, path)
    try:
        with view.display.live or nullcontext():
            result = session.client.run(
                file=None if file is None else data_of(file),
                test_file=None if test_file is None else data_of(test_file),
                parameters=dict(map(parameter, parameters)) or None,
                project_id=project,
                prepare=prepare or None,
                state=path,
                resume=resume,
                on_event=view.show,
                **given,
            )
    except KeyboardInterrupt as error:
        view.note_running()
        raise Interrupted("; ".join(filter(None, ["interrupted", view.how_to_continue(error)]))) from None
    except Exception as error:
        if more := view.how_to_continue(error):
            session.note(more)
        raise
    session.write(result.to_dict(), "\n".join(_last_lines(session, result)))


class _View:
    """Shows the events of a run, and knows how it can be continued."""

    def __init__(self, session: Session, file: str | None, path: Path) -> None:
        self.display = RunDisplay(session.note)
        self._session = session
        self._file = file
        is_default = file is not None and path == sdk.RunState.path_for(data_of(file))
        words = [file, "--resume"] if file and is_default else ["--resume", "--state", str(path)]
        self._again = shlex.join(["emissary", "run", *words])
        self._ids: dict[str, str] = {}
        self._step = "check"

    def show(self, event: sdk.RunEvent) -> None:
        """Show an event."""
        self._step = event.step
        if event.kind in ("created", "finished"):
            self._ids.setdefault(event.step, event.detail)
        if isinstance(event.value, sdk.PreparationReport):
            for line in str(event.value).splitlines():
                self._session.note(line)
        if isinstance(event.value, sdk.DatasetReport):
            name = event.value.file_name
            is_given = self._file == "-" or Path(self._file or "").name == name
            show_problems(self._session, event.value, self._file if self._file and is_given else name)
        self.display.show(event)

    def note_running(self) -> None:
        """Write what goes on and costs money after an interruption, and how to end it."""
        costly = {"train": (JOB, "cancel"), "deploy": (DEPLOYMENT, "delete")}
        identity = self._ids.get(self._step)
        if identity and self._step in costly:
            kind, action = costly[self._step]
            end = self._session.printed(f"{kind.word}s", action, identity, project=self._ids.get("project"))
            self._session.note(f"the {kind.name} {identity} goes on and costs money; to {action} it: {end}")

    def how_to_continue(self, error: BaseException) -> str | None:
        """Return the next step after an error; None if nothing was begun."""
        errors = sdk.errors
        if self._step == "check":
            return None
        if isinstance(error, errors.CreationUnknownError):
            return f"to look again: {self._again}; if it certainly does not exist: {self._again} --create-again"
        if isinstance(error, errors.MetricNotFoundError) and error.available:
            return f"to choose by another result: {self._again} --metric NAME"
        if isinstance(error, (errors.TrainingJobEndedError, errors.DeploymentFailedError, errors.MetricNotFoundError)):
            return "--new starts a new run"
        if isinstance(error, errors.SDKError) and error.status_code in _REPEATED:
            return f"to continue with other options of this step: {self._again} --OPTION VALUE"
        return f"to resume: {self._again}"


def _state_file(file: str | None, state: str | None, name: str | None, *, resume: bool) -> Path:
    """Return the state file: as given, next to the data file, or that of the only unfinished run here.

    :raises InvalidInput: A run shall be resumed, and there is no state file, or there are several.
    """
    path = Path(state or sdk.RunState.path_for(None if file is None else data_of(file), name))
    if state is None and file is None and resume:
        unfinished = sdk.RunState.unfinished()
        if len(unfinished) != 1:
            found = ", ".join(str(one.path) for one in unfinished) or "none"
            raise InvalidInput(f"Name the data file, or the state file with --state. Unfinished runs here: {found}.")
        path = unfinished[0].path
    if resume and not path.exists():
        raise InvalidInput(f"There is no state file {path}.")
    return path


def _last_lines(session: Session, result: sdk.RunResult) -> list[str]:
    """Return how to use the model, what it costs to leave it, and how to delete it."""
    request = _REQUESTS.get(result.task_type)
    lines = [f"Model {result.model} is ready.{' Try it:' if request else ''}"]
    if request:
        lines.append(f'  {session.printed(request, result.model)} "some text"')
    delete = session.printed("deployments", "delete", result.model, project=result.project_id)
    lines.append(f"It costs money until it has had no requests for {result.inactive_timeout} seconds. To delete it:")
    return [*lines, f"  {delete}"]
