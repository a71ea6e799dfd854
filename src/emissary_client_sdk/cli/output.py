"""Results on standard output: tables for people, JSON for programs."""

import json
import sys
import time
from datetime import datetime, timezone
from typing import Any

from .._plaintext import printable


def write_json(value: Any, *, indent: int | None = 2) -> None:
    """Write one document. It is ASCII, so that it is the same in every encoding."""
    sys.stdout.write(json.dumps(value, default=json_value, indent=indent, allow_nan=False) + "\n")
    sys.stdout.flush()


def json_value(model: Any) -> Any:
    """Return a model as JSON has it: the fields that the platform sent, and null for NaN."""
    return json.loads(model.model_dump_json(exclude_unset=True))


def write_line(line: str) -> None:
    """Write a line for people."""
    sys.stdout.write(printable(line) + "\n")


def write_lines(text: object) -> None:
    """Write the text of an object, such as a model, in as many lines as it has."""
    for line in str(text).splitlines():
        write_line(line)


def has_bar(*, quiet: bool) -> bool:
    """Return whether to show a progress bar."""
    return not quiet and sys.stderr.isatty()


def age(created_at: float | None) -> str:
    """Return how long ago something was created, in its largest unit; empty if that is unknown."""
    now = time.time()
    if created_at is None or created_at > now + 86400:
        return ""
    seconds = max(now - created_at, 0)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"


def local_time(timestamp: float) -> str:
    """Return a time in the zone of this machine, with the zone; empty if it is out of range."""
    try:
        local = datetime.fromtimestamp(timestamp, timezone.utc).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    zone = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} " + ("UTC" if zone == "+0000" else f"{zone[:3]}:{zone[3:]}")
