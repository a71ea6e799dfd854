"""The commands that need no platform: the emulator and shell completion."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from .command import examples


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True},
    short_help="Run a local platform, to try things out.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def emulator(arguments: tuple[str, ...]) -> None:
    """Run a local platform, with the options of its own command line."""
    from ..emulator.__main__ import main

    raise click.exceptions.Exit(main(arguments))


@click.command(epilog=examples("completion bash"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a completion script for a shell.

    It completes commands, options, ids, model names, statuses and task types.

    \b
    For bash, add this to ~/.bashrc:
      eval "$(emissary completion bash)"
    """  # noqa: D301  # click needs the control character: it does not wrap what follows
    script = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell]
    click.echo(script(context.find_root().command, {}, "emissary", "_EMISSARY_COMPLETE").source())
