"""The process of an implementation: ``python -m tests.benchmarks.worker NAME SERVER``.

It reads commands, each a JSON object on a line: a function below as ``driver``, a method of the implementation as
``work``, and the other arguments of the function. It answers each with a line of figures.
"""

import asyncio
import gc
import inspect
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .implementations.registry import IMPLEMENTATIONS

_event_loop = asyncio.new_event_loop()  # one for all commands: the connections of an async client belong to a loop

Work = Callable[..., Any]
Figures = dict[str, float]


def _timed(work: Callable[[], object], count: int) -> Figures:
    """Return the seconds of one of ``count`` repetitions: elapsed time and CPU time."""
    cpu, start = time.process_time(), time.perf_counter()
    work()
    return {"value": (time.perf_counter() - start) / count, "cpu": (time.process_time() - cpu) / count}


def _run(work: Work, arguments: list[int]) -> None:
    result = work(*arguments)
    if inspect.iscoroutine(result):
        _event_loop.run_until_complete(result)


def loop(work: Work, arguments: list[int], count: int, per: int) -> Figures:
    """Repeat a piece of work; measure the time of one item of several."""

    def repeat() -> None:
        for _ in range(count):
            _run(work, arguments)

    return _timed(repeat, count * per)


def cpu(work: Work, arguments: list[int], count: int) -> Figures:
    """Measure the CPU time alone, where the elapsed time is that of the disk."""
    figures = loop(work, arguments, count, 1)
    return figures | {"value": figures["cpu"]}


def flight(work: Work, arguments: list[int], count: int, in_flight: int) -> Figures:
    """Keep a number of asynchronous requests in flight; measure their latencies too."""
    latencies: list[float] = []
    left = iter(range(count))

    async def one_by_one() -> None:
        for _ in left:
            start = time.perf_counter()
            await work(*arguments)
            latencies.append(time.perf_counter() - start)

    async def together() -> None:
        await asyncio.gather(*(one_by_one() for _ in range(in_flight)))

    figures = _timed(lambda: _event_loop.run_until_complete(together()), count)
    latencies.sort()
    return figures | {"p50": latencies[count // 2], "p99": latencies[count * 99 // 100]}


def threads(work: Work, arguments: list[int], count: int, in_flight: int) -> Figures:
    """Share a client among threads."""
    each = max(1, count // in_flight)

    def repeat(_thread: int) -> Figures:
        return loop(work, arguments, each, 1)

    def together() -> None:
        with ThreadPoolExecutor(in_flight) as pool:
            list(pool.map(repeat, range(in_flight)))

    return _timed(together, each * in_flight)


def allocations(work: Work, count: int) -> Figures:
    """Measure the bytes that Python allocates for a piece of work and keeps."""
    work()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(count):
        work()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {"value": (after - before) / count}


def peak_memory(work: Work, arguments: list[int], less: list[int], count: int, per: int = 1) -> Figures:
    """Measure by how much the peak of the process grows, in bytes for one of several items, in work after less."""
    _run(work, less)
    gc.collect()
    before = _memory("VmHWM")
    for _ in range(count):
        _run(work, arguments)
    return {"value": (_memory("VmHWM") - before) / per}


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024


def main() -> None:
    """Execute commands until the input ends."""
    drivers = {driver.__name__: driver for driver in (loop, cpu, flight, threads, allocations, peak_memory)}
    name, server = sys.argv[1:]
    implementation = IMPLEMENTATIONS[name].create(server)
    for line in sys.stdin:
        command = json.loads(line)
        driver: Callable[..., Figures] = drivers[command.pop("driver")]
        work = getattr(implementation, command.pop("work"))
        sys.stdout.write(json.dumps(driver(work, **command)) + "\n")
        sys.stdout.flush()
    _event_loop.close()


if __name__ == "__main__":
    main()
