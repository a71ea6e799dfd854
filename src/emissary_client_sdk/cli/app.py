"""The command itself: its options, and the sub-commands that are not about jobs."""

import io
import sys
from typing import Annotated

import typer

from .. import __version__
from .jobs import jobs
from .outcome import ExitCode

_EXIT_CODES = {
    ExitCode.DONE: "done",
    ExitCode.REFUSED: "the platform refused, or something unexpected happened",
    ExitCode.USAGE: "the command line, the file or the settings are wrong; nothing was sent",
    ExitCode.ENDED_BADLY: "the training job failed, timed out or was cancelled",
    ExitCode.NO_ANSWER: "no answer came, or the time for waiting was up",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C",
}

_HELP = """\
Training jobs on Emissary, from a terminal or a script.

The API key is read from EMISSARY_CLIENT_API_KEY. There is no option for it, because what is on a command line can be
seen by every user of the machine.

\b
Exit codes:
"""

app = typer.Typer(
    help=_HELP + "\n".join(f"{code:>3}  {meaning}" for code, meaning in _EXIT_CODES.items()),
    no_args_is_help=True,
    # A traceback is shown by --debug, and then as Python itself does.
    pretty_exceptions_enable=False,
)
app.add_typer(jobs, name="jobs")


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"emissary {__version__}\n")
        raise typer.Exit


@app.callback()
def settings(
    version: Annotated[  # noqa: ARG001  # its callback has it
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that go before a sub-command."""
    for stream in (sys.stdout, sys.stderr):
        # What the platform sends may have characters that this terminal does not: better a code than no output.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@app.command(
    "emulator",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    help="Run a local stand-in for the platform, which trains nothing. See emissary emulator --help.",
)
def run_emulator(context: typer.Context) -> None:
    """Hand everything over to the emulator's own command line."""
    from ..emulator.__main__ import main

    raise typer.Exit(main(context.args))
