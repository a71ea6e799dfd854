"""Tables: the newest models of a list, names and values, numbers as bars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from .curve import curve_of
from .fields import FIELDS, progress_bar, results_of, scores_of, status_of
from .text import figure, finite, flat, text, title_of
from .values import Bar, Name, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROWS = 100
"""Maximum number of rows in a table."""

_COLUMNS = (
    "type",
    "base_model",
    "support_task",
    "server_type",
    "support_serverless",
    "deployment_counts",
    "is_uploaded",
    "dependencies",
    "created_at",
)
_METRICS = 8  # maximum number of columns for the test results of checkpoints


def table_of(models: Sequence[Any], limit: int = ROWS, heading: str = "") -> Table | None:
    """Return a table of the newest models, or None for an empty list and for a list of anything else.

    An exception may take the place of a model.
    """
    if not models or not all(isinstance(model, (BaseModel, Exception)) for model in models):
        return None
    newest, note = _newest(models, limit)
    metrics = list(dict.fromkeys(name for model in newest for name in list(results_of(model))[:_METRICS]))[:_METRICS]
    rows = [list(_cells(model, metrics)) for model in newest]
    used = [index for index in range(len(rows[0])) if any(row[index][1] for row in rows)]
    header = [rows[0][index][0] for index in used]
    return Table(heading, header, [[row[index][1] for index in used] for row in rows], note) if used else None


def _newest(models: Sequence[Any], limit: int) -> tuple[list[Any], str]:
    """Return the newest models in the order of the list, and a note about the others."""
    left = len(models) - limit
    if left <= 0:
        return list(models), ""
    created = [finite(getattr(model, "created_at", None)) for model in models]
    ages = [-math.inf if stamp is None else stamp for stamp in created]
    kept = sorted(sorted(range(len(models)), key=ages.__getitem__)[left:])
    which = "older" if max(ages) > -math.inf else "earlier"
    return [models[index] for index in kept], f"{left} {which} not shown"


def _cells(model: Any, metrics: list[str]) -> Iterator[tuple[str, Value]]:
    """Yield a label and a value for each possible column; the table omits columns without a value."""
    yield "name", _name(model)
    yield "checkpoint", FIELDS["checkpoint"].of(model, "checkpoint")
    yield "status", status_of(model) or ""
    yield "progress", progress_bar(model) if getattr(model, "progress", None) is not None else ""
    for field in _COLUMNS:
        yield FIELDS[field].label, FIELDS[field].of(model, field)
    yield "loss", curve_of(model) or ""
    results = results_of(model)
    for metric in metrics:
        yield text(metric, 24), flat(results.get(metric, ""))
    yield "model", FIELDS["model_download_url"].of(model, "model_download_url")
    label, score = _best(next(iter(getattr(model, "data", None) or []), None))
    yield "label", label
    yield "score", score
    yield "error", text(f"{type(model).__name__}: {model}") if isinstance(model, Exception) else ""


def _name(model: Any) -> Value:
    if not isinstance(model, BaseModel) or "name" not in type(model).model_fields:
        return ""
    has_both = getattr(model, "name", None) and getattr(model, "id", None)
    return Name(title_of(model, 80), text(getattr(model, "id", ""), 60) if has_both else "")


def _best(entry: Any) -> tuple[Value, Value]:
    """Return the label with the largest score in an entry of a classification, and the score."""
    scores = scores_of(entry)
    if isinstance(scores, dict):
        label, score = next((table.rows[0] for table in bars("", scores)), ["", ""])
        return label, score
    return "", "" if scores is None else figure(scores)  # a regression has one number


def pairs(heading: str, values: Mapping[str, Any] | None) -> list[Table]:
    """Return a table of names and their values, if there are any."""
    if not values:
        return []
    rows: list[list[Value]] = [[text(name), flat(value)] for name, value in list(values.items())[:ROWS]]
    return [Table(heading, [], rows, rest(len(values)))]


def bars(heading: str, values: Mapping[str, Any] | None) -> list[Table]:
    """Return a table of names and their numbers as bars, the largest first, if there are any."""
    if not values:
        return []
    numbers = [number for value in values.values() if (number := finite(value)) is not None]
    low, high = min([0.0, *numbers]), max([1.0, *numbers])
    ranked = sorted(values.items(), key=_largest_first)[:ROWS]
    return [Table(heading, [], [[text(name), Bar(value, low, high)] for name, value in ranked], rest(len(values)))]


def _largest_first(item: tuple[str, Any]) -> float:
    number = finite(item[1])
    return math.inf if number is None else -number


def rest(count: int, limit: int = ROWS) -> str:
    """Return the note below a table or text that ends early."""
    return f"and {count - limit} more" if count > limit else ""
