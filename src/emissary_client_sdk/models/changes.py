"""Changes of a training job, as ``training_jobs.watch`` yields them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .enums import TrainingJobStatus
    from .trainingjobs import TrainingJobCheckpoint, TrainingJobDetail, TrainingLoss


@dataclass(frozen=True)
class StatusChanged:
    """The status changed. ``previous`` is None the first time."""

    job: TrainingJobDetail
    previous: TrainingJobStatus | None
    status: TrainingJobStatus


@dataclass(frozen=True)
class ProgressChanged:
    """The progress, in percent, changed. ``previous`` is None the first time."""

    job: TrainingJobDetail
    previous: int | None
    progress: int


@dataclass(frozen=True)
class LossAdded:
    """The loss curve has a new point."""

    job: TrainingJobDetail
    loss: TrainingLoss


@dataclass(frozen=True)
class CheckpointAdded:
    """The job wrote a new checkpoint."""

    job: TrainingJobDetail
    checkpoint: TrainingJobCheckpoint


TrainingJobChange: TypeAlias = StatusChanged | ProgressChanged | LossAdded | CheckpointAdded
