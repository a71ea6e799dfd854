"""What can change about a training job while one watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .trainingjobcheckpoint import TrainingJobCheckpoint
    from .trainingjobdetail import TrainingJobDetail
    from .trainingjobstatus import TrainingJobStatus
    from .trainingloss import TrainingLoss


@dataclass(frozen=True)
class StatusChanged:
    """The job has another status; ``previous`` is None the first time."""

    job: TrainingJobDetail
    previous: TrainingJobStatus | None
    status: TrainingJobStatus


@dataclass(frozen=True)
class ProgressChanged:
    """The job's progress, in percent, is another; ``previous`` is None the first time."""

    job: TrainingJobDetail
    previous: int | None
    progress: int


@dataclass(frozen=True)
class LossAdded:
    """The loss curve has another point."""

    job: TrainingJobDetail
    loss: TrainingLoss


@dataclass(frozen=True)
class CheckpointAdded:
    """There is another checkpoint."""

    job: TrainingJobDetail
    checkpoint: TrainingJobCheckpoint


TrainingJobChange: TypeAlias = StatusChanged | ProgressChanged | LossAdded | CheckpointAdded
