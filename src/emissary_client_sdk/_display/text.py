"""Values as one line of text that can do no harm to a terminal or a page, in words a person reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pydantic import BaseModel

    from ..models._trainingjob import TrainingJob

LIMIT = 200
"""How many characters of a value are shown."""
_JOINERS = "\u200c\u200d"  # they are not printable, but Persian words and many emoji are made with them


def text(value: object, limit: int = LIMIT) -> str:
    """Give a value as one line: no control character, no surrogate, nothing that turns the text's direction."""
    try:
        whole = str(value)
    except ValueError:  # an integer with more digits than Python prints
        return "(a very long number)"
    shown = "".join(map(_shown, whole[:limit]))
    return f"{shown}…" if len(whole) > limit else shown


def _shown(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"


def number(value: float) -> str:
    """Give a loss with four digits that say something."""
    return f"{value:.4g}"


def real(value: Any) -> float | None:
    """Give a value as a float, NaN and the infinities too; None for what is no number."""
    try:
        return float(value) if isinstance(value, (int, float)) else None
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def moment(model: BaseModel, field: str) -> tuple[str, datetime | None]:
    """Give one of a model's timestamps in words, and as a datetime where it is one; no words where there is none."""
    stamp = getattr(model, field)
    if stamp is None:
        return "", None
    try:
        found: datetime = getattr(model, f"{field}_datetime")
    except (ValueError, TypeError):  # no moment, or a model that was made without checks
        return text(stamp), None
    return f"{found.isoformat(' ', 'seconds').removesuffix('+00:00')} UTC", found


def lapse(since: datetime | None, until: datetime | None) -> str:
    """Say how much later one moment is than another; nothing where that is unknown or not so."""
    if since is None or until is None or until <= since:
        return ""
    seconds = int((until - since).total_seconds())
    for unit, smaller, size, parts in (("d", "h", 86400, 24), ("h", "min", 3600, 60), ("min", "s", 60, 60)):
        if seconds >= size:
            rest = seconds % size * parts // size
            return f"{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds} s"


def percent(job: TrainingJob) -> float:
    """Give how much of a bar is filled, 0 to 100; a job that has succeeded is done, whatever else it says."""
    if job.status == "Success":
        return 100
    progress = real(job.progress)
    return 0 if progress is None or math.isnan(progress) else min(max(progress, 0), 100)


def progress_of(job: TrainingJob) -> str:
    """Give a job's progress as the platform has it."""
    return "" if job.progress is None else f"{text(job.progress, 20)}%"


def title_of(job: TrainingJob, limit: int = LIMIT) -> str:
    """Give a job's name, or what else tells it from others."""
    return text(job.name or job.id or "training job", limit)


def last_loss(job: TrainingJob) -> float | None:
    """Give the latest loss there is; NaN where the training has diverged."""
    points: list[Any] = getattr(job, "training_loss", None) or []
    losses = (real(getattr(point, "loss", None)) for point in reversed(points))
    return next((loss for loss in losses if loss is not None), None)


def place(link: object) -> tuple[str, bool]:
    """Give a URL without what may be a secret in it, and whether a page may link to it as it is.

    A link to a storage service often carries its signature in the query, and a notebook is a file that people
    share: such a link stays in the model, where ``model_download_url`` gives it.
    """
    url = str(link)
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(no URL)", False
    host = parts.netloc.rpartition("@")[2]
    shown = f"{parts.scheme}://{host}{parts.path}" if host else text(url.partition("?")[0])
    if parts.query or parts.fragment:
        shown += "?…"
    is_plain = parts.scheme in ("http", "https") and bool(host) and shown == url and url.isprintable()
    return text(shown), is_plain


def rows_of(job: TrainingJob) -> Iterator[tuple[str, str]]:
    """Give what there is to say of a job besides its name, its status and its curve: labels and texts."""
    earlier = job.base_fine_tuned_model
    if earlier is not None and job.base_fine_tuned_model_checkpoint is not None:
        earlier = f"{text(earlier)}, checkpoint {text(job.base_fine_tuned_model_checkpoint)}"
    functions = job.test_functions
    rewards = job.reward
    created, began = moment(job, "created_at")
    updated, changed = moment(job, "updated_at")
    later = lapse(began, changed)
    rows: list[tuple[str, object]] = [
        ("id", job.id),
        ("description", getattr(job, "description", None)),
        ("base model", job.base_model),
        ("trained from", earlier),
        ("task", job.task_type),
        ("technique", job.training_technique),
        ("trained on", getattr(job, "train_dataset_name", None) or _dataset(getattr(job, "train_dataset", None))),
        ("tested on", _dataset(getattr(job, "test_dataset", None))),
        ("tests", ", ".join(map(text, functions)) if functions else None),
        ("rewards", pairs(rewards) if rewards else None),
        ("created by", job.created_by),
        ("created", created),
        ("updated", f"{updated}, {later} later" if later else updated if updated != created else ""),
    ]
    for label, value in rows:
        if value not in (None, ""):
            yield label, text(value)


def pairs(values: dict[str, Any]) -> str:
    """Give names and their values on one line."""
    few = list(values.items())[:LIMIT]
    return ", ".join(f"{text(name)} {text(value)}" for name, value in few)


def _dataset(dataset: Any) -> object:
    return getattr(dataset, "name", None) or getattr(dataset, "id", None)
