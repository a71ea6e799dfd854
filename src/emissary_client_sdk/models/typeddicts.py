"""The models' fields as dictionaries: what a caller may pass instead of a model, with its keys checked.

They stand apart from the models because only annotations need them, and the platform's answers are models.
"""

from typing_extensions import NotRequired, TypedDict

from .parameters import HyperParametersTypedDict, ParametersTypedDict
from .trainingjobstatus import BaseModelOption, TaskType, TrainingJobStatus, TrainingTechnique


class DatasetSummaryTypedDict(TypedDict):
    """The same fields as ``DatasetSummary``, as a dictionary."""

    id: NotRequired[str]
    name: NotRequired[str]
    created_at: NotRequired[int]
    is_uploaded: NotRequired[bool]


class TrainingLossTypedDict(TypedDict):
    """The same fields as ``TrainingLoss``, as a dictionary."""

    timestamp: NotRequired[float]
    loss: NotRequired[float]


class TrainingJobTypedDict(TypedDict):
    """The same fields as ``TrainingJob``, as a dictionary."""

    id: NotRequired[str]
    name: NotRequired[str]
    base_model: NotRequired[str]
    status: NotRequired[TrainingJobStatus]
    progress: NotRequired[int]
    created_by: NotRequired[str]
    created_at: NotRequired[int]
    updated_at: NotRequired[int]
    training_technique: NotRequired[TrainingTechnique]
    task_type: NotRequired[TaskType]
    base_model_option: NotRequired[BaseModelOption]
    base_fine_tuned_model: NotRequired[str]
    base_fine_tuned_model_checkpoint: NotRequired[int | float]
    test_functions: NotRequired[list[str]]
    reward: NotRequired[dict[str, int | float]]


class TrainingJobSummaryTypedDict(TrainingJobTypedDict):
    """The same fields as ``TrainingJobSummary``, as a dictionary."""

    train_dataset_name: NotRequired[str]


class TrainingJobDetailTypedDict(TrainingJobTypedDict):
    """The same fields as ``TrainingJobDetail``, as a dictionary."""

    description: NotRequired[str]
    train_dataset: NotRequired[DatasetSummaryTypedDict]
    test_dataset: NotRequired[DatasetSummaryTypedDict]
    training_loss: NotRequired[list[TrainingLossTypedDict]]
    hyper_parameters: NotRequired[dict[str, HyperParametersTypedDict]]


class TestResultsTypedDict(TypedDict):
    """The same fields as ``TestResults``, as a dictionary."""

    general_test_result: NotRequired[str]
    aggregated_test_result: NotRequired[dict[str, str]]


class TrainingJobCheckpointTypedDict(TypedDict):
    """The same fields as ``TrainingJobCheckpoint``, as a dictionary."""

    checkpoint: NotRequired[int]
    model_download_url: NotRequired[str]
    test_results: NotRequired[TestResultsTypedDict]
    created_at: NotRequired[int]
    updated_at: NotRequired[int]


class CreateTrainingJobRequestBodyTypedDict(TypedDict):
    """The same fields as ``CreateTrainingJobRequestBody``, as a dictionary."""

    base_model: str
    train_dataset_id: str
    test_dataset_id: NotRequired[str]
    train_test_split_ratio: NotRequired[int | float]
    name: NotRequired[str]
    description: NotRequired[str]
    parameters: NotRequired[dict[str, ParametersTypedDict]]
    hf_model_link: NotRequired[str]
    base_model_option: NotRequired[BaseModelOption | str]
    checkpoint: NotRequired[int | float]
    task_type: NotRequired[TaskType | str]
    test_functions: NotRequired[list[str]]
    rebalance_data: NotRequired[dict[str, int | float]]


class ListTrainingJobsRequestTypedDict(TypedDict):
    """The same fields as ``ListTrainingJobsRequest``, as a dictionary."""

    project_id: str


class RetrieveTrainingJobByIDRequestTypedDict(ListTrainingJobsRequestTypedDict):
    """The same fields as ``RetrieveTrainingJobByIDRequest``, as a dictionary."""

    training_job_id: str


class CreateTrainingJobRequestTypedDict(ListTrainingJobsRequestTypedDict):
    """The same fields as ``CreateTrainingJobRequest``, as a dictionary."""

    request_body: CreateTrainingJobRequestBodyTypedDict


class SecurityTypedDict(TypedDict):
    """The same fields as ``Security``, as a dictionary."""

    api_key: NotRequired[str]


DeleteTrainingJobByIDRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
CancelTrainingJobByIDRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
ListCheckpointsRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
