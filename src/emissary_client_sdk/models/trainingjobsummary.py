"""A training job in a list, and as its creation answers it.

Source: .speakeasy/openapi.yaml.
"""

from ._trainingjob import TrainingJob


class TrainingJobSummary(TrainingJob):
    """A training job in short."""

    train_dataset_name: str | None = None
    """The name of the dataset that the job trains on."""
