"""The definitions in the modules of ``models``, read from their source.

They are not imported, because importing them needs the modules that are generated from them.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

_IMPORTS = {
    "BaseModel": "from ..types.basemodel import BaseModel",
    **{name: f"from collections.abc import {name}" for name in ("Mapping", "Sequence")},
    **{name: f"from typing import {name}" for name in ("Any", "Literal", "TypeAlias")},
    **{name: f"from typing_extensions import {name}" for name in ("NotRequired", "TypedDict")},
}


@dataclass
class ModelSource:
    """The classes and other values that modules define.

    :ivar homes: The module of each.
    :ivar imports: An import statement for each name that the modules define or import.
    """

    classes: dict[str, ast.ClassDef] = field(default_factory=dict[str, ast.ClassDef])
    values: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    homes: dict[str, str] = field(default_factory=dict[str, str])
    imports: dict[str, str] = field(default_factory=_IMPORTS.copy)

    def add(self, module: str, text: str) -> None:
        """Add the definitions of a module."""
        for statement in _statements(ast.parse(text).body):
            match statement:
                case ast.ImportFrom(module=source, names=names, level=level):
                    for each in names:
                        self.imports.setdefault(each.name, f"from {'.' * level}{source or ''} import {each.name}")
                    continue
                case ast.ClassDef(name=name):
                    self.classes[name] = statement
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.values[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self.values[name] = value
                case _:
                    continue
            self.homes[name] = module
            self.imports[name] = f"from .{module} import {name}"

    def defined_in(self, module: str) -> list[str]:
        """Return the names that a module defines."""
        return [name for name, home in self.homes.items() if home == module]

    def bases(self, name: str) -> list[str]:
        """Return the bases of a class."""
        return [base.id for base in self.classes[name].bases if isinstance(base, ast.Name)]

    def is_a(self, name: str, base: str) -> bool:
        """Return whether a class is, or derives from, another one."""
        return name == base or (name in self.classes and any(self.is_a(each, base) for each in self.bases(name)))

    def fields(self, name: str) -> Iterator[tuple[str, ast.expr, bool]]:
        """Yield the name and the annotation of each field of a class, and whether it is required."""
        for statement in self.classes[name].body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=field_name), annotation=annotation, value=value) if (
                    field_name[0] != "_"
                ):
                    yield field_name, annotation, _is_required(value)
                case _:
                    pass

    def members(self, name: str) -> list[str]:
        """Return the values of an enumeration."""
        values = (statement.value for statement in self.classes[name].body if isinstance(statement, ast.Assign))
        return [str(value.value) for value in values if isinstance(value, ast.Constant)]


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements and those below ``if TYPE_CHECKING``."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _statements(statement.body)


def _is_required(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):  # of Field
        return not value.args and all(each.arg not in ("default", "default_factory") for each in value.keywords)
    return value is None
