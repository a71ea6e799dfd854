"""The progress of ``wait``: tqdm's bar (extra ``progress``) where something can be drawn, lines of text in a log."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeAlias

    from ..models import TrainingJobDetail

    OnUpdate: TypeAlias = "Callable[[TrainingJobDetail], Any] | None"
    Tick: TypeAlias = "Callable[[], None] | None"

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
_QUIET = 10.0  # seconds between two lines of a log that tell of nothing but progress


@contextmanager
def shown(
    progress: bool,  # it is what the caller said
    on_update: OnUpdate,
) -> Generator[tuple[OnUpdate, Tick]]:
    """Show a job's progress while the block runs, if that is asked for.

    Gives what is to be called with the job when it has changed, and what is to be called every second.

    :raises ImportError: tqdm is not installed.
    """
    if not progress:
        yield on_update, None
        return
    try:
        # For a log too: whether a program runs must not depend on where its output goes.
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError('progress=True needs tqdm: pip install "emissary-client-sdk[progress]"') from None
    from .text import last_loss, number, percent, progress_of, text, title_of

    with ExitStack() as stack:
        if _can_be_drawn_over(sys.stderr):
            bar = stack.enter_context(tqdm(total=100, desc="Waiting", bar_format=_FORMAT, dynamic_ncols=True))
            lines = None
        else:
            bar = None
            lines = Lines(sys.stderr)
            stack.callback(lines.close)

        def update(job: TrainingJobDetail) -> Any:
            status = "" if job.status is None else text(job.status, 20)
            loss = last_loss(job)
            loss_text = "" if loss is None else f"loss {number(loss)}"
            if bar is not None:
                bar.n = percent(job)
                bar.set_description_str(f"{title_of(job, 24)} {status}".rstrip(), refresh=False)
                bar.set_postfix_str(loss_text, refresh=False)
                bar.refresh()
            if lines is not None:
                state = " ".join(filter(None, [status, progress_of(job)]))
                lines.show(f"{title_of(job, 60)}: {', '.join(filter(None, [state, loss_text]))}", status, state)
            return None if on_update is None else on_update(job)

        # The bar shows for how long it has been there; without a tick it would do so only when the job changes.
        yield update, None if bar is None else bar.refresh


def _can_be_drawn_over(stream: TextIO | None) -> bool:
    """Whether a line can be written anew: on a terminal, and in a notebook, whose streams are none."""
    find: Callable[[], Any] = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)
    return hasattr(find(), "kernel") or (stream is not None and stream.isatty())


class Lines:
    """Progress for a log: a line for each new status, and now and then one for what has been done since."""

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._status = self._state = ""
        self._next = self._began
        self._held = ""  # a line that came too soon

    def show(self, words: str, status: str, state: str) -> None:
        """Tell of a job, unless its state is the one told of before."""
        if state == self._state:
            return
        self._state = state
        now = self._clock()
        self._held = f"{words} [{_spent(now - self._began)}]"
        if status != self._status or now >= self._next:
            self._status = status
            self._next = now + _QUIET
            self.close()

    def close(self) -> None:
        """Write what has been held back."""
        if self._held and self._stream is not None:
            self._stream.write(f"{self._held}\n")
            self._stream.flush()
        self._held = ""


def _spent(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
