"""``emissary mcp``: the platform as tools of an agent."""

from __future__ import annotations

import signal
from contextlib import ExitStack

import anyio
import click

import emissary_client_sdk as sdk

from .._extras import missing_extra
from ..emulator import serve as local_platform
from .command import Session, command

_PARAMS: list[click.Parameter] = [
    click.Option(
        ["--allow"],
        multiple=True,
        type=click.Choice(["create", "delete", "inference"]),
        help="What the tools may do besides reading; repeatable.",
    ),
    click.Option(
        ["--root"],
        type=click.Path(exists=True, file_okay=False),
        default=".",
        show_default=True,
        metavar="DIRECTORY",
        help="Directory whose files the tools may use.",
    ),
    click.Option(["--emulator"], is_flag=True, help="Rehearse offline, on an empty local platform."),
]


@command(
    None, "mcp", "", "--root data --allow create --allow inference", "--emulator --allow create --allow delete",
    params=_PARAMS,
)  # fmt: skip
def mcp(session: Session, allow: tuple[str, ...], root: str, emulator: bool) -> None:
    """Serve the platform to an agent as tools, over MCP on standard input and output.

    The tools only read, unless --allow says more. What costs money or deletes needs a preview first. An agent's
    configuration starts this command; on a terminal it waits for messages of the protocol.
    """
    try:
        from ..mcpserver.server import create_server, serve
    except ModuleNotFoundError as error:
        raise click.ClickException(missing_extra("emissary mcp", error.name or "mcp", "mcp")) from None
    with ExitStack() as stack:
        # Ctrl-C ends the process at once: Python's own handler would wait for the thread that reads standard input.
        stack.callback(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.SIG_DFL))
        if emulator:
            local = stack.enter_context(local_platform(job_seconds=2, deploy_seconds=1))
            client = sdk.EmissaryClient(server_url=local.url, api_key="emulator", profile="")
        else:
            client = session.client
        server = create_server(client, root=root, allow=allow)

        async def main() -> None:
            async with client:
                await serve(server)

        anyio.run(main)
