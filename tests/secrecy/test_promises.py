"""SECURITY.md promises nothing without a test, and names no test that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", TEXT)))
PROMISES = TEXT.partition("## What the SDK promises")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("path", "name"), NAMED, ids=["::".join(named) for named in NAMED])
def test_the_test_exists(path: str, name: str) -> None:
    """The file is there, and the test in it."""
    functions = [
        node.name
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert name in functions


def test_every_promise_has_its_test() -> None:
    """Each point of the list of promises names at least one test."""
    points = re.split(r"^- ", PROMISES, flags=re.MULTILINE)[1:]
    assert len(points) > 10
    assert [point for point in points if not re.search(r"`tests/[\w/.]+::\w+`", point)] == []
