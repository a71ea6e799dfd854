"""What the package needs at run time: four dependencies, what these are sure to bring, and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import emissary_client_sdk

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PACKAGE = Path(emissary_client_sdk.__file__).parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

RUNTIME = {
    "httpx": "httpx",
    "pydantic": "pydantic",
    "python-dateutil": "dateutil",
    "typing-inspection": "typing_inspection",
}
"""The runtime dependencies, and the name under which each is imported."""

BROUGHT = {"anyio": "httpx", "pydantic_core": "pydantic", "typing_extensions": "pydantic"}
"""What a runtime dependency brings with it, under the name by which it is imported."""

OPTIONAL = {"matplotlib", "pytest", "rich", "starlette", "tqdm", "trio", "typer", "uvicorn", "yaml"}
"""What only an extra brings; trio is there where the caller runs it."""

NEED_AN_EXTRA = ("emulator", "cli", "cli.py", "testing.py")
"""Parts of the package that say at their beginning which extra they need."""


def test_the_runtime_dependencies() -> None:
    """They are these four, each with a lowest version that the matrix tests and below the next major one."""
    found = {re.split(r"[^\w-]", requirement)[0]: requirement for requirement in PROJECT["dependencies"]}
    assert set(found) == set(RUNTIME)
    for requirement in found.values():
        assert re.fullmatch(r"[\w-]+>=\d+(\.\d+)+,<\d+", requirement), requirement


@pytest.mark.parametrize("name", sorted(BROUGHT))
def test_what_the_dependencies_bring(name: str) -> None:
    """What is imported without being asked for is what a dependency cannot do without."""
    needed = [line for line in requires(BROUGHT[name]) or [] if "extra ==" not in line]
    assert name.replace("_", "-") in [re.split(r"[^\w-]", line)[0].replace("_", "-") for line in needed]


def imports(node: ast.AST, *, is_deferred: bool = False) -> Iterator[tuple[str, bool]]:
    """Give the top-level names that a module imports, and whether only a call or a type checker does."""
    for child in ast.iter_child_nodes(node):
        deferred = is_deferred or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for part in child.body:
                yield from imports(ast.Module([part], []), is_deferred=True)
            for part in child.orelse:
                yield from imports(ast.Module([part], []), is_deferred=is_deferred)
            continue
        if isinstance(child, ast.Import):
            yield from ((alias.name.partition(".")[0], deferred) for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.level == 0:
            yield str(child.module).partition(".")[0], deferred
        else:
            yield from imports(child, is_deferred=deferred)


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=[str(path.relative_to(PACKAGE)) for path in SOURCES])
def test_imports(source: Path) -> None:
    """A module imports the standard library, the four and what they bring; what is optional only when it is used."""
    part = source.relative_to(PACKAGE).parts[0]
    certain = {*sys.stdlib_module_names, *RUNTIME.values(), *BROUGHT, PACKAGE.name}
    found = set(imports(ast.parse(source.read_text(encoding="utf-8"))))
    assert {name for name, _ in found} - certain - OPTIONAL == set()
    if part not in NEED_AN_EXTRA:
        assert {name for name, is_deferred in found if not is_deferred} - certain == set()


def test_imports_are_found() -> None:
    """The search finds imports at the top, in a function, under a condition and for the type checker."""
    first = "import a.b\nif x:\n  from c import d\nif TYPE_CHECKING:\n  import e\nelse:\n  import f\n"
    text = f"{first}def g():\n  import h\nfrom . import i\n"
    assert set(imports(ast.parse(text))) == {("a", False), ("c", False), ("e", True), ("f", False), ("h", True)}
