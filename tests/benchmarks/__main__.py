"""The command ``python -m tests.benchmarks``."""

import argparse
import sys
import time
from pathlib import Path

from . import report
from .measure import Result, bench
from .rows import IN_FLIGHT, LATENCY, ROWS


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print and write the page. Return 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the SDK.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--row", action="append", choices=[row.name for row in ROWS], help="only this row; repeatable")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="write the page to this folder")
    arguments = parser.parse_args()
    results: list[Result] = []
    with bench(is_quick=arguments.quick) as place:
        for row in ROWS:
            if not arguments.row or row.name in arguments.row:
                _write(f"\n{row.title} ({row.name})")
                start = time.monotonic()
                results.append(place.measure(row))
                _write("\n".join(report.row_table(results[-1])))
                _write(f"{time.monotonic() - start:.0f} s")
        _write("\n" + "\n".join(report.summary(results)))
        if arguments.docs:
            folder: Path = arguments.docs / "performance"
            folder.mkdir(parents=True, exist_ok=True)
            report.plot_latency(place.latencies(LATENCY, IN_FLIGHT), folder / "latency.svg")
            (arguments.docs / "performance.md").write_text(report.page(results, place))
    exceeded = report.exceeded(results)
    _write("\n".join(["", "Limits exceeded:", *exceeded] if exceeded else ["", "No limit is exceeded."]))
    return bool(exceeded)


if __name__ == "__main__":
    sys.exit(main())
