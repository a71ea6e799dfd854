"""The benchmark's command."""

import argparse
import json
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from . import instructions, plots, report
from .contestants import LABELS
from .environments import DEFAULT_RIVAL_ENVIRONMENT, rival_python, user_python
from .measure import Bench, Pace, Result, server
from .rows import IN_FLIGHT, LATENCY, LENGTH, LENGTHS, ROWS

_PLOTS = """\
## Latency against requests in flight

![Latency against requests in flight](performance/latency.svg)

## Time against a list's length

The CPU time of an SDK's call and of the script's, on a transport that answers from memory, and of pydantic's
parser alone.

![Time against a list's length](performance/length.svg)
"""


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _instructions() -> list[str]:
    """Return the page's section on instruction counts, where they can be counted."""
    if not shutil.which("valgrind"):
        return []
    lines = [
        "### Instructions of a call",
        "",
        "Millions, by `python -m tests.benchmarks.instructions --call NAME` (valgrind's callgrind). A busy machine",
        "does not change them; what the kernel does is not among them.",
        "",
        "| | | million instructions | ratio | must be |",
        "|---|---|---:|---:|---:|",
    ]
    for chosen in ("retrieve", "async-50", "create-dict", "create-model"):
        call = instructions.CALLS[chosen]
        figures = instructions.per_call(call)
        musts = {must.contestant: f"≤ {must.limit:g} million" for must in call.musts}
        lines += [
            f"| {call.title} | {LABELS[name]} | {value:.2f} | {value / figures['naive']:.3f} | {musts.get(name, '')} |"
            for name, value in figures.items()
        ]
    return [*lines, ""]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measures the SDK.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter slices, no page, no plots")
    parser.add_argument(
        "--row", action="append", choices=[row.name for row in ROWS], help="only this row; may be repeated"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures there, too")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where a full run writes its page")
    parser.add_argument("--rival-python", help="an interpreter that has the generated SDK")
    parser.add_argument(
        "--rival-env", type=Path, default=DEFAULT_RIVAL_ENVIRONMENT, help="where to make one if none is given"
    )
    return parser.parse_args()


def main() -> None:
    """Measure, print and, after a full run, write the page."""
    arguments = _arguments()
    full = not arguments.quick and not arguments.row
    if full and find_spec("matplotlib") is None:
        sys.exit("A full run draws plots: install matplotlib (the extra 'plot'), or run with --quick or --row.")
    python = arguments.rival_python or rival_python(arguments.rival_env)
    pace = Pace(0.02, rounds=0.3, processes=1) if arguments.quick else Pace(0.03, rounds=1, processes=3)
    results: list[Result] = []
    with server() as address, user_python() as users:
        bench = Bench(address, python, users, pace, _tell)
        for row in ROWS:
            if not arguments.row or row.name in arguments.row:
                _tell(f"\n{row.title} ({row.name})")
                start = time.monotonic()
                results.append(bench.measure(row))
                _tell("\n".join(report.row_table(results[-1])))
                _tell(f"{time.monotonic() - start:.0f} s")
        _tell("\n" + "\n".join(report.limits_table(results)))
        if full:
            _tell("\nPlots, instructions and the page")
            folder: Path = arguments.docs / "performance"
            plots.latency(bench.series(LATENCY, "in_flight", IN_FLIGHT), folder / "latency.svg")
            plots.length(bench.series(LENGTH, "arguments", LENGTHS), folder / "length.svg")
            text = report.page(
                results,
                rival=report.versions(python, path=False),
                pace=pace.slice,
                plots=[_PLOTS],
                extra=_instructions(),
            )
            (arguments.docs / "performance.md").write_text(text)
    if arguments.json:
        arguments.json.write_text(json.dumps({result.row.name: result.samples for result in results}, indent=1))


if __name__ == "__main__":
    main()
