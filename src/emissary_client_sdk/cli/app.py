"""The program: its groups of commands, each imported when it is used."""

import importlib
import io
import sys
from collections.abc import Sequence

import click

from .. import __version__
from .command import Group, examples
from .exits import EXIT_CODES, report
from .options import project_before

_HELP = f"""\
Train, deploy and call models on Emissary.

The API key is read from EMISSARY_CLIENT_API_KEY or EMISSARY_API_KEY, otherwise from the account that "emissary login"
stored. There is no option for it, because every user of the machine can read the command line of a process.

{EXIT_CODES}"""

_COMMANDS = {
    "run": ["run"],
    "projects": ["projects"],
    "datasets": ["datasets"],
    "jobs": ["jobs"],
    "deployments": ["deployments"],
    "engines": ["engines"],
    "basemodels": ["models"],
    "housekeeping": ["ps", "cleanup"],
    "inference": ["chat", "complete", "classify", "embed"],
    "evaluation": ["evaluate", "compare", "policy"],
    "mcp": ["mcp"],
    "accounts": ["login", "logout", "whoami"],
    "local": ["emulator", "completion"],
}
"""The commands of each module."""
_MODULES = {command: module for module, commands in _COMMANDS.items() for command in commands}


class LazyGroup(Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported on first use."""
        del ctx
        if cmd_name not in _MODULES:
            return None
        module = importlib.import_module(f".{_MODULES[cmd_name]}", __package__)
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(
    cls=LazyGroup,
    help=_HELP,
    epilog=examples("run reviews.jsonl --base-model Llama-3.2-1B-Instruct", "jobs list --json", "help jobs create"),
    params=[project_before],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="emissary %(version)s")
def program() -> None:
    """Run the command line."""


def run(arguments: Sequence[str]) -> int:
    """Run a command, without the name of the program, and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks becomes an escape sequence instead of an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int | None = program.main(list(arguments), prog_name="emissary", standalone_mode=False)
    except Exception as error:  # noqa: BLE001  # every error becomes an exit code
        options = arguments[: arguments.index("--")] if "--" in arguments else arguments
        return report(error, as_json="--json" in options, debug="--debug" in options)
    return code or 0
