"""Values from a server as one safe line of text."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from .. import _plaintext

FORMAT_NAMES = {"csv": "CSV", "jsonl": "JSONL", "json": "JSON array"}
"""Formats of data files."""

LIMIT = 200
"""Maximum number of characters shown of a value."""

_NESTED: tuple[type[Any], ...] = (dict, list, BaseModel)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/\S*")


def text(value: object, limit: int = LIMIT) -> str:
    """Return a value as one line without control characters, surrogates or characters that change its direction."""
    try:
        whole = str(value)
    except ValueError:  # an integer with more digits than Python prints
        return "(a very long number)"
    shown = _plaintext.printable(whole[:limit])
    return f"{shown}…" if len(whole) > limit else shown


def flat(value: Any, depth: int = 3) -> str:
    """Return any JSON value or model on one line: ``key value`` pairs and items, separated by commas."""
    if isinstance(value, str) and _URL.fullmatch(value):
        return place(value)[0]
    if not isinstance(value, _NESTED):
        return text(value)
    if depth == 0:
        return "…"
    items: Any = dict(value) if isinstance(value, BaseModel) else value
    if isinstance(value, list):
        return text(", ".join(flat(item, depth - 1) for item in items[:LIMIT]))
    pairs = [(text(name), item) for name, item in items.items() if item is not None][:LIMIT]
    shown = [(name, flat(item, depth - 1), isinstance(item, _NESTED)) for name, item in pairs]
    return text(", ".join(f"{name} ({item})" if nested else f"{name} {item}" for name, item, nested in shown))


def figure(value: Any) -> str:
    """Return a float rounded to four significant digits, and any other value as it is."""
    return f"{value:.4g}" if isinstance(value, float) else text(value)


def size(count: float) -> str:
    """Return a number of bytes with a decimal unit."""
    for unit, length in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= length:
            return f"{count / length:,.1f} {unit}"
    return f"{count:.0f} B"


def real(value: Any) -> float | None:
    """Return a number as a float, possibly NaN or infinite; None for anything else."""
    try:
        return float(value) if isinstance(value, (int, float)) else None
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def finite(value: Any) -> float | None:
    """Return a finite number as a float; None for anything else."""
    number = real(value)
    return number if number is not None and math.isfinite(number) else None


def moment(stamp: Any) -> tuple[str, datetime | None]:
    """Return UNIX seconds as text and as a datetime; the datetime is None if there is no such moment."""
    if stamp is None:
        return "", None
    try:
        found = datetime.fromtimestamp(stamp, tz=timezone.utc)
    except (ValueError, TypeError, OverflowError, OSError):
        return text(stamp), None
    return f"{found.isoformat(' ', 'seconds').removesuffix('+00:00')} UTC", found


def lapse(since: datetime | None, until: datetime | None) -> str:
    """Return the time between two moments in at most two units; empty if unknown or not positive."""
    if since is None or until is None or until <= since:
        return ""
    seconds = int((until - since).total_seconds())
    for unit, smaller, length, parts in (("d", "h", 86400, 24), ("h", "min", 3600, 60), ("min", "s", 60, 60)):
        if seconds >= length:
            rest = seconds % length * parts // length
            return f"{seconds // length} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds} s"


def place(link: object) -> tuple[str, bool]:
    """Return a URL without its query and user name, and whether a page may link to it unchanged.

    The link of a storage service often carries its signature in the query, and notebooks are files that people
    share: such a link is not displayed, only returned by the model's attribute.
    """
    url = str(link)
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(invalid URL)", False
    host = parts.netloc.rpartition("@")[2]
    shown = f"{parts.scheme}://{host}{parts.path}" if host else text(url.partition("?")[0])
    if parts.query or parts.fragment:
        shown += "?…"
    is_plain = parts.scheme in ("http", "https") and bool(host) and shown == url and url.isprintable()
    return text(shown), is_plain


def title_of(model: Any, limit: int = LIMIT) -> str:
    """Return the name of a model, or else its id or the kind of thing it is."""
    for field in ("name", "model", "id"):
        if found := getattr(model, field, None):
            return text(found, limit)
    number = getattr(model, "checkpoint", None)
    return text(f"{_kind(model)} {'' if number is None else number}".rstrip(), limit)


def _kind(model: object) -> str:
    name = re.sub(r"^Get|^TrainingJob(?=Checkpoint)|FromDeployment.*|Summary|Detail|Object", "", type(model).__name__)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def percent(model: Any) -> float:
    """Return how much of a progress bar is filled, 0 to 100; a finished or ready resource fills it."""
    status = getattr(model, "status", None)
    if getattr(status, "is_success", False):
        return 100
    progress = real(getattr(model, "progress", None))
    return 0 if progress is None or math.isnan(progress) else min(max(progress, 0), 100)


def progress_of(model: Any) -> str:
    """Return the progress as the platform reports it."""
    progress = getattr(model, "progress", None)
    return "" if progress is None else f"{text(progress, 20)}%"


def last_loss(job: Any) -> float | None:
    """Return the latest loss; NaN if the training has diverged."""
    points: list[Any] = getattr(job, "training_loss", None) or []
    losses = (real(getattr(point, "loss", None)) for point in reversed(points))
    return next((loss for loss in losses if loss is not None), None)


def printable(value: object, limit: int = 40) -> str:
    """Return a short text from a file on one line."""
    return text(value, limit)


def quoted(value: object, limit: int = 40) -> str:
    """Return a value in quotes."""
    return f'"{text(value, limit)}"'


def counted(number: int, noun: str) -> str:
    """Return a number and its noun: 1 record, 2 records."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
