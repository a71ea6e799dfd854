"""The links of the pages lead to files and headings of the repository."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

from .document import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
METHODS = ROOT / "docs" / "sdks" / "trainingjobs" / "README.md"
_HTML_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_HTML_ANCHOR = re.compile(r'(?:id|name)="([^"]*)"')


@cache
def links_and_anchors(path: Path) -> tuple[list[str], set[str]]:
    """Return the links of a page and the anchors of its headings, as GitHub names them."""
    links: list[str] = []
    anchors: set[str] = set()
    seen: Counter[str] = Counter()
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    for before, token in zip([None, *tokens], tokens, strict=False):
        for node in [token, *(token.children or [])]:
            if node.type in ("html_block", "html_inline"):
                links += _HTML_LINK.findall(node.content)
                anchors |= set(_HTML_ANCHOR.findall(node.content))
            elif node.type in ("link_open", "image"):
                links.append(str(node.attrGet("href") or node.attrGet("src")))
        if before is not None and before.type == "heading_open":
            text = "".join(child.content for child in token.children or [])
            slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return links, anchors


def is_broken(path: Path, link: str) -> bool:
    """Return whether a relative link of a page does not lead to a file, or its anchor to no heading there."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    exists = target.is_relative_to(ROOT) and target.exists()
    return not exists or bool(parts.fragment and unquote(parts.fragment) not in links_and_anchors(target)[1])


def test_relative_links() -> None:
    """Each leads to a file, and its anchor to a heading there."""
    links = [(path, link) for path in PAGES for link in links_and_anchors(path)[0]]
    assert len(links) > 400
    assert [(path.relative_to(ROOT), link) for path, link in links if is_broken(path, link)] == []


def test_links_of_earlier_releases() -> None:
    """The page of the training jobs keeps the links that users know, and none has an empty name."""
    links = links_and_anchors(METHODS)[0]
    models = ["createtrainingjobrequestbody", "trainingjobsummary", "trainingjobdetail", "trainingjobcheckpoint"]
    assert {f"../../models/{name}.md" for name in [*models, "utils/retryconfig"]} <= set(links)
    assert {f"#{name}" for name in ("create", "list", "retrieve", "delete", "cancel", "list_checkpoints")} <= set(links)
    assert not [empty for empty in links if empty.endswith("/.md")]
