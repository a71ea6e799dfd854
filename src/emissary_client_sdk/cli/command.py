"""Groups and commands: common options, client and output."""

from __future__ import annotations

import shlex
import sys
import warnings
from difflib import get_close_matches
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, TypeAlias, TypeVar

import click

import emissary_client_sdk as sdk

from .exits import ExitCode, InvalidInput
from .options import COMMON, common, profile_name
from .output import write_json, write_lines
from .table import write_table
from .values import PROJECT, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")
Function: TypeAlias = "Callable[Concatenate[Session, ...], None]"


class Group(click.Group):
    """A group with the common options, which suggests commands and understands ``help``."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.params = [*self.params, *COMMON]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Treat ``help COMMAND`` as ``COMMAND --help``."""
        return super().parse_args(ctx, [*args[1:], "--help"] if args[:1] == ["help"] else args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return a command by its name.

        :raises UsageError: There is no such command; the message suggests one.
        """
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            close = get_close_matches(name, self.list_commands(ctx), n=2)
            hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise click.UsageError(f"No such command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


class Session:
    """The client and the output of one command.

    :ivar server_url: URL of the server, if it is not the default.
    :ivar profile: Name of the profile that an option chose.
    :ivar as_json: Whether the output is for programs.
    """

    def __init__(self, context: click.Context) -> None:
        self._context = context
        self.server_url: str | None = common("server_url")
        self.profile: str | None = common("profile")
        self.as_json = bool(common("json"))

    @cached_property
    def client(self) -> sdk.EmissaryClient:
        """The client; it is closed when the command ends."""
        profile = profile_name()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            client = sdk.EmissaryClient(server_url=self.server_url, profile=profile)
        if self.profile:
            for warning in warned:
                self.note(str(warning.message))
        return self._context.with_resource(client)

    def write(self, result: Any, text: str | Callable[[], None] | None = None) -> None:
        """Write a result: as JSON for programs, as text for people.

        :param text: The text, or a function that writes it; by default, the result's own.
        """
        if self.as_json:
            write_json(result)
        elif callable(text):
            text()
        else:
            write_lines(result if text is None else text)

    def write_list(self, items: Sequence[T], columns: Mapping[str, Callable[[T], object]], empty: str) -> None:
        """Write a list: as JSON for programs, as a table for people."""
        self.write(items, lambda: write_table(items, columns, empty))

    def note(self, text: str) -> None:
        """Write a message for people to standard error."""
        if not self.as_json:
            sys.stderr.write(f"emissary: {text}\n")

    def printed(self, *words: str, project: str | None = None) -> str:
        """Return a command for people to copy, with the project and the server that it needs."""
        options = {"-p": project, "--profile": self.profile, "--server-url": self.server_url}
        given = [word for name, value in options.items() if value for word in (name, value)]
        return shlex.join(["emissary", *words, *given])

    def confirm(self, question: Callable[[], str], *, yes: bool) -> None:
        """Ask before something is deleted.

        :param question: Returns the question, if it is needed.
        :raises InvalidInput: There is no answer.
        :raises Exit: The answer is no.
        """
        if yes:
            return
        if self.as_json:
            raise InvalidInput("With --json, deleting needs --yes.")
        sys.stderr.write(f"{question()} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            sys.stderr.write("\n")
            raise InvalidInput("Standard input is closed; pass --yes to delete without a question.")
        if answer.strip().lower() not in ("y", "yes"):
            self.note("nothing was deleted")
            raise click.exceptions.Exit(ExitCode.ERROR)


def examples(*lines: str) -> str:
    """Return the end of a help text: commands to copy."""
    return "\b\nExamples:\n" + "\n".join(f"  emissary {line}" for line in lines)


def command(
    group: Group | None,
    name: str,
    *lines: str,
    params: Sequence[click.Parameter] = (),
    help_text: str | None = None,
    creates: str = "",
) -> Callable[[Function], click.Command]:
    """Turn a function into a command with the common options; its first argument is the ``Session``.

    Ids given as names or as unique prefixes arrive complete.

    :param lines: Arguments of examples.
    :param params: Parameters, before those of decorators.
    :param help_text: The help; by default, the docstring.
    :param creates: For a command that creates something: the group whose ``list`` shows whether it exists.
    """
    words = f"{group.name} {name}" if group else name

    def decorate(function: Function) -> click.Command:
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, /, **arguments: Any) -> None:
            session = Session(context)
            resolve(session, arguments)
            try:
                function(session, **arguments)
            except Exception as error:
                if creates and getattr(error, "request_may_have_been_processed", False):
                    where = session.printed(creates, "list", project=arguments.get("project"))
                    session.note(f"it may have been created nevertheless: see {where}")
                raise
            sys.stdout.flush()

        run.__doc__ = help_text or function.__doc__
        make: Any = group.command if group else click.command
        shown = examples(*(f"{words} {line}".rstrip() for line in lines))
        made: click.Command = make(name, params=list(params), epilog=shown)(run)
        made.params += COMMON
        return made

    return decorate


def resolve(session: Session, arguments: dict[str, Any]) -> None:
    """Replace names and prefixes by ids: first the project's, in which the others are looked up."""
    params = click.get_current_context().command.params
    for parameter in sorted(params, key=lambda one: one.type is not PROJECT):
        kind, given = parameter.type, arguments.get(parameter.name or "")
        if isinstance(kind, Kind) and isinstance(given, str) and given:
            arguments[parameter.name or ""] = kind.resolve(session.client, given, arguments.get("project"))
