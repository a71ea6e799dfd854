"""A soak: minutes of calls, many of which fail, in a process whose memory and descriptors have to stay as they are.

::

    python -m tests.reliability.soak --minutes 3

It prints figures as it goes, and ends with status 1 where they have grown. The emulator runs in a process of its
own. It reads ``/proc``, so it needs Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import multiprocessing
import os
import random
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from emissary_client_sdk import EmissaryClient, emulator
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from ..support.answers import KEY
from ..support.calling import Call
from .proxy import Proxy
from .workload import Workload, schedule

if TYPE_CHECKING:
    from collections.abc import Generator
    from multiprocessing.connection import Connection

CALLS_A_ROUND = 200
KEPT_ROUNDS = 5
"""After so many rounds the client is closed, and another one made."""

LONGEST_WARM_UP = 60.0
"""Seconds, or a third of the whole time if that is shorter, before anything is compared."""

ALLOWED_KIB = 2048
ALLOWED_PERCENT = 2
ALLOWED_OBJECTS_PERCENT = 1
ALLOWED_DESCRIPTORS = 2


class Figures(NamedTuple):
    """What the process holds."""

    seconds: float
    calls: int
    resident_kib: int
    descriptors: int
    objects: int
    threads: int


def measure(began: float, calls: int) -> Figures:
    """Look at the process, once all that is garbage is gone."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Figures(
        time.monotonic() - began,
        calls,
        pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # pathlib would open another one meanwhile
        len(gc.get_objects()),
        threading.active_count(),
    )


def platform(channel: Connection) -> None:
    """Run an emulator until the parent process says that it is enough."""
    with emulator.serve(job_seconds=3600) as server:
        channel.send(server.port)
        with contextlib.suppress(EOFError):
            channel.recv()


@contextlib.contextmanager
def other_process() -> Generator[int, None, None]:
    """Run an emulator in another process for the length of a block; gives its port."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=platform, args=(its,), daemon=True)
    process.start()
    its.close()
    try:
        yield mine.recv()
    finally:
        mine.close()
        process.join()


def run(minutes: float, seed: int) -> list[Figures]:
    """Make calls for so many minutes; gives the figures of each round."""
    chance = random.Random(seed)
    retries = RetryConfig("backoff", BackoffStrategy(1, 5, 2, 2000), retry_connection_errors=True)
    began = time.monotonic()
    figures: list[Figures] = []
    calls = 0
    with other_process() as port:
        url = f"http://127.0.0.1:{port}"
        while time.monotonic() - began < minutes * 60:
            with (
                Proxy(port, schedule(random.Random(chance.random()))) as proxy,
                EmissaryClient(KEY, server_url=proxy.url, timeout_ms=10_000, retry_config=retries) as client,
            ):
                for _ in range(KEPT_ROUNDS):
                    workload = Workload(chance, client)
                    with Call("sync") as sync, Call("async") as asynchronous:  # an event loop for each round
                        for number in range(CALLS_A_ROUND):
                            workload.step(asynchronous if number % 2 else sync)
                    workload.settle(url)
                    workload.clear(url)
                    calls += CALLS_A_ROUND
                    figures.append(measure(began, calls))
                    show(figures[-1])
    return figures


def show(figures: Figures) -> None:
    """Print the figures."""
    sys.stdout.write(
        f"{figures.seconds:7.1f} s {figures.calls:8d} calls {figures.resident_kib:8d} KiB"
        f" {figures.descriptors:4d} descriptors {figures.objects:8d} objects {figures.threads:4d} threads\n"
    )
    sys.stdout.flush()


def growth(figures: list[Figures]) -> list[str]:
    """Compare the rounds after the warm-up: the median of the first quarter with that of the last.

    Gives a line for each figure that has grown by more than is allowed.
    """
    warm = min(LONGEST_WARM_UP, figures[-1].seconds / 3)
    rounds = [figure for figure in figures if figure.seconds >= warm]
    quarter = max(1, len(rounds) // 4)
    grown: list[str] = []

    def compare(name: str, first: float, last: float, allowed: float) -> None:
        sys.stdout.write(f"{name}: {first:.0f}, then {last:.0f} (up to {first + allowed:.0f} is flat)\n")
        if last > first + allowed:
            grown.append(f"{name} grew from {first:.0f} to {last:.0f}")

    def middle(part: list[Figures], name: str) -> float:
        return float(median(getattr(figure, name) for figure in part))

    early, late = rounds[:quarter], rounds[-quarter:]
    memory, objects = middle(early, "resident_kib"), middle(early, "objects")
    compare("KiB", memory, middle(late, "resident_kib"), max(ALLOWED_KIB, memory * ALLOWED_PERCENT / 100))
    compare("objects", objects, middle(late, "objects"), objects * ALLOWED_OBJECTS_PERCENT / 100)
    for name in ("descriptors", "threads"):
        compare(name, middle(early, name), middle(late, name), ALLOWED_DESCRIPTORS)
    return grown


def main() -> int:
    """Run the soak; gives the program's exit status."""
    parser = argparse.ArgumentParser(description="Minutes of calls, many of which fail: nothing may grow.")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long it takes (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of calls and faults (default: %(default)s)")
    options = parser.parse_args()
    grown = growth(run(options.minutes, options.seed))
    for line in grown:
        sys.stdout.write(line + "\n")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
