"""Fragments of HTML as the tests read them."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

TAGS = {"div", "strong", "span", "table", "tr", "th", "td", "a", "svg", "rect", "path", "g", "text"}
ATTRIBUTES = {
    "style",
    "scope",
    "href",
    "rel",
    "target",
    "role",
    "aria-label",
    "aria-hidden",
    "viewBox",
    "width",
    "height",
    "preserveAspectRatio",
    "fill",
    "fill-opacity",
    "d",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "x",
    "y",
    "text-anchor",
    "font-size",
    "font-family",
}


def checked(fragment: str | None) -> str:
    """Return a fragment after checking that it is well-formed and has no active content."""
    assert fragment is not None
    for element in ET.fromstring(fragment).iter():  # noqa: S314  # our own text
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in TAGS
        assert set(element.keys()) <= ATTRIBUTES
        assert element.get("href", "https://").startswith(("http://", "https://"))
    assert not re.search(r"url\(|@import|src=", re.sub(r">[^<]*<", "><", fragment))
    fragment.encode()
    return fragment


def words(fragment: str | None) -> list[str]:
    """Return the texts of a fragment."""
    return [part.strip() for part in ET.fromstring(checked(fragment)).itertext() if part.strip()]  # noqa: S314


def html_of(value: Any) -> str | None:
    """Return what a notebook shows of an object."""
    html: str | None = value._repr_html_()
    return html
