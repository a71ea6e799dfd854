"""Recognition of texts that look wrong: blank ones, and ones that were decoded wrongly. Normalization of texts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

INVISIBLE: Final = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u3164\ufeff"
_BLANK: Final = re.compile(rf"[\s{INVISIBLE}]*")
_CONTINUED: Final = (
    "\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u201a\u201e\u2020\u2021\u2030\u20ac\u2122"
)
"""Bytes 80 to BF, of which all but the first of a character consist in UTF-8, read as Latin-1 or Windows-1252, but
without the quotes, dashes and dots that follow any letter."""
_MOJIBAKE: Final = re.compile(
    rf"[\xc3\xc5\xd0\xd1][{_CONTINUED}]|\xc2[\x80-\xbf]|\xe2\u20ac|\xe2\u201a\xac|\xf0\u0178|\xef\xbb\xbf|\ufffd"
)
_REMOVED: Final = re.compile(rf"[{INVISIBLE}]")


def is_blank(text: str) -> bool:
    """Return whether a text has nothing but white space and invisible characters."""
    if text.isascii():
        return not text or text.isspace()
    return _BLANK.fullmatch(text) is not None


def is_garbled(text: str) -> bool:
    """Return whether a text has a character that stands for an undecodable one, or UTF-8 read in another encoding."""
    return not text.isascii() and _MOJIBAKE.search(text) is not None


def normalized(text: str) -> str:
    """Return a text without differences of case, white space and compatible characters."""
    if not text.isascii():
        text = _REMOVED.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(text.casefold().split())
