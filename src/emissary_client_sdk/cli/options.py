"""Arguments and options that several commands have."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from .values import JOB, PROJECT, TASK_TYPE

F = TypeVar("F", bound=Callable[..., Any])

job_argument = click.argument("job", type=JOB, metavar="JOB")
project_option = click.option(
    "-p",
    "--project",
    type=PROJECT,
    metavar="ID",
    envvar="EMISSARY_PROJECT_ID",
    show_envvar=True,
    required=True,
    help="ID of the project.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
task_type_option = click.option("--task-type", type=TASK_TYPE, help="Task of the model.")
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
file_option = click.option(
    "--from", "file", metavar="FILE", help="Fields of the request as JSON or YAML; - reads standard input."
)
inactive_timeout_option = click.option(
    "--inactive-timeout", type=int, metavar="SECONDS", help="Deactivate after this time without requests."
)
yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


def polling_options(function: F) -> F:
    """Add the options of commands that poll."""
    function = click.option(
        "--interval",
        type=click.FloatRange(min=0, min_open=True),
        default=5,
        show_default=True,
        metavar="SECONDS",
        help="First polling interval; it grows slowly.",
    )(function)
    return click.option("--timeout", type=float, metavar="SECONDS", help="Maximum time to wait.")(function)


def wait_options(function: F) -> F:
    """Add the options of commands that wait."""
    return polling_options(quiet_option(function))


def polling_arguments(timeout: float | None, interval: float) -> dict[str, Any]:
    """Return the arguments of the client's ``wait`` and ``watch`` methods."""
    return {"poll_interval_ms": interval * 1000, "total_timeout_ms": None if timeout is None else timeout * 1000}
