"""Programs that end in awkward ways with a client that is still alive; ``test_endings`` runs them.

::

    python -m tests.reliability.endings NAME URL
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import Any

import trio

from emissary_client_sdk import EmissaryClient

from ..support.answers import KEY

kept: list[Any] = []
"""What lives until the interpreter clears its modules."""


class Announcer:
    """A logger that tells the parent process when a retry's wait begins."""

    def debug(self, msg: str, *args: Any) -> None:
        """Say so, if that is what is being logged."""
        if msg.startswith("Retrying"):
            tell((msg % args).split(" after")[0])


def tell(text: str) -> None:
    """Say something to the parent process at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def list_once(client: EmissaryClient) -> None:
    """Make a call."""
    await client.training_jobs.list_async(project_id="p")


async def list_on_asyncio(client: EmissaryClient) -> None:
    """Make a call, and let development mode not complain of the time that a busy machine takes for the imports."""
    asyncio.get_running_loop().slow_callback_duration = 60
    await list_once(client)


def after_asyncio(client: EmissaryClient) -> None:
    """End after two event loops, whose connections were never closed."""
    asyncio.run(list_on_asyncio(client))
    asyncio.run(list_on_asyncio(client))


def after_everything(client: EmissaryClient) -> None:
    """End after calls of each kind, with a client that only the last collection of garbage finds."""
    trio.run(list_once, client)
    client.training_jobs.list(project_id="p")
    asyncio.run(list_on_asyncio(client))
    cycle: list[Any] = [client]
    cycle.append(cycle)
    kept.clear()


def with_a_loop_that_was_stopped(client: EmissaryClient) -> None:
    """End with an event loop that is closed without the care of ``asyncio.run``."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(list_on_asyncio(client))
    loop.run_until_complete(client.aclose())
    loop.close()


def amid_a_call(client: EmissaryClient) -> None:
    """End while a daemon thread waits for an answer."""
    waiting = threading.Thread(target=client.training_jobs.list, kwargs={"project_id": "p"}, daemon=True)
    waiting.start()
    tell("waiting")
    sys.stdin.read()


def by_exit(client: EmissaryClient) -> None:
    """End with ``sys.exit`` within an event loop."""

    async def main() -> None:
        await list_on_asyncio(client)
        sys.exit(0)

    asyncio.run(main())


def interrupted(client: EmissaryClient) -> None:
    """End by Ctrl-C in a retry's wait."""
    interrupt(lambda: client.training_jobs.list(project_id="p"))


def interrupted_asyncio(client: EmissaryClient) -> None:
    """End by Ctrl-C in a retry's wait, on asyncio."""
    interrupt(lambda: asyncio.run(list_on_asyncio(client)))


def interrupted_trio(client: EmissaryClient) -> None:
    """End by Ctrl-C in a retry's wait, on trio."""
    interrupt(lambda: trio.run(list_once, client))


def interrupt(function: Any) -> None:
    """Say how long it takes from the beginning of a call to its KeyboardInterrupt."""
    began = time.monotonic()
    try:
        function()
    except KeyboardInterrupt:
        tell(f"interrupted after {time.monotonic() - began:.1f} s")


PROGRAMS = (after_asyncio, after_everything, with_a_loop_that_was_stopped, by_exit)
INTERRUPTED = (interrupted, interrupted_asyncio, interrupted_trio)
_ALL = {program.__name__: program for program in (*PROGRAMS, *INTERRUPTED, amid_a_call)}


def main() -> None:
    """Run the program that the first argument names, with a client of the server that the second one names."""
    name, url = sys.argv[1:]
    client = EmissaryClient(KEY, server_url=url, debug_logger=Announcer() if "interrupted" in name else None)
    kept.append(client)
    _ALL[name](client)


if __name__ == "__main__":
    main()
