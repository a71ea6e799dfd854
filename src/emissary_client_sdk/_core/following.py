"""Following a training job to its end, as flows on top of single calls."""

from __future__ import annotations

from inspect import isawaitable
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..errors import (
    NoResponseError,
    SDKError,
    TrainingJobCancelled,
    TrainingJobEndedError,
    TrainingJobFailed,
    TrainingJobTimedOut,
    WaitTimeoutError,
)
from ..models.changes import CheckpointAdded, LossAdded, ProgressChanged, StatusChanged
from ..types.unset import Unset
from ..utils.checks import require_timeout
from ..utils.retries import FailureKind
from .exchange import exchange
from .failures import kind_of
from .flow import Emit, EmittingFlow, Flow, Resolve, Wait
from .request import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ..models import TrainingJobCheckpoint, TrainingJobDetail, TrainingJobStatus
    from ..sdkconfiguration import SDKConfiguration
    from .operation import Operation

T = TypeVar("T")

_GROWTH = 1.1  # from poll to poll: a job of hours is asked for less and less often
_LARGEST_GROWTH = 6.0  # times the first interval
_JITTER = 0.1  # of the interval, so that many waits do not ask in step
_TICK = 1.0  # seconds
_PATIENCE = 1800.0  # seconds without any answer; a deployment passes in that time, a server that is gone does not


class Following(NamedTuple):
    """Who is followed, and how."""

    config: SDKConfiguration
    client: Any
    ids: dict[str, str]
    options: Options  # of a call that no poll repeats
    poll_options: Options
    poll_interval: float  # seconds
    total_timeout: float | None  # seconds


def following(
    config: SDKConfiguration,
    client: Any,
    ids: dict[str, str],
    options: Options,
    poll_interval_ms: float,
    total_timeout_ms: float | None,
) -> Following:
    """Check the settings of a wait or a watch.

    :raises TypeError: an interval is no number.
    :raises ValueError: an interval is not above zero, or not finite.
    """
    total = None if total_timeout_ms is None else require_timeout(total_timeout_ms, "total_timeout_ms")
    interval = require_timeout(poll_interval_ms, "poll_interval_ms")
    poll_options = options
    if isinstance(options.retries, Unset):
        # The next poll is the retry; a caller's own configuration is obeyed all the same.
        poll_options = Options(None, options.server_url, options.timeout_ms, options.http_headers)
    return Following(config, client, ids, options, poll_options, interval, total)


def poll(
    follow: Following,
    retrieve: Operation[TrainingJobDetail],
    handle: Callable[[TrainingJobDetail], Generator[Any, Any, None]],
    *,
    clock: Callable[[], float] = monotonic,
    random: Callable[[], float] | None = None,
    tick: Callable[[], None] | None = None,
) -> Generator[Any, Any, TrainingJobDetail]:
    """Ask for a job again and again until it has ended, and give it as it is then.

    :param handle: a flow for each state of the job that differs from the one before.
    :param tick: called every second of a pause.
    :raises WaitTimeoutError: the total timeout has passed.
    :raises SDKError: an answer that another poll would only repeat, such as a 401 or a 404.
    """
    if random is None:
        import random as source

        random = source.random
    last_answer = began = clock()
    deadline = None if follow.total_timeout is None else began + follow.total_timeout
    interval = follow.poll_interval
    last: TrainingJobDetail | None = None
    while True:
        wait = interval * (1 + _JITTER * (2 * random() - 1))
        interval = min(interval * _GROWTH, follow.poll_interval * _LARGEST_GROWTH)
        trouble: Exception | None = None
        try:
            job = yield from ask(follow, retrieve, follow.poll_options, clock=clock, random=random, deadline=deadline)
        except (SDKError, NoResponseError) as error:
            if not _may_pass(error) or clock() - last_answer > _PATIENCE:
                raise
            trouble = error
            wait = max(wait, getattr(error, "retry_after", None) or 0.0)
        else:
            last_answer = clock()
            if job != last:
                last = job
                yield from handle(job)
            if job.status is not None and job.status.is_terminal:
                return job
        if deadline is not None:
            left = deadline - clock()
            if left <= 0:
                raise WaitTimeoutError(follow.ids["training_job_id"], last) from trouble
            wait = min(wait, left)
        yield from _pause(wait, tick)


def _pause(seconds: float, tick: Callable[[], None] | None) -> Flow[None]:
    while tick is not None and seconds > _TICK:
        yield Wait(_TICK)
        seconds -= _TICK
        tick()
    yield Wait(seconds)


def ask(follow: Following, operation: Operation[T], options: Options, **settings: Any) -> Flow[T]:
    """Make one call about the job that is followed."""
    return exchange(follow.config, follow.client, operation, follow.ids, options, **settings)


def _may_pass(error: SDKError | NoResponseError) -> bool:
    """Whether a later poll may well succeed: the server is busy or in trouble, or the line is."""
    if isinstance(error, SDKError):
        return error.status_code in (408, 429) or 500 <= error.status_code < 600
    return error.__cause__ is not None and kind_of(error.__cause__) is not FailureKind.FINAL


def wait(
    follow: Following,
    retrieve: Operation[TrainingJobDetail],
    on_update: Callable[[TrainingJobDetail], Any] | None,
    *,
    raise_on_failure: bool,
    **settings: Any,
) -> Flow[TrainingJobDetail]:
    """Follow a job to its end.

    :raises TrainingJobEndedError: the job ended otherwise than in success, and ``raise_on_failure`` is true.
    """

    def handle(job: TrainingJobDetail) -> Flow[None]:
        outcome = None if on_update is None else on_update(job)
        if isawaitable(outcome):
            yield Resolve(outcome)

    job = yield from poll(follow, retrieve, handle, **settings)
    error = _ENDS.get(str(job.status))
    if raise_on_failure and error is not None:
        raise error(job)
    return job


_ENDS: dict[str, type[TrainingJobEndedError]] = {
    "Failed": TrainingJobFailed,
    "TimedOut": TrainingJobTimedOut,
    "Cancelled": TrainingJobCancelled,
}


def watch(
    follow: Following,
    retrieve: Operation[TrainingJobDetail],
    list_checkpoints: Operation[list[TrainingJobCheckpoint]],
    **settings: Any,
) -> EmittingFlow:
    """Emit each change of a job until it has ended."""
    status: TrainingJobStatus | None = None
    progress: int | None = None
    points = 0
    known: set[int | None] = set()

    def handle(job: TrainingJobDetail) -> EmittingFlow:
        nonlocal status, progress, points
        for loss in (job.training_loss or [])[points:]:
            yield Emit(LossAdded(job=job, loss=loss))
        points = max(points, len(job.training_loss or []))
        is_last = job.status is not None and job.status.is_terminal
        for checkpoint in (yield from _checkpoints(is_last=is_last)):
            if checkpoint.checkpoint not in known:
                known.add(checkpoint.checkpoint)
                yield Emit(CheckpointAdded(job=job, checkpoint=checkpoint))
        if job.progress is not None and job.progress != progress:
            progress, previous = job.progress, progress
            yield Emit(ProgressChanged(job=job, previous=previous, progress=progress))
        if job.status is not None and job.status != status:
            status, before = job.status, status
            yield Emit(StatusChanged(job=job, previous=before, status=status))

    def _checkpoints(*, is_last: bool) -> Flow[list[TrainingJobCheckpoint]]:
        try:
            return (yield from ask(follow, list_checkpoints, follow.options))
        except (SDKError, NoResponseError) as error:
            if is_last or not _may_pass(error):
                raise
            return []  # they are asked for again when the job has changed again

    yield from poll(follow, retrieve, handle, **settings)
