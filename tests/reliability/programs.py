"""Programs that fork or end while they use a client: ``python -m tests.reliability.programs NAME URL``."""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from ..support.answers import KEY
from ..support.rawserver import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PATIENT = RetryConfig("backoff", BackoffStrategy(1, 1, 1, 3_600_000), retry_connection_errors=False)
FORKS = 12
kept: list[Any] = []  # until the interpreter clears its modules


def tell(text: str) -> None:
    """Send a line to the parent process."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Announcer:
    """A logger that announces the pause before a retry."""

    def debug(self, msg: str, *args: Any) -> None:
        """Log a message."""
        if msg.startswith("Retrying"):
            tell((msg % args).split(" after")[0])


async def list_async(client: EmissaryClient) -> None:
    """Make a call."""
    if "trio" not in sys.argv[1]:
        asyncio.get_running_loop().slow_callback_duration = 60  # a busy machine imports slowly
    await client.training_jobs.list_async(project_id="p")


def exit_in_a_loop(client: EmissaryClient) -> None:
    """Call ``sys.exit`` in an event loop, after a call."""

    async def main() -> None:
        await list_async(client)
        sys.exit(0)

    asyncio.run(main())


def exit_during_a_call(client: EmissaryClient) -> None:
    """End while a daemon thread waits for a response."""
    threading.Thread(target=client.training_jobs.list, kwargs={"project_id": "p"}, daemon=True).start()
    tell("waiting")
    sys.stdin.read()


class Finalized:
    """Makes calls when the interpreter shuts down."""

    def __init__(self, client: EmissaryClient) -> None:
        self.client = client

    def __del__(self) -> None:
        for resource in ("training_jobs", "deployments"):
            try:
                getattr(self.client, resource).list(project_id="p")
            except Exception as error:  # noqa: BLE001  # the test checks it
                os.write(1, f"{type(error).__module__}.{type(error).__name__}\n".encode())
            else:
                os.write(1, b"success\n")


def call_at_shutdown(client: EmissaryClient) -> None:
    """Make the first calls when the interpreter clears its modules."""
    finalized: Any = Finalized(client)
    finalized.cycle = finalized
    kept.append(finalized)


def _interrupted(call: Callable[[EmissaryClient], object]) -> Callable[[EmissaryClient], None]:
    def program(client: EmissaryClient) -> None:
        try:
            call(client)
        except KeyboardInterrupt:
            tell("interrupted")

    return program


def _trio(client: EmissaryClient) -> None:
    import trio

    trio.run(list_async, client)


def in_child(run: Callable[[], bool]) -> int:
    """Run a function in a forked child; return 0 if it returns True."""
    child = os.fork()
    if not child:
        signal.alarm(PATIENCE)  # which ends the child if it hangs
        os._exit(0 if run() else 1)
    return os.waitpid(child, 0)[1]


def at_each_step(run: Callable[[], bool], function: Callable[[int], object]) -> bool:
    """Run a function and return its result; call the other one with a number whenever it enters a Python function."""
    steps = itertools.count()

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not frame.f_code.co_filename.startswith("<frozen"):  # the import system
            function(next(steps))

    sys.setprofile(profile)
    try:
        return run()
    finally:
        sys.setprofile(None)


def fork_during_the_first_call(client: EmissaryClient) -> None:
    """Fork at several steps of the first call, which another thread makes; print the statuses of the children."""
    warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of a fork with threads
    steps = multiprocessing.Value("i", 0)
    has_stopped, may_go, has_ended = threading.Semaphore(0), threading.Semaphore(0), threading.Event()

    def call() -> bool:
        return client.training_jobs.list(project_id="p") == [] and gc.isenabled()

    def count(step: int) -> None:
        steps.value = step

    def stop(step: int) -> None:
        if step % (steps.value // FORKS) == 0:
            has_stopped.release()
            may_go.acquire()

    def first_call() -> None:
        at_each_step(call, stop)
        has_ended.set()
        has_stopped.release()

    assert in_child(lambda: at_each_step(call, count)) == 0
    thread = threading.Thread(target=first_call)
    thread.start()
    statuses: list[int] = []
    while has_stopped.acquire() and not has_ended.is_set():
        statuses.append(in_child(call))
        may_go.release()
    thread.join()
    tell(f"{len(statuses)} children, statuses {set(statuses)}")


def leave_the_collector(client: EmissaryClient) -> None:
    """Make calls in threads while the garbage collector is on, and then off; print whether that changes."""

    def work(_: int) -> bool:
        client.training_jobs.list(project_id="p")
        return gc.isenabled()

    for switch in (gc.enable, gc.disable):
        switch()
        with ThreadPoolExecutor(8) as pool:
            tell(str(set(pool.map(work, range(200)))))


INTERRUPTED = {
    "interrupted": _interrupted(lambda client: client.training_jobs.list(project_id="p")),
    "interrupted_asyncio": _interrupted(lambda client: asyncio.run(list_async(client))),
    "interrupted_trio": _interrupted(_trio),
}
PROGRAMS = {
    **INTERRUPTED,
    **{
        function.__name__: function
        for function in (
            exit_in_a_loop,
            exit_during_a_call,
            call_at_shutdown,
            fork_during_the_first_call,
            leave_the_collector,
        )
    },
}

if __name__ == "__main__":
    name, url = sys.argv[1:3]
    options: dict[str, Any] = {}
    if name in INTERRUPTED:
        options = {"debug_logger": Announcer(), "retry_config": PATIENT}
    created = EmissaryClient(KEY, server_url=url, **options)
    kept.append(created)
    PROGRAMS[name](created)
