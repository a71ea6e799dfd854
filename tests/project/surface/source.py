"""What the files of the package import."""

import ast
from collections.abc import Iterator
from pathlib import Path

import emissary_client_sdk

PACKAGE = Path(emissary_client_sdk.__file__).parent
NAME = "emissary_client_sdk"
FILES = sorted(path for pattern in ("*.py", "*.pyi") for path in PACKAGE.rglob(pattern))


def _is_for_type_checkers(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    children = node.orelse if isinstance(node, ast.If) and _is_for_type_checkers(node) else ast.iter_child_nodes(node)
    for child in children:
        yield from _at_run_time(child)


def imports(path: Path) -> Iterator[str]:
    """Return what a file imports at run time, early or late, as absolute dotted names. A stub is imported lazily."""
    package = (NAME, *path.parent.relative_to(PACKAGE).parts)
    for node in _at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
