"""A training job in a list, and as its creation answers it.

Source: contract.md, "Responses".
"""

from typing_extensions import NotRequired

from ._trainingjob import TrainingJob, TrainingJobTypedDict


class TrainingJobSummaryTypedDict(TrainingJobTypedDict):
    """The same fields as ``TrainingJobSummary``, as a dictionary."""

    train_dataset_name: NotRequired[str]


class TrainingJobSummary(TrainingJob):
    """A training job in short."""

    train_dataset_name: str | None = None
    """The name of the dataset that the job trains on."""
