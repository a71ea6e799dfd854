"""The display of ``emissary run``: live on a terminal, a line for each change in a log."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from .._plaintext import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import ConsoleOptions, RenderableType, RenderResult
    from typing_extensions import Self

    import emissary_client_sdk as sdk

_ECHO = 2  # columns for the terminal's echo of Ctrl-C, which must not wrap: rich would leave a copy of the first line


class _Progress(Progress):
    def get_renderable(self) -> RenderableType:
        return _Narrowed(super().get_renderable())


class _Narrowed:
    def __init__(self, content: RenderableType) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        return console.render(self._content, options.update_width(options.max_width - _ECHO))


class RunDisplay:
    """Shows one step after the other.

    :param note: Writes a line into a log.
    """

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._shown = ""
        self._task = TaskID(0)
        self._live: Progress | None = None
        if sys.stderr.isatty():
            elastic = Column(ratio=1, no_wrap=True, overflow="ellipsis")
            self._live = _Progress(
                SpinnerColumn(finished_text="[green]✓"),
                TextColumn("{task.description}"),
                BarColumn(bar_width=12),
                TextColumn("{task.fields[detail]}", markup=False, table_column=elastic),
                TimeElapsedColumn(),
                console=Console(stderr=True, highlight=False),
                expand=True,
            )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, event: sdk.RunEvent) -> None:
        """Show an event."""
        if self._live is None:
            if event.kind != "started" and str(event) != self._shown:
                self._shown = str(event)
                self._note(one_line(", ".join(filter(None, [self._shown, _loss(event)]))))
            return
        if event.kind == "started":
            self._task = self._live.add_task(event.step, total=None, detail="")
        if event.kind == "created":  # above the live lines, to copy it
            self._live.console.print(f"emissary: {one_line(str(event))}", markup=False)
        self._live.update(self._task, **_fields(event))


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
