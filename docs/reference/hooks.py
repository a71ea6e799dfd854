"""What mkdocs has to know of this repository: its pages outside ``docs``, and all of its models.

The README and its neighbours are written for the repository, and are pages of the site too. Links are translated
from where a page is in the repository to where it is on the site, so that a strict build checks each of them.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]

OUTSIDE = {
    "README.md": "usage.md",
    "USAGE.md": "shortest.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""The pages outside ``docs``, and what each is called on the site."""

MOVED = {**OUTSIDE, "docs/README.md": "index.md"}

SIGNS = {":heavy_check_mark:": "yes", ":heavy_minus_sign:": "no"}
"""What the tables say of required fields, in words: as pictures they would come from another server."""

_LINK = re.compile(r"(\]\()([^)#\s]*)(#[^)\s]*)?(\))")
_FENCE = re.compile(r"^(```|~~~).*?^\1$", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every model into the navigation, and what there is of the pages that are not always there."""
    docs = Path(config.docs_dir)
    nav = {title: part for entry in config.nav or [] for title, part in entry.items()}
    models = sorted(path.relative_to(docs).as_posix() for path in (docs / "models").rglob("*.md"))
    nav["Models"] += [name for name in models if name not in ("models/README.md", nav["Errors"])]
    if (docs / "performance.md").is_file():
        nav["Guide"].append({"Performance": "performance.md"})
    nav["Project"] = [page for page in nav["Project"] if _is_there(*page.values())]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages outside ``docs``."""
    for source, name in OUTSIDE.items():
        if _is_there(name):
            files.append(File.generated(config, name, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # by name
    """Translate a page's links and signs, but for those in its programs."""
    here = page.file.src_uri
    there = next((source for source, name in OUTSIDE.items() if name == here), f"docs/{here}")
    parts: list[str] = []
    end = 0
    for fence in _FENCE.finditer(markdown):
        parts += [_translate(markdown[end : fence.start()], there, here), fence[0]]
        end = fence.end()
    return "".join([*parts, _translate(markdown[end:], there, here)])


def _is_there(name: str) -> bool:
    return any((ROOT / source).is_file() for source, found in OUTSIDE.items() if found == name)


def _translate(text: str, there: str, here: str) -> str:
    def target(link: re.Match[str]) -> str:
        path = link[2]
        if not path or ":" in path:
            return link[0]
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(there), path))
        on_site = MOVED.get(meant, meant.removeprefix("docs/"))
        relative = posixpath.relpath(on_site, posixpath.dirname(here) or ".")
        return f"{link[1]}{relative}{link[3] or ''}{link[4]}"

    for name, sign in SIGNS.items():
        text = text.replace(name, sign)
    return _LINK.sub(target, text)
