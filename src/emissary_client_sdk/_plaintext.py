"""Untrusted text on a terminal: no control characters that could move the cursor or imitate other output."""

import sys

_JOINERS = "\u200c\u200d"  # not printable, but part of Persian words and many emoji


def printable(line: str) -> str:
    """Return a line in which a space or the replacement character stands for each character that is not printable."""
    return "".join(map(_printable_character, line))


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return printable(" ".join(text.split()))


def can_print(text: str) -> bool:
    """Return whether standard output has the characters of a text; an old console has few."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _printable_character(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
