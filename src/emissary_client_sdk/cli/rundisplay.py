"""The display of ``emissary run``: live on a terminal, a line for each change in a log."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.constrain import Constrain
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from .._plaintext import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType

    import emissary_client_sdk as sdk

_ECHO = 2  # columns for the terminal's echo of Ctrl-C, which must not wrap: rich would leave a copy of the first line


class _Progress(Progress):
    def get_renderables(self) -> Iterable[RenderableType]:
        if self.tasks:  # the first call is from the constructor, before there is a console
            yield Constrain(self.make_tasks_table(self.tasks), self.console.width - _ECHO)


class RunDisplay:
    """Shows one step after the other.

    :param note: Writes a line into a log.
    :ivar live: The display on a terminal, to be entered; None in a log.
    """

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._shown = ""
        self._task = TaskID(0)
        self.live: Progress | None = None
        if sys.stderr.isatty():
            elastic = Column(ratio=1, no_wrap=True, overflow="ellipsis")
            self.live = _Progress(
                SpinnerColumn(finished_text="[green]✓"),
                TextColumn("{task.description}"),
                BarColumn(bar_width=12),
                TextColumn("{task.fields[detail]}", markup=False, table_column=elastic),
                TimeElapsedColumn(),
                console=Console(stderr=True, highlight=False),
                expand=True,
            )

    def show(self, event: sdk.RunEvent) -> None:
        """Show an event."""
        if self.live is None:
            if event.kind != "started" and str(event) != self._shown:
                self._shown = str(event)
                self._note(one_line(", ".join(filter(None, [self._shown, _loss(event)]))))
            return
        if event.kind == "started":
            self._task = self.live.add_task(event.step, total=None, detail="")
        if event.kind == "created":  # above the live lines, to copy it
            self.live.console.print(f"emissary: {one_line(str(event))}", markup=False)
        self.live.update(self._task, **_fields(event))


def _fields(event: sdk.RunEvent) -> dict[str, Any]:
    """Return the fields of a line of the live display."""
    percent = "" if event.percent is None else f"{event.percent:.0f} %"
    detail = one_line(" ".join([event.detail, percent, _loss(event)]))
    if event.kind == "finished":
        return {"detail": detail, "total": 1, "completed": 1}
    return {"detail": detail, "total": None if event.percent is None else 100, "completed": event.percent}


def _loss(event: sdk.RunEvent) -> str:
    """Return the first and the last loss of the training."""
    points: list[Any] = getattr(event.value, "training_loss", None) or []
    losses = [f"{point.loss:.4f}" for point in points if point.loss is not None]
    return f"loss {' to '.join([*losses[:1], *losses[1:][-1:]])}" if losses else ""
