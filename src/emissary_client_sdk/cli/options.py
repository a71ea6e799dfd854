"""Options and arguments that several commands have."""

from typing import Any

import click
from click.core import ParameterSource

from ..profiles import default_profile, load_profile
from .values import DATASET, ENGINE, JOB, NEW_PROJECT, PROJECT, TASK_TYPE, PlatformValue

_META = "emissary_client_sdk.cli."


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value:
        context.meta[f"{_META}{parameter.name}"] = value


def common(name: str) -> Any:
    """Return the value of an option that can stand before and after the command; None without it."""
    return click.get_current_context().meta.get(f"{_META}{name}")


def _common(*names: str, **attributes: Any) -> click.Option:
    return click.Option(list(names), expose_value=False, callback=_remember, **attributes)


COMMON: list[click.Parameter] = [
    _common("--server-url", metavar="URL", help="URL of another server.  [env var: EMISSARY_CLIENT_SERVER_URL]"),
    _common("--profile", metavar="NAME", is_eager=True, help="Stored account.  [env var: EMISSARY_PROFILE]"),
    _common("--json", is_flag=True, help="Write JSON, for programs."),
    _common("--debug", is_flag=True, help="Show the traceback of an error."),
]
"""Options of every command; a group accepts them before the command."""


def profile_name() -> str | None:
    """Return the name of the profile that a command uses, or None."""
    return common("profile") or default_profile()


def _project(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if not value or context.get_parameter_source("project") is not ParameterSource.COMMANDLINE:
        value = common("project") or parameter.resolve_envvar_value(context)  # an empty option is not given
    if value is None and not context.resilient_parsing and (profile := profile_name()):
        value = load_profile(profile).project_id
    if value is None and parameter is project_option:
        raise click.MissingParameter(ctx=context, param=parameter)
    return value


def _project_option(kind: PlatformValue, help_text: str) -> click.Option:
    return click.Option(
        ["-p", "--project"],
        type=kind,
        metavar="PROJECT",
        envvar="EMISSARY_PROJECT_ID",
        show_envvar=True,
        callback=_project,
        help=help_text,
    )


project_before = _common("-p", "--project", metavar="PROJECT", help="ID or name of the project.")
project_option = _project_option(PROJECT, "ID or name of the project; required.")
job_project_option = _project_option(NEW_PROJECT, "ID or name of the project of --job.")
optional_project_option = _project_option(NEW_PROJECT, "ID or name of an existing project; by default, a new one.")

job_argument = click.Argument(["job"], type=JOB, metavar="JOB")
engine_argument = click.Argument(["engine"], type=ENGINE, metavar="ENGINE")
file_argument = click.Argument(["file"], type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE")


def repeatable_option(name: str, attribute: str, metavar: str, help_text: str) -> click.Option:
    """Return an option with any number of values."""
    return click.Option([name, attribute], multiple=True, metavar=metavar, help=f"{help_text}; repeatable.")


parameter_option = repeatable_option("--param", "parameters", "NAME=VALUE", "Hyperparameter")
yes_option = click.Option(["-y", "--yes"], is_flag=True, help="Do not ask.")
quiet_option = click.Option(["-q", "--quiet"], is_flag=True, help="Show no progress.")
task_type_option = click.Option(["--task-type"], type=TASK_TYPE, help="Task of the model.")
file_option = click.Option(
    ["--from", "file"], metavar="FILE", help="Fields of the request as JSON or YAML; - reads standard input."
)


def inactive_timeout_option(default: str) -> click.Option:
    """Return the option for the time after which something that costs money is deactivated."""
    help_text = f"Deactivate after this time without requests.  [default: {default}]"
    return click.Option(["--inactive-timeout"], type=click.IntRange(min=1), metavar="SECONDS", help=help_text)


def seconds_option(name: str, argument: str, help_text: str, **attributes: Any) -> click.Option:
    """Return an option in seconds for an argument of the client in milliseconds."""
    attributes = {"type": float, "metavar": "SECONDS", "help": help_text, "callback": _milliseconds, **attributes}
    return click.Option([name, argument], **attributes)


def _milliseconds(_context: click.Context, _parameter: click.Parameter, seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


polling_options = [
    seconds_option("--timeout", "total_timeout_ms", "Maximum time to wait."),
    seconds_option(
        "--interval", "poll_interval_ms", "First polling interval; it grows slowly.",
        type=click.FloatRange(min=0, min_open=True), default=5, show_default=True,
    ),
]  # fmt: skip
"""Options of the client's ``wait`` and ``watch`` methods."""
evaluation_options = [
    click.Option(["--task-type"], type=TASK_TYPE, help="Task of the model.  [default: that of the records in FILE]"),
    click.Option(["--completions"], is_flag=True, help="Complete prompts; by default, a chat model answers them."),
    click.Option(["--markdown"], is_flag=True, help="Write Markdown, for a pull request."),
]
wait_options = [*polling_options, quiet_option]


def then_wait(state: str) -> list[click.Parameter]:
    """Return the options of a command that waits on request."""
    return [click.Option(["--wait"], is_flag=True, help=f"Wait until {state}."), *wait_options]


def take_waiting(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of ``then_wait`` out of all options."""
    return {option.name or "": options.pop(option.name or "") for option in then_wait("")}


def dataset_option(use: str) -> click.Option:
    """Return an option for the dataset to train or to test on."""
    help_text = f"ID or name of the dataset to {use} on."
    return click.Option([f"--{use}-dataset", f"{use}_dataset_id"], type=DATASET, metavar="DATASET", help=help_text)


prepare_params: list[click.Parameter] = [
    click.Option(
        ["--text-column"], multiple=True, metavar="NAME",
        help="Column with the text; several are joined.  [default: guessed]",
    ),
    click.Option(
        ["--label-column"], multiple=True, metavar="NAME",
        help="Column with the label or answer; several hold 0 and 1.  [default: guessed]",
    ),
    click.Option(["--test-size"], type=float, metavar="SHARE", help="Share of records for testing.  [default: 0.2]"),
    click.Option(["--group-by"], metavar="NAME", help="Column whose equal values stay in one file."),
    click.Option(["--seed"], type=int, help="Another seed results in another split.  [default: 0]"),
    click.Option(["--output"], metavar="NAME", help="Beginning of the names of the files.  [default: FILE's]"),
    click.Option(["--keep-duplicates", "duplicates"], flag_value="keep", help="Keep repeated records."),
    click.Option(
        ["--drop-conflicts", "conflicts"], flag_value="drop",
        help="Drop records with the same text and different labels.",
    ),
    click.Option(["--encoding"], metavar="NAME", help="Encoding of a text file.  [default: detected]"),
    click.Option(["--sheet"], metavar="NAME", help="Sheet of a workbook.  [default: the first]"),
]  # fmt: skip
"""Options of the commands that prepare data."""


def prepare_options(given: dict[str, Any]) -> Any:
    """Take ``--overwrite`` and the options of a preparation out of all options; empty if none is given."""
    found = {option.name: given.pop(option.name or "") for option in prepare_params}
    roles = {"prompt": found.pop("text_column"), "label": found.pop("label_column")}
    found["columns"] = {role: names for role, names in roles.items() if names} or None
    found["overwrite"] = given.pop("overwrite") or None
    return {name: value for name, value in found.items() if value is not None}
