"""Compare the check of a large data file with reading it by pandas: ``python -m tests.benchmarks.datasets``."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 0.5
"""Time of the check as a share of pandas' time."""
_TEXT = "the parcel came late and one corner was broken but support answered fast sent a new part for free"
_WORDS = _TEXT.split()


def _text(words: int, number: int) -> str:
    return f"{number} {' '.join(random.choices(_WORDS, k=words))}"


def _classification(number: int) -> Any:
    return {"prompt": _text(40, number), "completion": {"positive": number % 2, "negative": 1 - number % 2}}


def _messages(number: int) -> Any:
    roles = ("system", "user", "assistant")
    return {"messages": [{"role": role, "content": _text(40, number)} for role in roles]}


SHAPES: dict[str, Callable[[int], Any]] = {
    "classification": _classification,
    "short": lambda number: {"prompt": _text(6, number), "completion": "yes" if number % 2 else "no"},
    "text": lambda number: {"prompt": _text(150, number), "completion": _text(150, number)},
    "messages": _messages,
}


def _lines(shape: str, size: int) -> Iterator[str]:
    written = number = 0
    while written < size:
        line = json.dumps(SHAPES[shape](number)) + "\n"
        number += 1
        written += len(line)
        yield line


def _memory(name: str) -> int:
    """Return VmRSS or VmHWM of this process, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024


def _run(contestant: str, path: str) -> dict[str, float]:
    """Do the work once in this process, and return its seconds and memory."""
    if contestant == "pandas":
        pandas = import_module("pandas")  # not a dependency of the tests
        work: Callable[[], object] = lambda: pandas.read_json(path, lines=True)  # noqa: E731
    else:
        from emissary_client_sdk._datafiles.check import check_dataset

        work = lambda: check_dataset(path)  # noqa: E731
    before = _memory("VmRSS")
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    del result
    return {"seconds": seconds, "peak": _memory("VmHWM") - before}


def _measure(contestant: str, path: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.datasets", "--contestant", contestant, "--file", path]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures


def _compare(shape: str, megabytes: int, rounds: int) -> bool:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "data.jsonl"
        with path.open("w") as file:
            file.writelines(_lines(shape, megabytes * 1_000_000))
        runs = [(_measure("check", str(path)), _measure("pandas", str(path))) for _ in range(rounds)]
    check, pandas = (min(run[side]["seconds"] for run in runs) for side in (0, 1))
    peaks = [max(run[side]["peak"] for run in runs) / 1_000_000 for side in (0, 1)]
    sys.stdout.write(
        f"{shape:15} {megabytes:5} MB  check {check:6.2f} s {peaks[0]:6.0f} MB   pandas {pandas:6.2f} s "
        f"{peaks[1]:6.0f} MB   ratio {check / pandas:.2f} (limit {LIMIT})\n"
    )
    sys.stdout.flush()
    return check / pandas <= LIMIT


def main() -> None:
    """Measure, print a line for each shape of records, and fail above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--contestant", choices=["check", "pandas"], help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contestant:
        sys.stdout.write(json.dumps(_run(arguments.contestant, arguments.file)))
        return
    results = [_compare(shape, arguments.megabytes, arguments.rounds) for shape in arguments.shape or SHAPES]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
