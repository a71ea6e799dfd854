"""Docstrings with Sphinx fields, and the strings below attributes, read from the source."""

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

_FIELD = re.compile(r":(\w+)(?: ([^:]+))?:\s*(.*)", re.DOTALL)


@dataclass
class Docstring:
    """A parsed docstring. Its texts are Markdown."""

    summary: str = ""
    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict[str, str])
    returns: str = ""
    raises: dict[str, str] = field(default_factory=dict[str, str])


def docstring(value: Any) -> Docstring:
    """Parse the docstring of an object."""
    text = inspect.cleandoc(value if isinstance(value, str) else inspect.getdoc(value) or "")
    head, *fields = re.split(r"^(?=:\w)", text, flags=re.MULTILINE)
    summary, _, description = head.partition("\n\n")
    parsed = Docstring(_one_line(summary), markdown(description))
    for each in fields:
        kind, name, content = _require_field(each)
        if kind == "param" or kind == "ivar":
            parsed.parameters[name] = _one_line(content)
        elif kind == "returns":
            parsed.returns = _one_line(content)
        elif kind == "raises":
            parsed.raises[name] = _one_line(content)
        else:
            raise ValueError(f"unknown field :{kind}: in the docstring of {value!r}")
    return parsed


def _require_field(text: str) -> tuple[str, str, str]:
    found = _FIELD.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a field of a docstring: {text!r}")
    return found[1], found[2] or "", found[3]


def markdown(text: str) -> str:
    """Return reStructuredText as Markdown: literals, literal blocks and roles."""
    text = re.sub(r"::\n\n((?:    .*\n?|\n)+)", lambda block: _fence(block[1]), text.strip())
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def _fence(block: str) -> str:
    return f":\n\n```text\n{textwrap.dedent(block).strip()}\n```\n"


def _one_line(text: str) -> str:
    return markdown(" ".join(text.split()))


def attribute_docs(cls: type[Any]) -> dict[str, str]:
    """Return the strings below the attributes of a class and of its bases."""
    docs: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("emissary_client_sdk"):
            docs |= _strings_below(inspect.getsource(base))
    return docs


def _strings_below(source: str) -> dict[str, str]:
    body: list[ast.stmt] = ast.parse(textwrap.dedent(source)).body
    if len(body) == 1 and isinstance(body[0], ast.ClassDef):
        body = body[0].body
    docs: dict[str, str] = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = _one_line(inspect.cleandoc(text))
            case _:
                pass
    return docs
