"""A contestant's process: it makes one contestant and measures what each line of its input asks for.

``python -m tests.benchmarks.worker NAME SERVER`` writes a line when it is ready. Then it reads commands, each
a line with a JSON object (the name of one of the functions below as ``driver``, and its arguments), and
answers each with a line.
"""

import asyncio
import gc
import json
import math
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .contestants import CONTESTANTS

_event_loop = asyncio.new_event_loop()  # one for all commands: an async client's connections belong to a loop


def _timed(work: Callable[[], object], count: int) -> dict[str, float]:
    """Run what does something ``count`` times, and return the seconds that one time took."""
    processor, start = time.process_time(), time.perf_counter()
    work()
    return {"value": (time.perf_counter() - start) / count, "cpu": (time.process_time() - processor) / count}


def _repeated(work: Callable[..., object], arguments: list[int], count: int) -> dict[str, float]:
    def repeat() -> None:
        for _ in range(count):
            work(*arguments)

    return _timed(repeat, count)


def loop(contestant: Any, work: str, arguments: list[int], count: int) -> dict[str, float]:
    """Do a piece of work again and again."""
    return _repeated(getattr(contestant, work), arguments, count)


def cpu(contestant: Any, work: str, arguments: list[int], count: int) -> dict[str, float]:
    """Do a piece of work that waits for nothing; return the CPU time."""
    return {"value": _repeated(getattr(contestant, work), arguments, count)["cpu"]}


def flight(contestant: Any, work: str, arguments: list[int], count: int, in_flight: int) -> dict[str, float]:
    """Keep a number of requests in flight until all are answered; a request's own latency is noted too."""
    function = getattr(contestant, work)
    latencies: list[float] = []
    tickets = iter(range(count))

    async def one_after_another() -> None:
        for _ in tickets:
            start = time.perf_counter()
            await function(*arguments)
            latencies.append(time.perf_counter() - start)

    async def together() -> None:
        await asyncio.gather(*(one_after_another() for _ in range(in_flight)))

    taken = _timed(lambda: _event_loop.run_until_complete(together()), count)
    latencies.sort()
    return taken | {"p50": latencies[count // 2], "p99": latencies[math.ceil(0.99 * count) - 1]}


def threads(contestant: Any, work: str, arguments: list[int], count: int, in_flight: int) -> dict[str, float]:
    """Share one client among threads."""
    function = getattr(contestant, work)
    each = max(1, count // in_flight)

    def one_after_another(_thread: int) -> None:
        for _ in range(each):
            function(*arguments)

    def together() -> None:
        with ThreadPoolExecutor(in_flight) as pool:
            list(pool.map(one_after_another, range(in_flight)))

    return _timed(together, each * in_flight)


def make(contestant: Any, count: int) -> dict[str, float]:
    """Make clients, all alive at once."""
    alive: list[object] = []

    def repeat() -> None:
        for _ in range(count):
            alive.append(contestant.make())  # noqa: PERF401  # one by one, as a program makes them

    return _timed(repeat, count)


def make_memory(contestant: Any, count: int) -> dict[str, float]:
    """Return the bytes that Python allocates for one more client."""
    alive = [contestant.make()]
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    alive += [contestant.make() for _ in range(count)]
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {"value": (after - before) / count}


def _memory(field: str) -> int:
    """Return a figure in bytes of the kernel's on this process: VmRSS, what it has, or VmHWM, its peak."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def peak_memory(contestant: Any, work: str, arguments: list[int], less: list[int], count: int) -> dict[str, float]:
    """Return by how many bytes the process grew at most in one piece of work, after a small one."""
    getattr(contestant, work)(*less)
    gc.collect()
    before = _memory("VmRSS")
    results = [getattr(contestant, work)(*arguments) for _ in range(count)]
    grown = _memory("VmHWM") - before
    del results
    return {"value": grown / count}


def main() -> None:
    """Answer commands until there are no more."""
    drivers = {f.__name__: f for f in (loop, cpu, flight, threads, make, make_memory, peak_memory)}
    name, server = sys.argv[1:]
    contestant = CONTESTANTS[name](server)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        command = json.loads(line)
        driver: Callable[..., dict[str, float]] = drivers[command.pop("driver")]
        sys.stdout.write(json.dumps(driver(contestant, **command)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
