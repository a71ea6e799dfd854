"""The fenced blocks of the Markdown pages, and what running them needs."""

import os
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import emissary_client_sdk

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "README.md"
EXAMPLES = ROOT / "docs" / "examples"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block.

    :ivar place: Page and line, as editors accept them.
    """

    place: str
    language: str
    text: str


@cache
def blocks(page: Path) -> list[Block]:
    """List the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    name = page.relative_to(ROOT).as_posix()
    return [
        Block(f"{name}:{text.count(chr(10), 0, found.start()) + 2}", found[1], found[2])
        for found in _FENCE.finditer(text)
    ]


def all_blocks() -> list[Block]:
    """List the fenced blocks of all pages."""
    pages = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    return [block for page in pages for block in blocks(page)]


def command(text: str, page: Path = README) -> str:
    """Return the one command of a page that contains this text."""
    (found,) = (block.text for block in blocks(page) if block.language == "sh" and text in block.text)
    return found.removesuffix("\n")


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a new process: the package under test, and only these variables of the SDK."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EMISSARY_")}
    source = Path(emissary_client_sdk.__file__).parents[1]
    return {**kept, "PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8", **variables}
