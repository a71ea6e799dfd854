"""Training jobs: request bodies."""

from collections.abc import Mapping, Sequence

from typing_extensions import NotRequired, TypedDict

from ._request import RequestModel, SequenceOf
from .enums import BaseModelOption, TaskType
from .parameters import Parameters, ParametersTypedDict


class _CreateTrainingJob(RequestModel):
    """Fields that supervised and GRPO training share."""

    base_model: str
    """Name of the base model, or of an earlier training job with ``base_model_option="fine-tuned"``."""
    train_dataset_id: str
    """ID of the training dataset."""
    test_dataset_id: str | None = None
    """ID of the test dataset."""
    train_test_split_ratio: int | float | None = None
    """Share of the training data that is kept for testing. It is sent as given: the platform's current examples use
    percent (20), older ones a fraction (0.2)."""
    name: str | None = None
    """Name of the training job."""
    description: str | None = None
    """Description of the training job."""
    parameters: Mapping[str, Parameters] | None = None
    """Hyperparameters, for example ``num_train_epochs`` or ``learning_rate``."""
    hf_model_link: str | None = None
    """Link to a Hugging Face model, with ``base_model="HF_MODEL"``."""
    base_model_option: BaseModelOption | str | None = None
    """Whether to start from a base model or from a checkpoint of an earlier job. Server default: ``pre-trained``."""
    checkpoint: int | float | None = None
    """Number of the checkpoint to start from, with ``base_model_option="fine-tuned"``."""
    task_type: TaskType | str | None = None
    """Task to train for. Server default: ``text-generation``."""


class CreateTrainingJobRequestBody(_CreateTrainingJob):
    """Request body of ``training_jobs.create``."""

    test_functions: SequenceOf[str] | None = None
    """Names of the testing functions that evaluate the checkpoints."""
    rebalance_data: Mapping[str, int | float] | None = None
    """Ratio or number of examples for each label, to rebalance the training data of a classifier."""


class CreateGRPOTrainingJobRequestBody(_CreateTrainingJob):
    """Request body of ``training_jobs.create_grpo``."""

    test_functions: SequenceOf[str]
    """Names of the testing functions that score the answers during training."""
    reward: Mapping[str, int | float]
    """Weight of each testing function, by its name. The weights must add up to 1."""


class _CreateTrainingJobTypedDict(TypedDict):
    base_model: str
    train_dataset_id: str
    test_dataset_id: NotRequired[str | None]
    train_test_split_ratio: NotRequired[int | float | None]
    name: NotRequired[str | None]
    description: NotRequired[str | None]
    parameters: NotRequired[Mapping[str, ParametersTypedDict] | None]
    hf_model_link: NotRequired[str | None]
    base_model_option: NotRequired[BaseModelOption | str | None]
    checkpoint: NotRequired[int | float | None]
    task_type: NotRequired[TaskType | str | None]


class CreateTrainingJobRequestBodyTypedDict(_CreateTrainingJobTypedDict):
    """The fields of ``CreateTrainingJobRequestBody`` as a dictionary."""

    test_functions: NotRequired[Sequence[str] | None]
    rebalance_data: NotRequired[Mapping[str, int | float] | None]


class CreateGRPOTrainingJobRequestBodyTypedDict(_CreateTrainingJobTypedDict):
    """The fields of ``CreateGRPOTrainingJobRequestBody`` as a dictionary."""

    test_functions: Sequence[str]
    reward: Mapping[str, int | float]
