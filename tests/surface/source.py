"""The package's source as syntax trees: what a file imports, and what its lazy table says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import emissary_client_sdk

PACKAGE = Path(emissary_client_sdk.__file__).parent
NAME = "emissary_client_sdk"


def tree(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def lazy_packages() -> list[str]:
    """Name the packages with a lazy table, dotted."""
    found = [path for path in PACKAGE.rglob("__init__.py") if table(path) is not None]
    return sorted(".".join((NAME, *path.parent.relative_to(PACKAGE).parts)) for path in found)


def file_of(package: str) -> Path:
    """Give the ``__init__`` of a package."""
    return PACKAGE.joinpath(*package.split(".")[1:], "__init__.py")


def table(path: Path) -> dict[str, str] | None:
    """Give the lazy table of a package: the names, parted by blanks, for each module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_lazy":
            found: dict[str, str] = ast.literal_eval(node.args[1])
            return found
    return None


def is_for_checkers(node: ast.AST) -> bool:
    """Whether a statement is ``if TYPE_CHECKING``."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def checked_imports(path: Path) -> set[tuple[str, str]]:
    """Give module and name of every import that only a type checker sees, at a file's top level."""
    found: set[tuple[str, str]] = set()
    for block in tree(path).body:
        if is_for_checkers(block):
            for node in ast.walk(block):
                if isinstance(node, ast.ImportFrom):
                    module = "." * node.level + (node.module or "")
                    found |= {(module, alias.name) for alias in node.names}
                    assert all(alias.asname == alias.name for alias in node.names), "an export is written X as X"
    return found


def imports(path: Path) -> Iterator[str]:
    """Give what a file imports of this package, dotted, wherever in the file that is; lazily too."""
    package = (NAME, *path.parent.relative_to(PACKAGE).parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}"
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
    for module in table(path) or {}:
        dots = len(module) - len(module.lstrip("."))
        yield ".".join([*package[: len(package) - dots + 1], *module[dots:].split(".")]).rstrip(".")
