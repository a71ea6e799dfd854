"""Training jobs: request bodies and responses."""

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ._literals import BaseModelOptionOrStr, TaskTypeOrStr
from ._request import MappingOf, Number, RequestModel, SequenceOf
from ._response import DisplayedModel, ResponseModel
from ._timestamps import DatetimeOf, Timestamp
from .datasets import DatasetSummary
from .enums import BaseModelOption, TaskType, TrainingJobStatus, TrainingTechnique
from .parameters import HyperParameters, Parameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class _CreateTrainingJob(RequestModel):
    """Fields that supervised and GRPO training share."""

    base_model: str
    """Name of the base model, or of an earlier training job with ``base_model_option="fine-tuned"``."""
    train_dataset_id: str
    """ID of the training dataset."""
    test_dataset_id: str | None = None
    """ID of the test dataset."""
    train_test_split_ratio: Number | None = None
    """Share of the training data that is kept for testing. It is sent as given: the platform's current examples use
    percent (20), older ones a fraction (0.2)."""
    name: str | None = None
    """Name of the training job."""
    description: str | None = None
    """Description of the training job."""
    parameters: MappingOf[str, Parameters] | None = None
    """Hyperparameters, for example ``num_train_epochs`` or ``learning_rate``."""
    hf_model_link: str | None = None
    """Link to a Hugging Face model, with ``base_model="HF_MODEL"``."""
    base_model_option: BaseModelOptionOrStr | None = None
    """Whether to start from a base model or from a checkpoint of an earlier job. Server default: ``pre-trained``."""
    checkpoint: Number | None = None
    """Number of the checkpoint to start from, with ``base_model_option="fine-tuned"``."""
    task_type: TaskTypeOrStr | None = None
    """Task to train for. Server default: ``text-generation``."""


class CreateTrainingJobRequestBody(_CreateTrainingJob):
    """Request body of ``training_jobs.create``."""

    test_functions: SequenceOf[str] | None = None
    """Names of the testing functions that evaluate the checkpoints."""
    rebalance_data: MappingOf[str, int | float] | None = None
    """Ratio or number of examples for each label, to rebalance the training data of a classifier."""


class CreateGRPOTrainingJobRequestBody(_CreateTrainingJob):
    """Request body of ``training_jobs.create_grpo``."""

    test_functions: SequenceOf[str]
    """Names of the testing functions that score the answers during training."""
    reward: MappingOf[str, int | float]
    """Weight of each testing function, by its name. The weights must add up to 1."""


class TrainingLoss(ResponseModel):
    """A point of a training job's loss curve."""

    timestamp: float | None = None
    """Time of the measurement in UNIX seconds, UTC, with fractions."""
    loss: float | None = None
    """Training loss. It is NaN if the training diverged."""

    timestamp_datetime = DatetimeOf("timestamp")


class _TrainingJob(DisplayedModel):
    id: str
    """ID of the training job."""
    name: str | None = None
    """Name of the training job."""
    base_model: str | None = None
    """Name of the model that the job fine-tunes."""
    status: TrainingJobStatus | None = None
    """Status of the job."""
    progress: int | None = None
    """Progress in percent."""
    created_by: str | None = None
    """ID of the user who created the job."""
    created_at: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""
    updated_at: Timestamp | None = None
    """Time of the last change in UNIX seconds, UTC."""
    training_technique: TrainingTechnique | None = None
    """Training method."""
    task_type: TaskType | None = None
    """Task that the model is trained for."""
    base_model_option: BaseModelOption | None = None
    """Whether training starts from a base model or from a checkpoint of an earlier job."""
    base_fine_tuned_model: str | None = None
    """Name of the earlier training job, if training starts from its checkpoint."""
    base_fine_tuned_model_checkpoint: int | float | None = None
    """Number of the checkpoint that training starts from."""
    test_functions: list[str] | None = None
    """Names of the testing functions that evaluate the checkpoints."""
    reward: dict[str, HyperParameters] | None = None
    """Weight of each testing function in the reward of a GRPO job."""

    created_at_datetime = DatetimeOf("created_at")
    updated_at_datetime = DatetimeOf("updated_at")


class TrainingJobSummary(_TrainingJob):
    """A training job in a list or after its creation."""

    train_dataset_name: str | None = None
    """Name of the training dataset."""


class TrainingJobDetail(_TrainingJob):
    """A training job with its datasets, hyperparameters and loss curve."""

    description: str | None = None
    """Description of the job."""
    train_dataset: DatasetSummary | None = None
    """Dataset that the job trains on."""
    test_dataset: DatasetSummary | None = None
    """Dataset that the job is tested on."""
    training_loss: list[TrainingLoss] | None = None
    """Loss curve measured so far. The platform does not report it for every job."""
    hyper_parameters: dict[str, HyperParameters] | None = None
    """Hyperparameters of the job, including defaults that the platform filled in."""

    def plot_loss(self, ax: "Axes | None" = None, smoothing: float | None = None, **line_options: Any) -> "Axes":
        """Plot the loss curve with matplotlib (extra ``plot``).

        Several jobs plotted on the same Axes are labelled with their names, or with their IDs.

        :param ax: Axes to draw on. Default: the Axes of a new figure.
        :param smoothing: Weight of the previous points in an exponential moving average, at least 0 and below 1.
            The measured curve is then drawn faintly behind the smoothed one.
        :param line_options: Options of ``Axes.plot``, such as ``color`` or ``label``.
        :returns: The Axes.
        :raises ImportError: matplotlib is not installed.
        :raises ValueError: ``smoothing`` is out of range.
        """
        from .._display.plot import plot_loss

        losses = [point.loss for point in self.training_loss or []]
        return plot_loss(losses, self.name or self.id, ax, smoothing, line_options)

    def loss_records(self) -> list[dict[str, Any]]:
        """Return the loss curve as rows for ``pandas.DataFrame`` or ``polars.DataFrame``.

        :returns: One row per point: ``job_id``, ``step`` (position in ``training_loss``, from 0), ``timestamp`` in
            UNIX seconds, ``time`` as an aware datetime, and ``loss``. Missing values, and a ``time`` outside the
            range of datetime, are None.
        """
        return [
            {"job_id": self.id, "step": step, "timestamp": point.timestamp, "time": _time(point), "loss": point.loss}
            for step, point in enumerate(self.training_loss or [])
        ]


def _time(point: TrainingLoss) -> datetime | None:
    try:
        return point.timestamp_datetime
    except ValueError:
        return None


class TestResults(ResponseModel):
    """Test results of a checkpoint."""

    __test__ = False  # the name would make pytest collect it

    general_test_result: str | None = None
    """Link to the complete results."""
    aggregated_test_result: dict[str, HyperParameters] | None = None
    """Results by name, as the platform sent them."""


class TrainingJobCheckpoint(DisplayedModel):
    """A checkpoint of a training job."""

    checkpoint: int
    """Number of the checkpoint."""
    model_download_url: str | None = None
    """Link to the model. It can use a scheme other than http, such as s3."""
    test_results: TestResults | None = None
    """Test results of the checkpoint."""
    created_at: Timestamp | None = None
    """Creation time in UNIX seconds, UTC."""
    updated_at: Timestamp | None = None
    """Time of the last change in UNIX seconds, UTC."""

    created_at_datetime = DatetimeOf("created_at")
    updated_at_datetime = DatetimeOf("updated_at")

    @property
    def metrics(self) -> dict[str, float]:
        """Numeric test results by name. Results that are not finite numbers are left out."""
        results = self.test_results and self.test_results.aggregated_test_result
        numbers = {name: _number(value) for name, value in (results or {}).items()}
        return {name: number for name, number in numbers.items() if number is not None}


def _number(value: Any) -> float | None:
    """Return a number, or a string that contains one, as a float; None for any other value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
