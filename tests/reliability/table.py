"""The table of faults in ``docs/reliability.md``, made of the expectations that the tests hold.

::

    python -m tests.reliability.table            # shows it
    python -m tests.reliability.table --write    # puts it into the page
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .expectations import FAULTS, KINDS, STRIKES, Expected, Fault

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN = "<!-- begin: python -m tests.reliability.table --write -->"
END = "<!-- end -->"

_HEADER = (
    "Fault",
    "Strikes",
    "Methods",
    "Outcome",
    "Attempts",
    "Requests seen",
    "Jobs created",
    "May have been processed",
)
_NAMES = {"read": "reads"}


def render() -> str:
    """Give the table as Markdown."""
    rows = [_HEADER, *(row for fault in FAULTS for row in _rows(fault))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(tuple("-" * width for width in widths), widths))
    return "\n".join(lines)


def put_into(page: str) -> str:
    """Give a page with its table renewed.

    :raises ValueError: the page has no place for it.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _rows(fault: Fault) -> list[tuple[str, ...]]:
    """Give a row for each outcome, which some kinds of methods share, and perhaps both ways to strike."""
    shared: dict[tuple[str, Expected], list[str]] = {}
    for strikes in STRIKES:
        for kind in KINDS:
            shared.setdefault((strikes, fault.expected[strikes][kind]), []).append(_NAMES.get(kind, f"`{kind}`"))
    rows: dict[tuple[str, Expected], list[str]] = {}
    for (way, expected), kinds in shared.items():
        rows.setdefault((", ".join(kinds), expected), []).append(way)
    return [(fault.name, " or ".join(ways), kinds, *_cells(expected)) for (kinds, expected), ways in rows.items()]


def _cells(expected: Expected) -> tuple[str, ...]:
    if expected.outcome is None:
        outcome = "the right value"
    else:
        outcome = f"`{expected.outcome.__name__}`"
        if expected.status is not None:
            outcome += f", {expected.status}"
    may = "—" if expected.may is None else "yes" if expected.may else "no"
    return outcome, str(expected.attempts), str(expected.requests), str(expected.jobs), may


def main() -> None:
    """Show the table, or write it into the page."""
    parser = argparse.ArgumentParser(description="The table of faults in docs/reliability.md.")
    parser.add_argument("--write", action="store_true", help="put it into the page")
    if parser.parse_args().write:
        PAGE.write_text(put_into(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(render() + "\n")


if __name__ == "__main__":
    main()
