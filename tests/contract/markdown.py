"""Markdown pages as data: headings, links, tables and blocks of code."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from typing_extensions import override

from .document import ROOT

REQUIRED = {":heavy_check_mark:": True, ":heavy_minus_sign:": False}


@dataclass
class Table:
    """A table, with the headings that it stands under, outermost first."""

    headings: tuple[str, ...]
    rows: list[list[str]] = field(default_factory=list[list[str]])
    """The cells' text, without the row of headers."""

    def required(self) -> dict[str, bool]:
        """For a table of parameters or fields: which of them are required, in the table's order."""
        return {row[0]: REQUIRED[row[2]] for row in self.rows}


@dataclass
class Code:
    """A fenced block."""

    headings: tuple[str, ...]
    language: str
    text: str


@dataclass
class Page:
    """What a page consists of."""

    anchors: set[str] = field(default_factory=set[str])
    headings: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    links: list[str] = field(default_factory=list[str])
    tables: list[Table] = field(default_factory=list[Table])
    code: list[Code] = field(default_factory=list[Code])
    text: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    """The running text under each heading."""

    def table(self, *headings: str) -> Table:
        """Give the one table under these headings; the page's title is left out."""
        (found,) = (table for table in self.tables if table.headings[1:] == headings)
        return found


class _Html(HTMLParser):
    """Takes the links and the anchors out of HTML in a page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is not None and name in ("href", "src"):
                self._page.links.append(value)
            elif value is not None and (name == "id" or (tag == "a" and name == "name")):
                self._page.anchors.add(value)


def _plain(token: Token) -> str:
    children = token.children or []
    return "".join(" " if child.type == "softbreak" else child.content for child in children)


def _slug(heading: str) -> str:
    """Name a heading's anchor as GitHub does."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _links(token: Token, page: Page) -> None:
    for child in token.children or []:
        link = child.attrGet({"link_open": "href", "image": "src"}.get(child.type, ""))
        if isinstance(link, str):
            page.links.append(link)
        elif child.type == "html_inline":
            _Html(page).feed(child.content)


@cache
def read(path: Path) -> Page:
    """Read a page."""
    page = Page()
    seen: Counter[str] = Counter()
    under: tuple[str, ...] = ()
    heading_level = 0
    in_body = False
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        if token.type == "heading_open":
            heading_level = int(token.tag[1:])
        elif token.type == "heading_close":
            heading_level = 0
        elif token.type == "table_open":
            page.tables.append(Table(under))
        elif token.type in ("tbody_open", "tbody_close"):
            in_body = token.type == "tbody_open"
        elif token.type == "tr_open" and in_body:
            page.tables[-1].rows.append([])
        elif token.type == "fence":
            page.code.append(Code(under, token.info, token.content))
        elif token.type == "html_block":
            _Html(page).feed(token.content)
        elif token.type == "inline":
            _links(token, page)
            text = _plain(token)
            if heading_level:
                under = (*under[: heading_level - 1], text)
                page.headings.append(under)
                slug = _slug(text)
                page.anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
                seen[slug] += 1
            elif in_body:
                page.tables[-1].rows[-1].append(text)
            else:
                page.text[under] = f"{page.text.get(under, '')} {text}".strip()
    return page


def pages() -> list[Path]:
    """List the pages of the repository."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def page_id(path: Path) -> str:
    """Name a page in a test's id."""
    return path.relative_to(ROOT).as_posix()
