"""Changes of a training job, as ``training_jobs.watch`` yields them."""

from typing import NamedTuple, TypeAlias

from .enums import TrainingJobStatus
from .trainingjobs import TrainingJobCheckpoint, TrainingJobDetail, TrainingLoss


class StatusChanged(NamedTuple):
    """The status changed. ``previous`` is None the first time."""

    job: TrainingJobDetail
    previous: TrainingJobStatus | None
    status: TrainingJobStatus


class ProgressChanged(NamedTuple):
    """The progress, in percent, changed. ``previous`` is None the first time."""

    job: TrainingJobDetail
    previous: int | None
    progress: int


class LossAdded(NamedTuple):
    """The loss curve has a new point."""

    job: TrainingJobDetail
    loss: TrainingLoss


class CheckpointAdded(NamedTuple):
    """The job wrote a new checkpoint."""

    job: TrainingJobDetail
    checkpoint: TrainingJobCheckpoint


TrainingJobChange: TypeAlias = StatusChanged | ProgressChanged | LossAdded | CheckpointAdded
