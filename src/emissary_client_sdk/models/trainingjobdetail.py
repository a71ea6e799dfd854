"""A training job with its data sets, its parameters and its loss curve.

Source: contract.md, "Responses".
"""

from typing_extensions import NotRequired

from ._trainingjob import TrainingJob, TrainingJobTypedDict
from .datasetsummary import DatasetSummary, DatasetSummaryTypedDict
from .parameters import HyperParameters, HyperParametersTypedDict
from .trainingloss import TrainingLoss, TrainingLossTypedDict


class TrainingJobDetailTypedDict(TrainingJobTypedDict):
    """The same fields as ``TrainingJobDetail``, as a dictionary."""

    description: NotRequired[str]
    train_dataset: NotRequired[DatasetSummaryTypedDict]
    test_dataset: NotRequired[DatasetSummaryTypedDict]
    training_loss: NotRequired[list[TrainingLossTypedDict]]
    hyper_parameters: NotRequired[dict[str, HyperParametersTypedDict]]


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
