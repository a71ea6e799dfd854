"""The decorator for commands: common options, client and output."""

from __future__ import annotations

import sys
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, TypeAlias, TypeVar

import click

from .exits import ExitCode, Interrupted, InvalidInput
from .options import polling_arguments
from .values import ResourceId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .. import EmissaryClient

T = TypeVar("T")
Function: TypeAlias = "Callable[Concatenate[Session, ...], None]"


class Session:
    """The client and the output of one command.

    :ivar server_url: URL of the server, if it is not the default.
    :ivar as_json: Whether the output is for programs.
    """

    def __init__(self, context: click.Context, server_url: str | None, *, as_json: bool) -> None:
        self._context = context
        self.server_url = server_url
        self.as_json = as_json

    @cached_property
    def client(self) -> EmissaryClient:
        """The client; it is closed when the command ends."""
        from .. import EmissaryClient

        return self._context.with_resource(EmissaryClient(server_url=self.server_url))

    def write(self, result: Any, text: str | Callable[[], None] | None = None) -> None:
        """Write a result: as JSON for programs, as text for people.

        :param text: The text, or a function that writes it; by default, the result's own.
        """
        from .output import write_json, write_lines

        if self.as_json:
            write_json(result)
        elif callable(text):
            text()
        else:
            write_lines(result if text is None else text)

    def write_list(self, items: Sequence[T], columns: Mapping[str, Callable[[T], object]], empty: str) -> None:
        """Write a list: as JSON for programs, as a table for people."""
        from .table import write_table

        self.write(items, lambda: write_table(items, columns, empty))

    def note(self, text: str) -> None:
        """Write a message for people to standard error."""
        if not self.as_json:
            sys.stderr.write(f"emissary: {text}\n")

    def wait(self, call: Callable[..., T], again: str, *, timeout: float | None, interval: float, quiet: bool) -> T:
        """Call one of the client's ``wait`` methods, with a progress bar on a terminal and lines in a log.

        :param again: The command that continues after an interruption.
        """
        has_bar = not quiet and sys.stderr.isatty()
        last: list[str] = []

        def on_update(state: Any) -> None:
            if last != [state.status]:
                last[:] = [state.status]
                progress = getattr(state, "progress", None)
                self.note(str(state.status) + (f", {progress} %" if progress else ""))

        try:
            return call(
                **polling_arguments(timeout, interval),
                on_update=None if quiet or has_bar else on_update,
                raise_on_failure=False,
                progress=has_bar,
            )
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted; it continues on the platform. To wait again: {again}") from None

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something is deleted.

        :raises InvalidInput: There is no answer.
        :raises Exit: The answer is no.
        """
        if yes:
            return
        if self.as_json:
            raise InvalidInput("With --json, deleting needs --yes.")
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            sys.stderr.write("\n")
            raise InvalidInput("Standard input is closed; pass --yes to delete without a question.")
        if answer.strip().lower() not in ("y", "yes"):
            self.note("nothing was deleted")
            raise click.exceptions.Exit(ExitCode.ERROR)


_COMMON: list[click.Parameter] = [
    click.Option(["--server-url"], metavar="URL", help="URL of another server.  [env var: EMISSARY_CLIENT_SERVER_URL]"),
    click.Option(["--json", "as_json"], is_flag=True, help="Write JSON, for programs."),
    click.Option(["--debug"], is_flag=True, expose_value=False, help="Show the traceback of an error."),
]


def command(
    group: click.Group | None = None, command_name: str | None = None, *, look_in: str | None = None
) -> Callable[[Function], click.Command]:
    """Turn a function into a command with the common options; its first argument is the ``Session``.

    Ids given as unique prefixes arrive complete.

    :param look_in: For a command that creates something: the command that shows whether it exists.
    """

    def decorate(function: Function) -> click.Command:
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, /, **arguments: Any) -> None:
            server_url, as_json = arguments.pop("server_url"), arguments.pop("as_json")
            session = Session(context, server_url, as_json=as_json)
            for parameter in context.command.params:
                name = parameter.name or ""
                given = arguments.get(name) or ""
                if isinstance(parameter.type, ResourceId) and parameter.type.is_prefix(given):
                    arguments[name] = parameter.type.expand(session.client, given, arguments)
            try:
                function(session, **arguments)
            except Exception as error:
                if look_in and getattr(error, "request_may_have_been_processed", False):
                    session.note(f"it may have been created nevertheless: see {look_in}")
                raise
            sys.stdout.flush()

        made = (group.command if group else click.command)(command_name)(run)
        made.params += _COMMON
        return made

    return decorate
