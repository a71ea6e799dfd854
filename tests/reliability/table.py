"""The tables of faults in ``docs/reliability.md``, rendered from the expectations of the tests.

::

    python -m tests.reliability.table --write    # update the page
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import FAULTS, KINDS

if TYPE_CHECKING:
    from .faults import Expected, Fault

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
TABLES = {
    "on the wire": [fault for fault in FAULTS if fault.nginx is None],
    "behind nginx": [fault for fault in FAULTS if fault.nginx is not None],
}
HEADER = (
    "Fault",
    "Happens",
    "Methods",
    "Outcome",
    "Attempts",
    "Requests received",
    "Jobs created",
    "May have been processed",
)


def render(faults: list[Fault]) -> str:
    """Return a table as Markdown."""
    rows = [HEADER, *(row for fault in faults for row in _rows(fault))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _rows(fault: Fault) -> list[tuple[str, ...]]:
    """Return a row for each outcome; methods and times with the same outcome share it."""
    methods: dict[tuple[str, Expected], list[str]] = {}
    for times in fault.times:
        for kind in KINDS:
            name = "reads" if kind == "read" else f"`{kind}`"
            methods.setdefault((times, fault.expected[times][kind]), []).append(name)
    rows: dict[tuple[str, Expected], list[str]] = {}
    for (when, expected), names in methods.items():
        rows.setdefault((", ".join(names), expected), []).append(when)
    return [(fault.name, " or ".join(times), names, *_cells(expected)) for (names, expected), times in rows.items()]


def _cells(expected: Expected) -> tuple[str, ...]:
    error = "the right value" if expected.error is None else f"`{expected.error.__name__}`"
    outcome = error if expected.status is None else f"{error}, {expected.status}"
    may = {None: "—", True: "yes", False: "no"}[expected.may]
    return outcome, str(expected.attempts), str(expected.requests), str(expected.jobs), may


def put_into(page: str) -> str:
    """Return a page with its tables updated.

    :raises ValueError: The page has no place for a table.
    """
    for name, faults in TABLES.items():
        begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"the page needs the lines {begin} and {end}")
        page = f"{before}{begin}\n\n{render(faults)}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    updated = put_into(PAGE.read_text(encoding="utf-8"))
    if "--write" in sys.argv:
        PAGE.write_text(updated, encoding="utf-8")
    else:
        sys.stdout.write(updated)
