"""The generated pages, and the pages with a generated region."""

import re
from functools import cache
from pathlib import Path

from emissary_client_sdk import errors

from .markdown import page, table
from .modelpages import model_pages
from .resourcepages import resource_pages, resources
from .source import docstring

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_RESOURCES = "The attributes of `EmissaryClient` and their methods."
_REGION = re.compile(r"(<!-- begin (\w+): python -m docs\.generate -->\n).*?(<!-- end -->)", re.DOTALL)


@cache
def pages() -> dict[Path, str]:
    """Return the text of every generated page, and of every page with a generated region."""
    found = {DOCS / "sdks" / path: text for path, text in resource_pages().items()}
    found[DOCS / "sdks" / "README.md"] = page("# Resources", _RESOURCES, _resource_table(""))
    found[DOCS / "reference" / "errors.md"] = _error_reference()
    found |= {DOCS / "models" / path: text for path, text in model_pages().items()}
    for path in [*ROOT.glob("*.md"), *DOCS.glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        if _REGION.search(text):
            found[path] = _with_regions(text, "docs/" if path.parent == ROOT else "")
    return found


def stale() -> list[Path]:
    """Return generated pages that no longer belong to anything."""
    generated = pages()
    return [path for name in ("sdks", "models") for path in (DOCS / name).rglob("*.md") if path not in generated]


def _with_regions(text: str, to_docs: str) -> str:
    regions = {"resources": _resource_table(f"{to_docs}sdks/"), "errors": _error_tree()}
    return _REGION.sub(lambda region: f"{region[1]}\n{regions[region[2]]}\n\n{region[3]}", text)


def _resource_table(to_sdks: str) -> str:
    rows = [
        [
            f"[`client.{each.attribute}`]({to_sdks}{each.page})",
            docstring(each.cls).summary.rstrip("."),
            ", ".join(f"`{name}`" for name in each.methods),
        ]
        for each in resources()
        if each.methods
    ]
    return table(("Resource", "Content", "Methods"), rows)


def _error_tree() -> str:
    """Return the tree that the module of the errors draws at its top."""
    _, _, drawing = (errors.__doc__ or "").partition("::\n\n")
    lines = [line[4:] for line in drawing.split("\n\n")[0].splitlines()]
    return "\n".join(["```text", *(line.rstrip() for line in lines), "```"])


def _error_reference() -> str:
    """Return the page that mkdocstrings fills with the docstrings of the errors, in the order of the tree."""
    names = re.findall(r"^[│├└─ ]*(\w+)", _error_tree().removeprefix("```text"), re.MULTILINE)
    entries = (f"::: emissary_client_sdk.errors.{name}" for name in names)
    return page("# errors", "These names are in `emissary_client_sdk.errors`.", *entries)
