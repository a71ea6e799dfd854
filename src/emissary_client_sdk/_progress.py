"""The progress bar of ``wait``, drawn by tqdm (extra ``progress``)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .models import TrainingJobDetail

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"


@contextmanager
def shown(
    progress: bool,  # it is what the caller said
    on_update: Callable[[TrainingJobDetail], Any] | None,
) -> Generator[Callable[[TrainingJobDetail], Any] | None, None, None]:
    """Show a job's progress while the block runs, if that is asked for; gives what is to be called with the job.

    :raises ImportError: tqdm is not installed.
    """
    if not progress:
        yield on_update
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError('progress=True needs tqdm: pip install "emissary-client-sdk[progress]"') from None

    with tqdm(total=100, bar_format=_FORMAT) as bar:

        def update(job: TrainingJobDetail) -> Any:
            bar.n = job.progress or 0
            bar.set_description_str(str(job.status), refresh=False)
            losses = [point.loss for point in job.training_loss or [] if point.loss is not None]
            if losses:
                bar.set_postfix_str(f"loss {losses[-1]:.4f}", refresh=False)
            bar.refresh()
            return None if on_update is None else on_update(job)

        yield update
