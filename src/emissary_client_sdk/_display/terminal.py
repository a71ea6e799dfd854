"""Models as a few aligned lines of text, for ``print``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .curve import losses_of, sparkline
from .page import checkpoint_title, results_of
from .text import last_loss, moment, number, place, progress_of, rows_of, text, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..models._trainingjob import TrainingJob
    from ..models.trainingjobcheckpoint import TrainingJobCheckpoint


def job_text(job: TrainingJob) -> str:
    """Show one job."""
    status = "" if job.status is None else text(job.status, 40)
    rows = [("status", " ".join(filter(None, [status, progress_of(job)]))), *rows_of(job), ("loss", _loss(job))]
    return _lines(title_of(job), rows)


def checkpoint_text(checkpoint: TrainingJobCheckpoint) -> str:
    """Show one checkpoint."""
    links = (checkpoint.model_download_url, getattr(checkpoint.test_results, "general_test_result", None))
    model, results = ("" if link is None else place(link)[0] for link in links)
    rows = [
        ("created", moment(checkpoint, "created_at")[0]),
        ("model", model),
        ("test results", results),
        *((text(name, 24), text(value)) for name, value in results_of(checkpoint).items()),
    ]
    return _lines(checkpoint_title(checkpoint), rows)


def _loss(job: TrainingJob) -> str:
    last = last_loss(job)
    if last is None:
        return ""
    drawn = sparkline(losses_of(job))
    try:
        drawn.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:  # an old console: better no curve than a print that fails
        drawn = ""
    return f"{number(last)}  {drawn}".rstrip()


def _lines(title: str, rows: Iterable[tuple[str, str]]) -> str:
    shown = [(label, value) for label, value in rows if value]
    width = max((len(label) for label, _ in shown), default=0)
    return "\n".join([title, *(f"  {label:<{width}}  {value}" for label, value in shown)])
