"""The state of a training job: pure functions of its stored row and the time.

No clock is read and nothing is stored here, so a test steps the time by hand. A run spends a tenth of its length
pending, three quarters training and the rest testing. A run that fails is pending as long, then trains more slowly, and
has done 60 % of its training when it ends. A run that learns follows the same clock, but is never ahead of its worker.
"""

import math
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..models import TrainingJobStatus

PENDING_SHARE = 0.1  # of the run's length
TRAINING_SHARE = 0.75
TRAINED_IF_FAILED = 0.6  # of the training
TRAINING_PERCENT = 90  # of the progress; testing is the rest
LOSS_POINTS = 40
CHECKPOINTS = 3

_METRICS = {
    "text-generation": ("accuracy",),
    "classification": ("accuracy", "f1", "precision", "recall"),
    "embedding": ("cosine_similarity",),
    "regression": ("r2",),
}


class Learned(NamedTuple):
    """The progress of a job's training in a worker; moments are in UNIX seconds.

    :ivar epochs: The epochs of the whole training.
    :ivar points: The loss curve: the share of the training, the loss, and when it was measured.
    :ivar checkpoints: The epoch, when the checkpoint was stored, and its test results.
    :ivar ended: When the worker ended the training, or None.
    """

    epochs: int
    points: Sequence[tuple[float, float, float]]
    checkpoints: Sequence[tuple[int, float, dict[str, float]]]
    ended: float | None

    def share(self, moment: float) -> float | None:
        """Return the share of the training that was done at a moment, or None if it had not begun."""
        return max((share for share, _, measured in self.points if measured <= moment), default=None)


class TrainingRun(NamedTuple):
    """The stored facts of a job's run.

    :ivar id: The job's id, which seeds its loss curve.
    :ivar started: When the job was created, in UNIX seconds.
    :ivar seconds: The length of the run.
    :ivar outcome: The final status unless the job is cancelled: Success, Failed or TimedOut.
    :ivar cancelled_at: When the job was cancelled, in UNIX seconds, or None.
    :ivar learned: What has been learned; None if everything is made up.
    """

    id: str
    started: float
    seconds: float
    outcome: TrainingJobStatus = TrainingJobStatus.SUCCESS
    cancelled_at: float | None = None
    learned: Learned | None = None

    @property
    def succeeds(self) -> bool:
        """Whether the run succeeds unless it is cancelled."""
        return self.outcome is TrainingJobStatus.SUCCESS

    @property
    def end(self) -> float:
        """End of the run unless it is cancelled, in UNIX seconds; infinity while a worker trains."""
        end = self.started + self.seconds
        if self.learned is None:
            return end
        return math.inf if self.learned.ended is None else max(end, self.learned.ended)

    @property
    def training_seconds(self) -> float:
        """The least length of the whole training, which a failing run does not complete."""
        is_whole = self.succeeds or self.learned is not None
        return self.seconds * (TRAINING_SHARE if is_whole else (1 - PENDING_SHARE) / TRAINED_IF_FAILED)

    def moment(self, trained: float) -> float:
        """Return when this share of the training, 0 to 1, is done, in UNIX seconds."""
        return min(self.started + PENDING_SHARE * self.seconds + trained * self.training_seconds, self.end)


class TrainingState(NamedTuple):
    """The state of a job at a moment.

    :ivar progress: The progress in percent.
    :ivar changed: The time of the last change, in UNIX seconds.
    :ivar trained: The share of the training that is done, 0 to 1.
    """

    status: TrainingJobStatus
    progress: int
    changed: float
    trained: float


def state_of(run: TrainingRun, now: float) -> TrainingState:
    """Return the state of a run at a moment, in UNIX seconds.

    If the clock is set back to before the start, the job is pending; if it is set back to before a
    cancellation, the job stays cancelled.
    """
    moment = now if run.cancelled_at is None else run.cancelled_at
    ended = run.cancelled_at is None and now >= run.end
    moment = run.end if ended else max(moment, run.started)
    trained = _trained(run, moment, ended=ended)
    if ended:
        status = run.outcome
    elif run.cancelled_at is not None:
        status = TrainingJobStatus.CANCELLED
    elif trained <= 0 and not _has_begun(run, moment):
        status = TrainingJobStatus.PENDING
    elif trained < 1:
        status = TrainingJobStatus.RUNNING
    else:
        status = TrainingJobStatus.TESTING
    progress = int(TRAINING_PERCENT * trained)
    if ended and run.succeeds:
        progress = 100
    elif trained >= 1:
        tested = (moment - run.moment(1)) / (run.end - run.moment(1))  # 0 while a worker tests
        progress += min(int((100 - TRAINING_PERCENT) * tested), 99 - TRAINING_PERCENT)
    return TrainingState(status, progress, moment, trained)


def _trained(run: TrainingRun, moment: float, *, ended: bool) -> float:
    if ended and (run.succeeds or run.learned is None):
        # Not computed: rounding could miss the exact share, and a run may have no length.
        return 1.0 if run.succeeds else TRAINED_IF_FAILED
    by_clock = (moment - run.moment(0)) / run.training_seconds if run.training_seconds else 1.0
    by_worker = 1.0 if run.learned is None else run.learned.share(moment) or 0.0
    return min(max(by_clock, 0.0), by_worker)


def _has_begun(run: TrainingRun, moment: float) -> bool:
    """Return whether a worker is in the first epoch."""
    return run.learned is not None and run.learned.share(moment) is not None and moment >= run.moment(0)


@lru_cache(maxsize=256)
def loss_curve(job_id: str) -> tuple[float, ...]:
    """Return the losses of a whole training: falling, slightly noisy, always the same for the same job."""
    noise = random.Random(job_id)  # noqa: S311  # must be repeatable, not secret
    first, last = noise.uniform(1.8, 2.8), noise.uniform(0.2, 0.5)
    return tuple(
        round((last + (first - last) * math.exp(-4 * point / LOSS_POINTS)) * noise.uniform(0.96, 1.04), 4)
        for point in range(LOSS_POINTS)
    )


def losses(run: TrainingRun, state: TrainingState) -> list[tuple[float, float]]:
    """Return the loss curve so far: (UNIX seconds, loss), each moment within the run."""
    if run.learned is not None:
        points = [(max(run.moment(share), measured), loss) for share, loss, measured in run.learned.points]
        return [point for point in points if point[0] <= state.changed]
    return [
        (run.moment(point / LOSS_POINTS), loss)
        for point, loss in enumerate(loss_curve(run.id), start=1)
        if point / LOSS_POINTS <= state.trained
    ]


def checkpoints(run: TrainingRun, state: TrainingState) -> Iterator[tuple[int, float, float]]:
    """Yield the checkpoints so far: (number, when it was written in UNIX seconds, its loss)."""
    if run.learned is not None:
        for number, stored, results in run.learned.checkpoints:
            written = max(run.moment(number / run.learned.epochs), stored)
            if written <= state.changed:
                yield number, written, results["loss"]
        return
    curve = loss_curve(run.id)
    for number in range(1, CHECKPOINTS + 1):
        share = number / CHECKPOINTS
        if share <= state.trained:
            yield number, run.moment(share), curve[int(share * LOSS_POINTS) - 1]


def test_results(run: TrainingRun, number: int, loss: float, task: str, functions: Sequence[str]) -> dict[str, float]:
    """Return the metrics of a checkpoint: the loss, those of the task, and the score of each test function."""
    if run.learned is not None:
        return next(results for found, _, results in run.learned.checkpoints if found == number)
    results = {"loss": loss}
    for name in (*_METRICS.get(task, ()), *functions):
        noise = random.Random(f"{run.id}/{number}/{name}")  # noqa: S311  # must be repeatable, not secret
        results[name] = round(noise.uniform(0.97, 1.0) / (1 + loss / 4), 4)
    return results
