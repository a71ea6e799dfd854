"""The package uses public names of other packages only."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator

from .source import FILES, NAME, PACKAGE, imports, nodes, tree

PRIVATE = re.compile(r"_[^_](.*[^_])?")  # not the names of the language, such as __doc__ and Enum's _value_
DOCUMENTED = {"_asdict", "_exit", "_fields", "_getframe", "_make", "_replace"}


def attributes(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.expr, str]]:
    """Yield each use of a private attribute: the object and the name."""
    for node in nodes:
        if isinstance(node, ast.Attribute):
            owner, name = node.value, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1:
            second = node.args[1]
            if node.func.id not in {"getattr", "setattr", "delattr", "hasattr"} or not isinstance(second, ast.Constant):
                continue
            owner, name = node.args[0], str(second.value)
        else:
            continue
        if PRIVATE.fullmatch(name) and name not in DOCUMENTED:
            yield owner, name


def defined(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that nodes define: functions, classes, variables and attributes of ``self`` or ``cls``."""
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_own(node.value):
            yield node.attr


def _is_own(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name) and owner.id in {"self", "cls"}


def test_no_private_name_is_imported() -> None:
    """Neither a private module of another package nor a private name of its modules."""
    found = [
        (path.name, module)
        for path in FILES
        for module in imports(path)
        if module.partition(".")[0] not in {NAME, "__future__", "_thread"}
        and any(PRIVATE.fullmatch(part) for part in module.split("."))
    ]
    assert not found, found


def test_no_private_attribute_of_a_foreign_object() -> None:
    """A private attribute is one that this package defines, and it is not read from a module of another package."""
    ours = {name for path in FILES for name in defined(nodes(path))}
    found: list[tuple[str, str]] = []
    for path in FILES:
        foreign = {
            alias.asname or alias.name.partition(".")[0]
            for node in nodes(path)
            if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
            for alias in node.names
        }
        for owner, name in attributes(nodes(path)):
            root: ast.expr = owner
            while isinstance(root, ast.Attribute):
                root = root.value
            if name not in ours or (isinstance(root, ast.Name) and root.id in foreign):
                found.append((path.name, f"{ast.unparse(owner)}.{name}"))
    assert not found, found


def test_no_private_attribute_of_a_foreign_base_class() -> None:
    """A class that derives from one of another package neither uses nor replaces what that one keeps private."""
    found: list[str] = []
    for path in FILES:
        module = ".".join([NAME, *path.relative_to(PACKAGE).with_suffix("").parts])
        for node in tree(path).body:
            if not isinstance(node, ast.ClassDef) or not node.bases:
                continue
            own = {name for name in _names_of(node) if PRIVATE.fullmatch(name)}
            if own:
                kind: type = getattr(importlib.import_module(module), node.name)
                theirs = {name for base in kind.__mro__[1:] for name in _private_names(base)}
                found += [f"{module}.{node.name}.{name}" for name in own & theirs]
    assert not found, found


def _names_of(node: ast.AST) -> set[str]:
    """Return the names that a class defines, and those of its attributes that it uses."""
    within = [*ast.walk(node)]
    return {*defined(within), *(name for owner, name in attributes(within) if _is_own(owner))}


def _private_names(kind: type) -> set[str]:
    """Return the names that a class of another package defines, and those that its methods use."""
    if kind.__module__.partition(".")[0] == NAME:
        return set()
    functions = [value for value in vars(kind).values() if inspect.isfunction(value)]
    return {*vars(kind), *(name for function in functions for name in function.__code__.co_names)}
