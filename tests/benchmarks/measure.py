"""Measures rows. Each implementation has its own process.

Rounds alternate between the implementations (ABCABC), so that a change in the machine's speed affects all of them.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .environments import interpreter
from .implementations.registry import IMPLEMENTATIONS
from .programs import PROGRAMS, measure_program
from .rows import Limit, Row

Figures = dict[str, float]
Measure = Callable[[dict[str, Any]], Figures]


@dataclass
class Result:
    """The figures of a row, by implementation, in the order of the rounds."""

    row: Row
    samples: dict[str, list[Figures]]

    def values(self, implementation: str, figure: str = "value") -> list[float]:
        """Return a figure of each round."""
        return [sample[figure] for sample in self.samples[implementation]]

    def ratios(self, implementation: str, against: str = "") -> list[float]:
        """Return the ratio of each round."""
        base = self.values(against or self.row.implementations.split()[0])
        pairs = zip(self.values(implementation), base, strict=True)
        return [other / own if self.row.is_rate else own / other for own, other in pairs]

    def is_measured(self, limit: Limit) -> bool:
        """Return whether the implementations of a limit took part."""
        return {limit.implementation, limit.against or self.row.implementations.split()[0]} <= self.samples.keys()


def spread(values: list[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    return lower, median(values), upper


@dataclass(frozen=True)
class Bench:
    """A run.

    :ivar server: URL of the server.
    :ivar folder: Temporary folder.
    :ivar is_quick: Whether to measure fewer and shorter rounds.
    """

    server: str
    folder: Path
    is_quick: bool

    @property
    def seconds(self) -> float:
        """Duration of a measurement."""
        return 0.02 if self.is_quick else 0.03

    def _start(self, row: Row, name: str, stack: ExitStack) -> Measure:
        """Start an implementation and return a function that measures it."""
        environment = os.environ | {"TMPDIR": str(self.folder)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages have cached bytecode
        place, *program = PROGRAMS[row.name][name] if row.is_program else (IMPLEMENTATIONS[name].environment,)
        if place:
            environment.pop("PYTHONPATH", None)  # it may lead to the checkout
        python = interpreter(place, self.folder)
        if row.is_program:
            return lambda _: measure_program(python, program, self.server, environment)
        process = stack.enter_context(
            subprocess.Popen(
                [python, "-m", "tests.benchmarks.worker", name, self.server],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
        )
        return partial(_ask, process)

    def _prepare(self, row: Row, name: str, stack: ExitStack) -> Callable[[], Figures] | None:
        try:
            measure = self._start(row, name, stack)
            count = row.least if row.is_memory else self._repetitions(row, measure)
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"{row.name}: {name} is left out: {error}\n")
            return None
        return lambda: measure(row.command | {"count": count})

    def _repetitions(self, row: Row, measure: Measure) -> int:
        """Return how many repetitions to measure at a time. The first ones fill connection pools and caches."""
        count = row.least
        measure(row.command | {"count": (count + 1) // 2})
        if row.most == 1:
            return 1
        per: int = row.command.get("per", 1)
        while (duration := measure(row.command | {"count": count})["value"] * per * count) < self.seconds / 4:
            if count >= row.most:
                return row.most
            count = min(count * 4, row.most)
        return max(row.least, min(row.most, round(count * self.seconds / duration)))

    def measure(self, row: Row) -> Result:
        """Measure a row."""
        result = Result(row, {})
        for _ in range(1 if self.is_quick else row.processes):
            with ExitStack() as stack:
                measures = {name: self._prepare(row, name, stack) for name in row.implementations.split()}
                for _ in range(max(1, row.rounds // 3) if self.is_quick else row.rounds):
                    for name, measure in measures.items():
                        if measure:
                            result.samples.setdefault(name, []).append(measure())
        return result

    def latencies(self, row: Row, numbers: tuple[int, ...]) -> dict[int, Result]:
        """Measure a row with several numbers of requests in flight."""
        return {
            number: self.measure(replace(row, command=row.command | {"in_flight": number}, least=max(20, number)))
            for number in numbers
        }


def _ask(process: subprocess.Popen[str], command: dict[str, Any]) -> Figures:
    """Send a command to a worker and return its figures."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(command) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"exit code {process.wait()}")
    figures: Figures = json.loads(line)
    return figures


@contextmanager
def bench(*, is_quick: bool) -> Generator[Bench]:
    """Run the server and yield a bench."""
    command = [sys.executable, "-m", "tests.benchmarks.server"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout
        try:
            yield Bench(f"http://127.0.0.1:{int(server.stdout.readline())}", Path(folder), is_quick)
        finally:
            server.terminate()
