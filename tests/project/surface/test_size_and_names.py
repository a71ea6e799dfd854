"""Modules are short, and names say what they name."""

import ast
import re
import tokenize
from collections import Counter

from .source import FILES, MODULES, nodes

MOST_LINES = 350


def test_modules_are_short() -> None:
    """A module has at most 350 lines."""
    sizes = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES} == {}


def test_classes_have_different_names() -> None:
    """One class name has one meaning; ``Messages`` is also a name of release 0.4."""
    names = Counter(node.name for path in FILES for node in nodes(path) if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1 and name != "Messages"] == []


def test_modules_are_named_after_their_content() -> None:
    """No module is a place for everything else."""
    meaningless = {"common", "helpers", "misc", "other", "others", "various"}
    assert [module for module in MODULES if module.rpartition(".")[2].strip("_") in meaningless] == []


def test_one_backtick_style() -> None:
    """Docstrings and comments quote code in two backticks."""
    quoted = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
    found: list[tuple[str, str]] = []
    for path in FILES:
        with path.open("rb") as file:
            prose = [each for each in tokenize.tokenize(file.readline) if each.string.startswith(("#", '"""'))]
        found += [(path.name, mark) for each in prose for mark in quoted.findall(each.string)]
    assert found == []
