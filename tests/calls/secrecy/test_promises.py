"""SECURITY.md promises nothing without a test, and names no test that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", TEXT)))


@pytest.mark.parametrize(("path", "name"), NAMED, ids=["::".join(named) for named in NAMED])
def test_named_test_exists(path: str, name: str) -> None:
    """The file has a test of this name."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_every_promise_names_a_test() -> None:
    """Each point of the guarantees names at least one."""
    promises = TEXT.partition("## What the SDK promises")[2].partition("\n## ")[0]
    points = re.split(r"^- ", promises, flags=re.MULTILINE)[1:]
    assert len(points) > 10
    assert [point for point in points if not re.search(r"`tests/[\w/.]+::\w+`", point)] == []
