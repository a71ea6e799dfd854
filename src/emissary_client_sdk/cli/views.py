"""Views of training jobs that are more than a table."""

import shutil
import sys
from collections.abc import Sequence

from .. import models
from .output import local_time, write_line
from .plaintext import one_line
from .plot import curve

_PLOT_ROWS = 12
_PLOT_COLUMNS = 72
_MARGIN = 14  # columns left of a curve


def show_checkpoints(checkpoints: Sequence[models.TrainingJobCheckpoint]) -> None:
    """Write a table of checkpoints; each link has its own line, to copy it in one piece."""
    if not checkpoints:
        write_line("There are no checkpoints.")
        return
    row = "{:<10}  {:<26}  {}"
    write_line(row.format("CHECKPOINT", "CREATED", "RESULTS"))
    for checkpoint in checkpoints:
        results = checkpoint.test_results and checkpoint.test_results.aggregated_test_result
        shown = ", ".join(f"{name} {value}" for name, value in (results or {}).items())
        created = "" if checkpoint.created_at is None else local_time(checkpoint.created_at)
        write_line(row.format(checkpoint.checkpoint, created, one_line(shown)).rstrip())
        if checkpoint.model_download_url is not None:
            write_line(f"{'':<12}{one_line(checkpoint.model_download_url)}")


def show_loss(job: models.TrainingJobDetail) -> None:
    """Draw the loss of a job."""
    points = [point.loss for point in job.training_loss or []]
    columns = min(shutil.get_terminal_size().columns - _MARGIN, _PLOT_COLUMNS)
    lines = curve(points, max(columns, 8), _PLOT_ROWS, ascii_only=not _can_write("│⠿"))
    if not lines:
        write_line("There is no loss yet.")
        return
    losses = [loss for loss in points if loss is not None]
    write_line(f"Loss of {job.name or job.id}, {job.status}: {len(points)} points, the last is {losses[-1]:.4f}")
    sys.stdout.write("\n".join(lines) + "\n")


def _can_write(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
