"""Runs rows: contestants in processes of their own, in interleaved rounds.

Rounds go ABCABC, so that a change in the machine's speed meets all contestants alike.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import Any, Protocol

from .fresh import PROGRAMS, Fresh
from .rows import Row


class Subject(Protocol):
    """A contestant that can be asked for a measurement."""

    def ask(self, command: dict[str, Any], /) -> dict[str, float]:
        """Measure."""
        ...

    def close(self) -> None:
        """End."""
        ...


class Worker:
    """A contestant's process, kept open and told what to do over pipes."""

    def __init__(self, python: str, name: str, server: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, "-m", "tests.benchmarks.worker", name, server],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._read()

    def _read(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"ended with {self._process.wait()}")
        return line

    def ask(self, command: dict[str, Any]) -> dict[str, float]:
        """Have it measure; wait for the answer."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._read())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def server() -> Generator[str]:
    """Run the server; give its address."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.server"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.communicate()


@dataclass(frozen=True)
class Pace:
    """How long the measuring takes: seconds a slice, a factor on the rounds, and at most so many processes."""

    slice: float
    rounds: float
    processes: int


@dataclass
class Result:
    """What one row's rounds gave: for each contestant its measurements, in the order of the rounds."""

    row: Row
    samples: dict[str, list[dict[str, float]]]

    def values(self, contestant: str, key: str = "value") -> list[float]:
        """Return a contestant's figures."""
        return [sample[key] for sample in self.samples[contestant]]

    def ratios(self, contestant: str) -> list[float]:
        """Return, round by round, the contestant's figure over the baseline's; for rates, more is better."""
        baseline = self.values(self.row.contestants[0])
        pairs = zip(self.values(contestant), baseline, strict=True)
        return [base / own if self.row.is_rate else own / base for own, base in pairs]


def spread(values: list[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    return lower, median(values), upper


@dataclass
class Bench:
    """Everything that a run needs: the server's address, the interpreters, the pace, and whom to tell."""

    address: str
    rival_python: str
    user_python: str
    pace: Pace
    tell: Callable[[str], None]

    def _subject(self, row: Row, contestant: str) -> Subject:
        environment = dict(os.environ)
        # An installed package has its bytecode beside it; so must one that is imported from a checkout.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        python = sys.executable
        if row.driver == "fresh" or contestant.startswith("rival"):
            python = self.rival_python if contestant.startswith("rival") else self.user_python
            environment.pop("PYTHONPATH", None)  # it would lead to the checkout
        if row.driver == "fresh":
            return Fresh(python, PROGRAMS[row.name][contestant], self.address, environment)
        return Worker(python, contestant, self.address, environment)

    def _prepare(self, row: Row, contestant: str, stack: ExitStack) -> Callable[[], dict[str, float]] | None:
        """Start a contestant and find out how many repetitions make a slice; None where it cannot take part."""
        command = {"driver": row.driver, **row.command}
        try:
            subject = self._subject(row, contestant)
            stack.callback(subject.close)
            count = row.least if row.unit in ("KB", "MB") else self._count(row, subject, command)
        except RuntimeError as error:
            self.tell(f"  {contestant} does not take part: {error}")
            return None
        return lambda: subject.ask(command | {"count": count})

    def _count(self, row: Row, subject: Subject, command: dict[str, Any]) -> int:
        """Return how many repetitions make a slice, after a first one: it makes connections and caches."""
        count = row.least
        first = (count + 1) // 2
        if subject.ask(command | {"count": first})["value"] * first > 20 * self.pace.slice:
            return count  # so slow that a second time would tell nothing
        while (taken := subject.ask(command | {"count": count})["value"] * count) < self.pace.slice / 4:
            if count >= row.most:
                return row.most
            count = min(count * 4, row.most)
        return max(row.least, min(row.most, round(count * self.pace.slice / taken)))

    def measure(self, row: Row) -> Result:
        """Run a row."""
        result = Result(row, {})
        for _ in range(min(row.processes, self.pace.processes)):
            with ExitStack() as stack:
                slices = {name: self._prepare(row, name, stack) for name in row.contestants}
                for _ in range(max(1, round(row.rounds * self.pace.rounds))):
                    for name, measured in slices.items():
                        if measured:
                            result.samples.setdefault(name, []).append(measured())
        return result

    def series(self, row: Row, argument: str, values: tuple[int, ...]) -> list[tuple[int, Result]]:
        """Run a row once for each value of an argument."""
        points: list[tuple[int, Result]] = []
        for value in values:
            given = [value] if argument == "arguments" else value
            least = max(20, value) if argument == "in_flight" else 1
            changed = replace(row, command=row.command | {argument: given}, least=least)
            points.append((value, self.measure(changed)))
        return points
