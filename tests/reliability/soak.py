"""A soak: minutes of calls, many of which fail, in a process whose memory and descriptors must not grow.

::

    python -m tests.reliability.soak --minutes 3

It prints figures as it goes, and ends with status 1 if they have grown. The emulator runs in its own process. It reads
``/proc``, so it needs Linux.
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

CALLS = 200  # in a round
ROUNDS = 5  # after which the client is replaced by a new one
WARM_UP = 60.0  # seconds, or a third of the whole time, before anything is compared


class Figures(NamedTuple):
    """Resources of the process."""

    seconds: float
    kib: int
    descriptors: int
    objects: int
    threads: int


ALLOWED = {"kib": (2048, 2), "descriptors": (2, 0), "objects": (0, 2), "threads": (2, 0)}
"""Growth that does not count: absolute, or in percent."""


def measure(began: float) -> Figures:
    """Measure the process after a garbage collection."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Figures(
        time.monotonic() - began,
        pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # pathlib would open another one
        len(gc.get_objects()),
        threading.active_count(),
    )


def serve(channel: Connection) -> None:
    """Run an emulator until the parent process closes the channel."""
    with emulator.serve(job_seconds=3600) as server:
        channel.send(server.port)
        with contextlib.suppress(EOFError):
            channel.recv()


@contextlib.contextmanager
def other_process() -> Generator[int]:
    """Run an emulator in another process and yield its port."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=serve, args=(its,), daemon=True)
    process.start()
    its.close()
    try:
        yield mine.recv()
    finally:
        mine.close()
        process.join()


def run(minutes: float, seed: int) -> list[Figures]:
    """Make calls and return the figures of each round."""
    chance = random.Random(seed)
    retries = RetryConfig("backoff", BackoffStrategy(1, 5, 2, 2000), retry_connection_errors=True)
    began = time.monotonic()
    figures: list[Figures] = []
    with other_process() as port:
        while time.monotonic() - began < minutes * 60:
            with (
                Proxy(port, schedule(random.Random(chance.random()))) as proxy,
                EmissaryClient(KEY, server_url=proxy.url, timeout_ms=10_000, retry_config=retries) as client,
            ):
                for _ in range(ROUNDS):
                    workload = Workload(chance, client)
                    with Call("sync") as sync, Call("async") as asynchronous:  # an event loop for each round
                        for number in range(CALLS):
                            workload.step(asynchronous if number % 2 else sync)
                    workload.settle(f"http://127.0.0.1:{port}", clear=True)
                    proxy.requests.clear()
                    figures.append(measure(began))
                    sys.stdout.write(f"{figures[-1]}\n")
    return figures


def growth(figures: list[Figures]) -> list[str]:
    """Compare the medians of the first and of the last quarter after the warm-up; return a line for each growth."""
    warm = min(WARM_UP, figures[-1].seconds / 3)
    rounds = [figure for figure in figures if figure.seconds >= warm]
    quarter = max(1, len(rounds) // 4)
    grown: list[str] = []
    for name, (absolute, percent) in ALLOWED.items():
        first, last = (median(getattr(one, name) for one in part) for part in (rounds[:quarter], rounds[-quarter:]))
        if last > first + max(absolute, first * percent / 100):
            grown.append(f"{name} grew from {first:.0f} to {last:.0f}")
    return grown


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Minutes of calls, many of which fail: nothing may grow.")
    parser.add_argument("--minutes", type=float, default=3.0, help="duration (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of calls and faults (default: %(default)s)")
    options = parser.parse_args()
    lines = growth(run(options.minutes, options.seed))
    sys.stdout.write("\n".join([*lines, "grown" if lines else "nothing has grown", ""]))
    sys.exit(bool(lines))
