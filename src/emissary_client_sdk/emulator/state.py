"""What a training job looks like at a moment: pure functions of its stored row and the time.

No clock is read and nothing is stored here: there is no background worker that could fail, and a test steps
the time by hand. A run's length is divided so: a tenth waiting, three quarters training, the rest testing. A
run that ends badly waits as long, then trains more slowly, and has done 60 % of its training when it ends.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..models import TrainingJobStatus

WAITING = 0.1  # of the run's length
TRAINING = 0.75
TRAINED_IN_VAIN = 0.6  # of the training, by a run that ends badly
TRAINED_PERCENT = 90  # what training contributes to the progress; testing does the rest
LOSS_POINTS = 40
CHECKPOINTS = 3


@dataclass(frozen=True)
class Run:
    """What is stored of a job's run.

    :ivar id: the job's id, from which its loss curve is drawn.
    :ivar started: when the job was created, in UNIX seconds.
    :ivar seconds: how long the run takes.
    :ivar outcome: how it ends unless it is cancelled: Success, Failed or TimedOut.
    :ivar cancelled_at: when it was cancelled, in UNIX seconds, or None.
    """

    id: str
    started: float
    seconds: float
    outcome: TrainingJobStatus = TrainingJobStatus.SUCCESS
    cancelled_at: float | None = None

    @property
    def succeeds(self) -> bool:
        """Whether the run ends well if nobody cancels it."""
        return self.outcome is TrainingJobStatus.SUCCESS

    @property
    def end(self) -> float:
        """When the run ends if nobody cancels it, in UNIX seconds."""
        return self.started + self.seconds

    @property
    def training_seconds(self) -> float:
        """How long the whole training takes, or would take if the run did not end before."""
        return self.seconds * (TRAINING if self.succeeds else (1 - WAITING) / TRAINED_IN_VAIN)

    def moment(self, trained: float) -> float:
        """When this much of the training, 0 to 1, is done, in UNIX seconds."""
        return min(self.started + WAITING * self.seconds + trained * self.training_seconds, self.end)


@dataclass(frozen=True)
class State:
    """A job at a moment.

    :ivar progress: how far the job is, in percent.
    :ivar changed: when it last changed, in UNIX seconds.
    :ivar trained: how much of the training is done, 0 to 1.
    """

    status: TrainingJobStatus
    progress: int
    changed: float
    trained: float


def state_of(run: Run, now: float) -> State:
    """Tell the state of a run at a moment, in UNIX seconds.

    A clock that goes back behind the start finds the job pending; one that goes back after a cancellation
    does not bring it to life.
    """
    moment = now if run.cancelled_at is None else run.cancelled_at
    ended = run.cancelled_at is None and now >= run.end
    moment = run.end if ended else max(moment, run.started)
    trained = _trained(run, moment, ended=ended)
    if ended:
        status = run.outcome
    elif run.cancelled_at is not None:
        status = TrainingJobStatus.CANCELLED
    elif trained <= 0:
        status = TrainingJobStatus.PENDING
    elif trained < 1:
        status = TrainingJobStatus.RUNNING
    else:
        status = TrainingJobStatus.TESTING
    progress = int(TRAINED_PERCENT * trained)
    if ended and run.succeeds:
        progress = 100
    elif trained >= 1:
        tested = (moment - run.moment(1)) / (run.end - run.moment(1))
        progress += min(int((100 - TRAINED_PERCENT) * tested), 99 - TRAINED_PERCENT)
    return State(status, progress, moment, trained)


def _trained(run: Run, moment: float, *, ended: bool) -> float:
    if ended:  # said outright: arithmetic may miss the mark by a rounding, and a run may take no time at all
        return 1.0 if run.succeeds else TRAINED_IN_VAIN
    return min(max((moment - run.moment(0)) / run.training_seconds, 0.0), 1.0)


@lru_cache(maxsize=256)
def loss_curve(job_id: str) -> tuple[float, ...]:
    """Draw the losses of a whole training: falling, a little noisy, always the same for the same job."""
    noise = random.Random(job_id)  # noqa: S311  # it has to be repeatable, not secret
    first, last = noise.uniform(1.8, 2.8), noise.uniform(0.2, 0.5)
    return tuple(
        round((last + (first - last) * math.exp(-4 * point / LOSS_POINTS)) * noise.uniform(0.96, 1.04), 4)
        for point in range(LOSS_POINTS)
    )


def losses(run: Run, state: State) -> list[tuple[float, float]]:
    """Give the loss curve so far: (UNIX seconds, loss), each moment within the run."""
    return [
        (run.moment(point / LOSS_POINTS), loss)
        for point, loss in enumerate(loss_curve(run.id), start=1)
        if point / LOSS_POINTS <= state.trained
    ]


def checkpoints(run: Run, state: State) -> Iterator[tuple[int, float, float]]:
    """Give the checkpoints so far: (number, when it was written in UNIX seconds, the loss at the time)."""
    curve = loss_curve(run.id)
    for number in range(1, CHECKPOINTS + 1):
        part = number / CHECKPOINTS
        if part <= state.trained:
            yield number, run.moment(part), curve[int(part * LOSS_POINTS) - 1]
