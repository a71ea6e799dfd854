"""A training job with its data sets, its parameters and its loss curve.

Source: contract.md, "Responses".
"""

from ._trainingjob import TrainingJob
from .datasetsummary import DatasetSummary
from .parameters import HyperParameters
from .trainingloss import TrainingLoss


class TrainingJobDetail(TrainingJob):
    """A training job in full."""

    description: str | None = None
    """What its creator wrote about it."""
    train_dataset: DatasetSummary | None = None
    """The dataset that the job trains on."""
    test_dataset: DatasetSummary | None = None
    """The dataset that the job is tested on."""
    training_loss: list[TrainingLoss] | None = None
    """The loss curve so far."""
    hyper_parameters: dict[str, HyperParameters] | None = None
    """The hyperparameters that the job was created with."""
