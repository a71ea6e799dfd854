"""Text on a terminal. What a server sends must neither steer the terminal nor look like more lines of ours."""


def clean(text: str) -> str:
    """Give a text in one line, each of its white space a blank, and without control characters."""
    return printable(" ".join(text.split()))


def printable(line: str) -> str:
    """Give a line without control characters."""
    return "".join(char if char.isprintable() else "�" for char in line)
