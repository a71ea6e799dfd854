"""How many machine instructions a call takes: a figure that a busy machine does not change.

``python -m tests.benchmarks.instructions`` runs each contestant under valgrind's callgrind twice, with a number
of requests and with more, and divides the difference. It is a gate: it ends with 1 where a limit is broken.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .measure import server
from .rows import Must


@dataclass(frozen=True)
class Call:
    """What is counted: a piece of work, how often it is done in the shorter run, and the limits in millions."""

    title: str
    work: str
    arguments: list[int]
    count: int = 200
    musts: tuple[Must, ...] = ()
    in_flight: int = 0  # of asynchronous work
    contestants: tuple[str, ...] = ("naive", "ours", "ours-httpx")

    def command(self, count: int) -> dict[str, Any]:
        """Return what a worker is told."""
        kind = {"driver": "flight", "in_flight": self.in_flight} if self.in_flight else {"driver": "loop"}
        return {**kind, "work": self.work, "arguments": self.arguments, "count": count}


CALLS = {
    # The hand-written script's figure is there to show whether the machine compares: about 1.68.
    "retrieve": Call("`retrieve`", "retrieve", [10], musts=(Must("ours", 1.25),)),
    "async-50": Call(
        "`retrieve_async`, 50 requests in flight",
        "retrieve_async",
        [10],
        in_flight=50,
        contestants=("naive", "ours"),
    ),
    "points": Call("`retrieve` of a job with 1,000 points of loss", "retrieve", [1000], 60),
    "list": Call("`list` of 1,000 jobs", "list", [1000], 20),
    "create-dict": Call("`create` from a dictionary", "create_from_dict", []),
    "create-model": Call("`create` from a model", "create_from_model", []),
}
_COLLECTED = re.compile(r"Collected : (\d+)")


def _valgrind() -> str:
    path = shutil.which("valgrind")
    if path is None:
        raise RuntimeError("valgrind is not installed")
    return path


def _run(contestant: str, address: str, call: Call, count: int) -> int:
    """Return the instructions of a process that makes a call ``count`` times."""
    run = subprocess.run(
        [
            _valgrind(),
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            sys.executable,
            *("-m", "tests.benchmarks.worker", contestant, address),
        ],
        input=json.dumps(call.command(count)) + "\n",
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    collected = _COLLECTED.search(run.stderr)
    if run.returncode or collected is None:
        raise RuntimeError(f"{contestant} ended with {run.returncode}: {run.stderr[-2000:]}")
    return int(collected[1])


def per_call(call: Call) -> dict[str, float]:
    """Return the millions of instructions of one call for each contestant."""
    with server() as address, ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = (call.count, 3 * call.count)
        runs = {name: [pool.submit(_run, name, address, call, n) for n in counts] for name in call.contestants}
        return {name: (many.result() - few.result()) / (2 * call.count) / 1e6 for name, (few, many) in runs.items()}


def broken(call: Call, figures: dict[str, float]) -> list[str]:
    """Return a line for each limit that is broken."""
    return [
        f"{must.contestant}: {figures[must.contestant]:.3f} million, limit {must.limit}"
        for must in call.musts
        if figures[must.contestant] > must.limit
    ]


def main() -> int:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.instructions", description=__doc__)
    parser.add_argument("--call", choices=CALLS, default="retrieve", help="the call; only retrieve has limits")
    name: str = parser.parse_args().call
    figures = per_call(CALLS[name])
    for contestant, figure in figures.items():
        sys.stdout.write(f"{contestant}: {figure:.3f} million instructions a {name}\n")
    failures = broken(CALLS[name], figures)
    for failure in failures:
        sys.stderr.write(f"over the limit: {failure}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
