"""Results: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import models
from .plot import curve
from .text import clean, printable

T = TypeVar("T")

_COLOURS = {
    "Pending": "yellow",
    "Running": "cyan",
    "Testing": "cyan",
    "Success": "green",
    "Failed": "red",
    "TimedOut": "red",
    "Cancelled": "magenta",
}
_WIDE = 1000  # columns of a file or a pipe, which need not be cut to the width of a terminal
_PLOT_ROWS = 12
_PLOT_COLUMNS = 72
_MARGIN = 14  # columns left of a curve


def write_json(value: Any) -> None:
    """Write one document; it is ASCII, so that it is the same in any encoding."""
    sys.stdout.write(json.dumps(plain(value), indent=2, allow_nan=False) + "\n")


def write_json_line(value: Any) -> None:
    """Write one document in one line, at once."""
    sys.stdout.write(json.dumps(plain(value), allow_nan=False) + "\n")
    sys.stdout.flush()


def plain(value: Any) -> Any:
    """Give models as JSON has them: the fields that the platform sent, and null for NaN, which JSON has not."""
    if isinstance(value, list):
        return [plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if hasattr(value, "model_dump_json"):
        return json.loads(value.model_dump_json(exclude_unset=True))
    return value


def write(found: T, as_json: bool, for_people: Callable[[T], None]) -> None:
    """Write a result for a program, or for people in the way that they are shown it."""
    (write_json if as_json else for_people)(found)


def say(line: str) -> None:
    """Write a line for people."""
    sys.stdout.write(printable(line) + "\n")


def write_jobs(jobs: Sequence[models.TrainingJobSummary]) -> None:
    """Write a table of jobs."""
    if not jobs:
        say("There are no training jobs.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("ID", "STATUS", "DONE", "AGE"):
        table.add_column(name, no_wrap=True)
    for name in ("NAME", "BASE MODEL"):
        table.add_column(name, overflow="fold")
    for job in jobs:
        age = _age(_moment(job, "created_at_datetime"))
        table.add_row(
            _text(job.id), _status(job.status), _percent(job.progress), age, _text(job.name), _text(job.base_model)
        )
    _console().print(table)


def write_job(job: models.TrainingJobDetail) -> None:
    """Write what there is to know of a job, a line for each fact, and its loss."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    losses = [point.loss for point in job.training_loss or [] if point.loss is not None]
    facts = {
        "id": _text(job.id),
        "name": _text(job.name),
        "description": _text(job.description),
        "status": _status(job.status),
        "progress": _percent(job.progress),
        "base model": _text(job.base_model),
        "starts from": _text(job.base_fine_tuned_model),
        "task": _text(job.task_type),
        "technique": _text(job.training_technique),
        "trains on": _dataset(job.train_dataset),
        "tested on": _dataset(job.test_dataset),
        "parameters": _text(", ".join(f"{name}={value}" for name, value in (job.hyper_parameters or {}).items())),
        "loss": _text(f"{losses[-1]:.4f} after {len(losses)} points") if losses else Text(),
        "created": _date(_moment(job, "created_at_datetime")),
        "changed": _date(_moment(job, "updated_at_datetime")),
    }
    for name, value in facts.items():
        if value:
            table.add_row(name, value)
    _console().print(table)


def write_checkpoints(checkpoints: Sequence[models.TrainingJobCheckpoint]) -> None:
    """Write a table of checkpoints; the link of each has a line of its own, so that it can be copied in one piece."""
    if not checkpoints:
        say("There are no checkpoints.")
        return
    row = "{:<10}  {:<16}  {}"
    lines = [row.format("CHECKPOINT", "CREATED", "RESULTS")]
    for checkpoint in checkpoints:
        results = checkpoint.test_results and checkpoint.test_results.aggregated_test_result
        shown = ", ".join(f"{name} {value}" for name, value in (results or {}).items())
        created = _date(_moment(checkpoint, "created_at_datetime"))
        lines.append(row.format(str(_text(checkpoint.checkpoint)), str(created), clean(shown)).rstrip())
        if checkpoint.model_download_url is not None:
            lines.append(f"{'':<12}{clean(checkpoint.model_download_url)}")
    sys.stdout.write("\n".join(lines) + "\n")


def write_loss(job: models.TrainingJobDetail) -> None:
    """Draw the loss of a job."""
    points = [point.loss for point in job.training_loss or []]
    console = _console()
    columns = min(console.width - _MARGIN, _PLOT_COLUMNS)
    lines = curve(points, max(columns, 8), _PLOT_ROWS, ascii_only=not _can_write("│⠿"))
    if not lines:
        say("There is no loss yet.")
        return
    losses = [loss for loss in points if loss is not None]
    say(f"Loss of {job.name or job.id}, {job.status}: {len(points)} points, the last is {losses[-1]:.4f}")
    sys.stdout.write("\n".join(lines) + "\n")


def change_line(change: models.TrainingJobChange) -> str:
    """Put a change into a line."""
    moment = f"{datetime.now():%H:%M:%S}"
    if isinstance(change, models.StatusChanged):
        return f"{moment}  status      {change.status}"
    if isinstance(change, models.ProgressChanged):
        return f"{moment}  progress    {change.progress} %"
    if isinstance(change, models.LossAdded):
        return f"{moment}  loss        {'none' if change.loss.loss is None else f'{change.loss.loss:.4f}'}"
    return f"{moment}  checkpoint  {change.checkpoint.checkpoint}  {change.checkpoint.model_download_url}"


def change_json(change: models.TrainingJobChange) -> dict[str, Any]:
    """Give a change as JSON has it: what changed, by its ``type``, and the job's id."""
    about = {"job": change.job.id}
    if isinstance(change, models.StatusChanged):
        return {"type": "status", **about, "previous": change.previous, "status": change.status}
    if isinstance(change, models.ProgressChanged):
        return {"type": "progress", **about, "previous": change.previous, "progress": change.progress}
    if isinstance(change, models.LossAdded):
        return {"type": "loss", **about, "loss": change.loss}
    return {"type": "checkpoint", **about, "checkpoint": change.checkpoint}


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_WIDE)


def _can_write(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _text(value: object) -> Text:
    return Text("" if value is None else clean(str(value)))


def _status(status: models.TrainingJobStatus | None) -> Text:
    text = _text(status)
    text.stylize(_COLOURS.get(str(status), ""))
    return text


def _percent(progress: int | None) -> Text:
    return _text(None if progress is None else f"{progress} %")


def _dataset(dataset: models.DatasetSummary | None) -> Text:
    return _text(None if dataset is None else dataset.name or dataset.id)


def _moment(model: object, name: str) -> datetime | None:
    try:
        moment: datetime | None = getattr(model, name)
    except ValueError:  # the platform's number is no moment
        return None
    return moment


def _date(moment: datetime | None) -> Text:
    return _text(None if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}")


def _age(moment: datetime | None) -> Text:
    if moment is None:
        return Text()
    seconds = max((datetime.now(timezone.utc) - moment).total_seconds(), 0)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return Text(f"{int(seconds // length)} {unit}")
    return Text(f"{int(seconds)} s")
