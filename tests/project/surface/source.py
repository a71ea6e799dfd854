"""The modules of the package, and what each of them imports."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import emissary_client_sdk

PACKAGE = Path(emissary_client_sdk.__file__).parent
NAME = "emissary_client_sdk"
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """List the nodes of the syntax tree of a file."""
    return [*ast.walk(tree(path))]


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports, early, late or for type checkers, as absolute dotted names."""
    package = (NAME, *path.parent.relative_to(PACKAGE).parts)
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _imported(path: Path) -> Iterator[str]:
    for name in imports(path):
        module = name if name in MODULES else name.rpartition(".")[0]
        if module in MODULES:
            yield module


@cache
def graph() -> dict[str, set[str]]:
    """Return the modules of the package that each of them imports."""
    return {module: {found for found in _imported(path) if found != module} for module, path in MODULES.items()}
