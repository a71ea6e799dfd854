"""The package imports the dependencies that it declares, and nothing else."""

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

ROOT = Path(__file__).parents[3]
PACKAGE = Path(emissary_client_sdk.__file__).parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

RUNTIME = {
    "httpx": "httpx",
    "pydantic": "pydantic",
    "python-dateutil": "dateutil",
    "typing-inspection": "typing_inspection",
}
"""Runtime dependencies and their import names."""

INDIRECT = {"anyio": "httpx", "httpcore": "httpx", "pydantic-core": "pydantic", "typing-extensions": "pydantic"}
"""Dependencies that are declared, because they are imported, and the ones that require them anyway."""

OPTIONAL = {
    "charset_normalizer",
    "click",
    "fastexcel",
    "matplotlib",
    "mcp",
    "numpy",
    "polars",
    "pytest",
    "python_multipart",
    "rich",
    "ruamel",
    "starlette",
    "tqdm",
    "trio",
    "uvicorn",
}
"""Libraries of the extras; trio and numpy are installed where a caller uses them."""

NEED_AN_EXTRA = (
    "_preparing/_tables/",
    "emulator/",
    "evaluation/_numeric/",
    "cli/",
    "mcpserver/server.py",
    "testing.py",
)
"""Parts of the package that import their extra at the top."""


def test_runtime_dependencies_have_bounds() -> None:
    """Each has a lowest version, which the matrix tests, and excludes the next major version."""
    found = {re.split(r"[^\w-]", requirement)[0]: requirement for requirement in PROJECT["dependencies"]}
    assert found.keys() == RUNTIME.keys() | INDIRECT.keys()
    for requirement in found.values():
        assert re.fullmatch(r"[\w-]+>=\d+(\.\d+)+,<\d+", requirement), requirement


@pytest.mark.parametrize("name", sorted(INDIRECT))
def test_indirect_dependencies_add_nothing_to_an_installation(name: str) -> None:
    """An indirect dependency is required by another runtime dependency, not by one of its extras."""
    needed = [line for line in requires(INDIRECT[name]) or [] if "extra ==" not in line]
    assert name in [re.split(r"[^\w-]", line)[0].replace("_", "-") for line in needed]


def imports(node: ast.AST, *, is_deferred: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the top-level names that a module imports, and whether only a call or a type checker imports them."""
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


def test_imports() -> None:
    """A module imports optional libraries only when they are used."""
    indirect = {name.replace("-", "_") for name in INDIRECT}
    certain = {*sys.stdlib_module_names, *RUNTIME.values(), *indirect, PACKAGE.name}
    for source in SOURCES:
        found = set(imports(ast.parse(source.read_text(encoding="utf-8"))))
        assert {name for name, _ in found} - certain - OPTIONAL == set(), source
        if not source.relative_to(PACKAGE).as_posix().startswith(NEED_AN_EXTRA):
            assert {name for name, is_deferred in found if not is_deferred} - certain == set(), source


def test_imports_are_found() -> None:
    """The search finds imports at the top, in a function, under a condition and for type checkers."""
    first = "import a.b\nif x:\n  from c import d\nif TYPE_CHECKING:\n  import e\nelse:\n  import f\n"
    text = f"{first}def g():\n  import h\nfrom . import i\n"
    assert set(imports(ast.parse(text))) == {("a", False), ("c", False), ("e", True), ("f", False), ("h", True)}
