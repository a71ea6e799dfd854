"""The display of ``emissary run``: live on a terminal, a line for each change in a log."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from .plaintext import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import ConsoleOptions, RenderableType, RenderResult
    from rich.progress import TaskID
    from typing_extensions import Self


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
        self._step = ""
        self._shown = ""
        self._task: TaskID | None = None
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

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Show a step as running, then as done."""
        self._step = name
        self._shown = ""
        if self._live:
            self._task = self._live.add_task(name, total=None, detail="")
        yield
        if self._live and self._task is not None:
            self._live.update(self._task, total=1, completed=1)

    def show(self, status: str, *, percent: float | None = None, more: str = "") -> None:
        """Show the present status of the step.

        :param percent: Progress, for the bar.
        :param more: Details for the live display; a log has only changes of the status.
        """
        if self._live and self._task is not None:
            detail = one_line(" ".join([status, "" if percent is None else f"{percent:.0f} %", more]))
            self._live.update(self._task, detail=detail, total=None if percent is None else 100, completed=percent)
        elif status != self._shown:
            self._note(f"{self._step}: {status}")
        self._shown = status
