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
    found[DOCS / "sdks" / "README.md"] = page("# Resources", _RESOURCES, _resource_table())
    found[DOCS / "reference" / "errors.md"] = _error_reference()
    found |= {DOCS / "models" / path: text for path, text in model_pages().items()}
    for path in [*ROOT.glob("*.md"), *DOCS.glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        if _REGION.search(text):
            found[path] = _REGION.sub(_region, text)
    return found


def stale() -> list[Path]:
    """Return generated pages that no longer belong to anything."""
    generated = pages()
    return [path for name in ("sdks", "models") for path in (DOCS / name).rglob("*.md") if path not in generated]


def _region(region: re.Match[str]) -> str:
    text = {"guides": _guides, "errors": _error_tree}[region[2]]()
    return f"{region[1]}\n{text}\n\n{region[3]}"


def _guides() -> str:
    """Return the table of the guides in ``docs/index.md``, with links from the root of the repository."""
    _, _, after = (DOCS / "index.md").read_text(encoding="utf-8").partition("## Guides\n\n")
    header, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in after.split("\n\n")[0].splitlines()
    )
    return table(header, [[link.replace("](", "](docs/"), content] for link, content in rows])


def _resource_table() -> str:
    rows = [
        [
            f"[`client.{each.attribute}`]({each.page})",
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
