"""Untrusted text on a terminal: no control characters that could move the cursor or imitate other output."""


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return printable(" ".join(text.split()))


def printable(line: str) -> str:
    """Return a line with its control characters replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
