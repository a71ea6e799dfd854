"""Pieces of Markdown: tables and formatted programs."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with aligned columns. The last column is left out if all of its cells are empty."""
    cells = [list(header), *([*map(_cell, row)] for row in rows)]
    if not any(row[-1] for row in cells[1:]):
        cells = [row[:-1] for row in cells]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(f"| {line} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def programs(sources: Sequence[str]) -> list[str]:
    """Return Python programs as fenced blocks, formatted for the width of a page."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.py" for number in range(len(sources))]
        for path, source in zip(paths, sources, strict=True):
            path.write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--quiet", folder]
        subprocess.run(command, check=True)  # noqa: S603  # one process for all of them
        return [f"```python\n{path.read_text(encoding='utf-8')}```" for path in paths]


def page(*blocks: str) -> str:
    """Return a page of blocks; empty ones are skipped."""
    return "\n\n".join(block.strip("\n") for block in blocks if block) + "\n"
