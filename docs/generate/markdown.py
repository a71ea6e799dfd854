"""Pieces of Markdown: tables and formatted programs."""

import subprocess
import sys
from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with aligned columns."""
    cells = [list(header), *([*map(_cell, row)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(f"| {line} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def program(source: str) -> str:
    """Return a Python program as a fenced block, formatted for the width of a page."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "-"]
    formatted = subprocess.run(command, input=source, capture_output=True, text=True, check=True, encoding="utf-8")  # noqa: S603  # our own programs
    return f"```python\n{formatted.stdout}```"


def page(*blocks: str) -> str:
    """Return a page of blocks; empty ones are skipped."""
    return "\n\n".join(block.strip("\n") for block in blocks if block) + "\n"
