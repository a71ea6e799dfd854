"""TypedDicts with the fields of the models."""

import ast
from collections.abc import Callable
from copy import deepcopy

from .modelsource import ModelSource

_STATIC = {
    "Integer": "int",
    "Number": "int | float",
    "Timestamp": "int",
    "MappingOf": "Mapping",
    "SequenceOf": "Sequence",
}
"""Types with a validator, and the type that a type checker sees."""


class TypedDicts:
    """The TypedDicts of all request models and of some others, each after those that it mentions.

    :param others: Names of the others.
    :ivar code: The source of each, by the name of its model.
    """

    def __init__(self, source: ModelSource, others: set[str]) -> None:
        self._source = source
        self._others = others
        self.code: dict[str, str] = {}
        for name in [*source.classes, *source.values]:
            if self._has_one(name):
                self._add(name)

    def _has_one(self, name: str) -> bool:
        if name in self._others:
            return True
        if name in self._source.classes:
            return name != "RequestModel" and self._source.is_a(name, "RequestModel")
        value = self._source.values.get(name)
        mentioned = [node.id for node in ast.walk(value) if isinstance(node, ast.Name)] if value else []
        return bool(mentioned) and all(map(self._has_one, mentioned))

    def _add(self, name: str) -> str:
        """Add the TypedDict of a model, or of another name for a model or for a union of them; return its name."""
        is_private = self._source.homes[name].startswith("_") and not name.startswith("_")
        typed_dict = f"{'_' if is_private else ''}{name}TypedDict"
        if name in self.code:
            return typed_dict
        value = self._source.values.get(name)
        if value is None:
            self.code[name] = self._class(typed_dict, name)
        elif isinstance(value, ast.Name) and not self._has_one(value.id):
            self.code[name] = self._class(typed_dict, value.id)
        else:
            kind = "" if isinstance(value, ast.Name) else ": TypeAlias"
            self.code[name] = f"{typed_dict}{kind} = {self._translated(value)}"
        return typed_dict

    def _class(self, typed_dict: str, model: str) -> str:
        bases = [self._add(base) for base in self._source.bases(model) if self._has_fields(base)]
        lines = [f"class {typed_dict}({', '.join(bases or ['TypedDict'])}):"]
        for field, annotation, is_required in self._source.fields(model):
            kind = self._translated(annotation)
            lines.append(f"    {field}: {kind if is_required else f'NotRequired[{kind}]'}")
        return "\n".join(lines if lines[1:] else [*lines, "    pass"])

    def _has_fields(self, name: str) -> bool:
        classes = self._source.classes
        return name in classes and (
            any(self._source.fields(name)) or any(map(self._has_fields, self._source.bases(name)))
        )

    def _translated(self, annotation: ast.expr) -> str:
        """Return an annotation with TypedDicts in the place of models, and any string in that of enumerations."""
        return ast.unparse(_Names(self._translated_name).visit(deepcopy(annotation)))

    def _translated_name(self, name: str) -> str:
        if self._has_one(name):
            return self._add(name)
        if name not in self._source.classes:
            return _STATIC.get(name, name)
        return f"{name}OrStr" if self._source.is_a(name, "OpenEnum") else "dict[str, Any]"


class _Names(ast.NodeTransformer):
    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name that ast calls
        """Return the translated name, or the type in its place."""
        return ast.parse(self._translate(node.id), mode="eval").body
