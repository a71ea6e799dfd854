"""Progress bars of tqdm (extra ``progress``): on a terminal and in a notebook; lines of text anywhere else."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, closing, contextmanager
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO

from .._extras import missing_extra
from .text import figure, last_loss, percent, progress_of, size, text, title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeAlias

    OnUpdate: TypeAlias = Callable[[Any], Any] | None
    Tick: TypeAlias = Callable[[], None] | None

_INTERVAL = 10.0  # seconds between two lines that report only progress
_WITH_BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
_WITHOUT_BAR = "{desc}: {elapsed}{postfix}"


class Meter(Protocol):
    """The part of a tqdm bar that downloads, uploads and batches use."""

    total: float | None
    n: float
    initial: float

    def update(self, n: float = 1) -> object:
        """Add to the amount."""

    def refresh(self) -> object:
        """Show the present state."""


@contextmanager
def report_progress(progress: bool, on_update: OnUpdate) -> Generator[tuple[OnUpdate, Tick]]:
    """Show the status of a training job, deployment or engine during the block.

    Yields a function to call with each new state, and one to call every second, if any.

    :raises ImportError: tqdm is not installed.
    """
    if not progress:
        yield on_update, None
        return
    bar_class = _bar_class()
    if bar_class is None:
        with closing(Lines()) as lines:
            yield _reporter(lines.report, on_update), None
        return
    with bar_class(total=100, desc="Waiting", bar_format=_WITHOUT_BAR, dynamic_ncols=True) as bar:

        def show(model: Any) -> None:
            loss = last_loss(model)
            bar.bar_format = _WITH_BAR if progress_of(model) else _WITHOUT_BAR
            bar.n = percent(model)
            bar.set_description_str(f"{title_of(model, 24)} {_status(model)}".rstrip(), refresh=False)
            bar.set_postfix_str("" if loss is None else f"loss {figure(loss)}", refresh=False)
            bar.refresh()

        # Without a tick the elapsed time would change only when the model does.
        yield _reporter(show, on_update), bar.refresh


@contextmanager
def report_several(progress: bool, count: int, on_update: OnUpdate) -> Generator[list[OnUpdate]]:
    """Show the status of several models during the block, one below the other.

    Yields a function for each of them, to call with each new state. ``on_update`` is called with one at a time.

    :raises ImportError: tqdm is not installed.
    """
    lock = Lock()

    def update(model: Any) -> Any:
        with lock:  # there is a thread for each model
            return None if on_update is None else on_update(model)

    with ExitStack() as bars:
        yield [bars.enter_context(report_progress(progress, update))[0] for _ in range(count)]


def _reporter(show: Callable[[Any], None], on_update: OnUpdate) -> Callable[[Any], Any]:
    def report(model: Any) -> Any:
        show(model)
        return None if on_update is None else on_update(model)

    return report


@contextmanager
def count_progress(
    progress: bool, name: str, total: int | None = None, *, unit: Literal["B", "it"] = "it"
) -> Generator[Meter | None]:
    """Show a number of finished calls or, with the unit "B", of transferred bytes during the block.

    Yields None without ``progress``.

    :raises ImportError: tqdm is not installed.
    """
    is_size = unit == "B"
    if not progress:
        yield None
    elif (bar_class := _bar_class()) is not None:
        with bar_class(desc=text(name, 40), total=total, dynamic_ncols=True, unit=unit, unit_scale=is_size) as bar:
            yield bar
    else:
        amount = size if is_size else "{:,.0f}".format
        with closing(LineMeter(text(name, 40), total, amount)) as meter:
            yield meter


def require_tqdm() -> Any:
    """Return the class of tqdm for terminals.

    :raises ImportError: tqdm is not installed.
    """
    try:
        from tqdm import tqdm
    except ImportError:
        raise ImportError(missing_extra("progress=True", "tqdm", "progress")) from None
    return tqdm


def _bar_class() -> Any:
    """Return the class of tqdm for the present output, or None if lines of text suit it better.

    ``tqdm.auto`` would warn in a notebook without ipywidgets, and its bar would repeat there.
    """
    # Required for lines as well: whether a program runs must not depend on where its output goes.
    tqdm = require_tqdm()
    if not _is_notebook():
        return tqdm if _is_terminal(sys.stderr) else None
    from tqdm import notebook

    return None if getattr(notebook, "IProgress", None) is None else notebook.tqdm  # None without ipywidgets


def _is_terminal(stream: TextIO | None) -> bool:
    if stream is None or not stream.isatty():
        return False
    try:
        return os.get_terminal_size(stream.fileno()).lines > 0  # tqdm shows nothing on a terminal without a size
    except OSError:
        return True


def _is_notebook() -> bool:
    find: Callable[[], Any] = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)
    return hasattr(find(), "kernel")


def _status(model: Any) -> str:
    return text(getattr(model, "status", None) or "", 20)


class Lines:
    """Progress as lines: one for each new status, and at most one every ten seconds between them."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        # A notebook shows standard error like an error. A program may have neither stream.
        self._stream: TextIO | None = sys.stdout if _is_notebook() else sys.stderr
        self._clock = clock
        self._start = clock()
        self._status = self._state = ""
        self._next = self._start
        self._pending = ""

    def report(self, model: Any) -> None:
        """Report the state of a model."""
        status, loss = _status(model), last_loss(model)
        state = " ".join(filter(None, [status, progress_of(model)]))
        parts = [state, "" if loss is None else f"loss {figure(loss)}"]
        self.show(f"{title_of(model, 60)}: {', '.join(filter(None, parts))}", status, state)

    def show(self, words: str, status: str, state: str) -> None:
        """Write a line for a new status, and keep one for a new state until it is time."""
        if state == self._state:
            return
        self._state = state
        now = self._clock()
        seconds = int(now - self._start)
        self._pending = f"{words} [{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}]"
        if status != self._status or now >= self._next:
            self._status = status
            self._next = now + _INTERVAL
            self.close()

    def close(self) -> None:
        """Write the pending line."""
        if self._pending and self._stream is not None:
            self._stream.write(f"{self._pending}\n")
            self._stream.flush()
        self._pending = ""


class LineMeter(Lines):
    """A ``Meter`` that writes lines."""

    def __init__(self, name: str, total: float | None, amount: Callable[[float], str]) -> None:
        super().__init__()
        self.total = total
        self.n = self.initial = 0.0
        self._name = name
        self._amount = amount

    def update(self, n: float = 1) -> None:
        """Add to the amount."""
        self.n += n
        self.refresh()

    def refresh(self) -> None:
        """Show the present state, if it is time for another line."""
        shown = self._amount(self.n)
        if self.total:
            shown += f" of {self._amount(self.total)} ({100 * self.n / self.total:.0f}%)"
        self.show(f"{self._name}: {shown}", "", shown)
