"""Response models as dictionaries, kept for code written for release 0.4."""

from typing import Any

from typing_extensions import NotRequired, TypedDict

from .enums import (
    BaseModelOption,
    BaseModelType,
    DeploymentStatus,
    TaskType,
    TrainingJobStatus,
    TrainingTechnique,
)
from .parameters import HyperParameters


class SecurityTypedDict(TypedDict):
    """The fields of ``Security`` as a dictionary."""

    api_key: NotRequired[str | None]


class BaseModelSummaryTypedDict(TypedDict):
    """The fields of ``BaseModelSummary`` as a dictionary."""

    name: str
    type: NotRequired[BaseModelType | str | None]
    parameter_template: NotRequired[dict[str, HyperParameters] | None]
    support_serverless: NotRequired[bool | None]
    support_task: NotRequired[list[TaskType | str] | None]
    grpo_support_task: NotRequired[list[TaskType | str] | None]


class DatasetSummaryTypedDict(TypedDict):
    """The fields of ``DatasetSummary`` as a dictionary."""

    id: str
    name: NotRequired[str | None]
    created_at: NotRequired[int | None]
    is_uploaded: NotRequired[bool | None]


class DatasetDetailTypedDict(DatasetSummaryTypedDict):
    """The fields of ``DatasetDetail`` as a dictionary."""

    dataset_download_url: NotRequired[str | None]
    upload_by: NotRequired[str | None]
    updated_at: NotRequired[int | None]
    file_name: NotRequired[str | None]
    is_profiled: NotRequired[bool | None]
    compatible_task_types: NotRequired[list[TaskType | str] | None]


class TrainingLossTypedDict(TypedDict):
    """The fields of ``TrainingLoss`` as a dictionary."""

    timestamp: NotRequired[float | None]
    loss: NotRequired[float | None]


class _TrainingJobTypedDict(TypedDict):
    id: str
    name: NotRequired[str | None]
    base_model: NotRequired[str | None]
    status: NotRequired[TrainingJobStatus | str | None]
    progress: NotRequired[int | None]
    created_by: NotRequired[str | None]
    created_at: NotRequired[int | None]
    updated_at: NotRequired[int | None]
    training_technique: NotRequired[TrainingTechnique | str | None]
    task_type: NotRequired[TaskType | str | None]
    base_model_option: NotRequired[BaseModelOption | str | None]
    base_fine_tuned_model: NotRequired[str | None]
    base_fine_tuned_model_checkpoint: NotRequired[int | float | None]
    test_functions: NotRequired[list[str] | None]
    reward: NotRequired[dict[str, HyperParameters] | None]


class TrainingJobSummaryTypedDict(_TrainingJobTypedDict):
    """The fields of ``TrainingJobSummary`` as a dictionary."""

    train_dataset_name: NotRequired[str | None]


class TrainingJobDetailTypedDict(_TrainingJobTypedDict):
    """The fields of ``TrainingJobDetail`` as a dictionary."""

    description: NotRequired[str | None]
    train_dataset: NotRequired[DatasetSummaryTypedDict | None]
    test_dataset: NotRequired[DatasetSummaryTypedDict | None]
    training_loss: NotRequired[list[TrainingLossTypedDict] | None]
    hyper_parameters: NotRequired[dict[str, HyperParameters] | None]


class TestResultsTypedDict(TypedDict):
    """The fields of ``TestResults`` as a dictionary."""

    general_test_result: NotRequired[str | None]
    aggregated_test_result: NotRequired[dict[str, HyperParameters] | None]


class TrainingJobCheckpointTypedDict(TypedDict):
    """The fields of ``TrainingJobCheckpoint`` as a dictionary."""

    checkpoint: int
    model_download_url: NotRequired[str | None]
    test_results: NotRequired[TestResultsTypedDict | None]
    created_at: NotRequired[int | None]
    updated_at: NotRequired[int | None]


class DeploymentSummaryTypedDict(TypedDict):
    """The fields of ``DeploymentSummary`` as a dictionary."""

    id: str
    name: NotRequired[str | None]
    status: NotRequired[DeploymentStatus | str | None]
    created_at: NotRequired[int | None]


class DeploymentDetailTypedDict(DeploymentSummaryTypedDict):
    """The fields of ``DeploymentDetail`` as a dictionary."""

    task_type: NotRequired[TaskType | str | None]
    metadata: NotRequired[Any]
    description: NotRequired[str | None]
    base_model: NotRequired[str | None]
    training_id: NotRequired[str | None]
    checkpoint: NotRequired[int | None]
    updated_at: NotRequired[int | None]


class ProjectSummaryTypedDict(TypedDict):
    """The fields of ``ProjectSummary`` as a dictionary."""

    id: str
    name: NotRequired[str | None]


class ProjectDetailTypedDict(ProjectSummaryTypedDict):
    """The fields of ``ProjectDetail`` as a dictionary."""

    datasets: NotRequired[list[DatasetSummaryTypedDict] | None]
    training_jobs: NotRequired[list[TrainingJobSummaryTypedDict] | None]
    deployments: NotRequired[list[DeploymentSummaryTypedDict] | None]


class GetCompletionsFromDeploymentResponseBodyTypedDict(TypedDict):
    """The fields of ``CompletionObject`` as a dictionary."""

    id: NotRequired[str | None]
    object: NotRequired[str | None]
    created: NotRequired[int | None]
    model: NotRequired[str | None]
    choices: NotRequired[list[dict[str, Any]] | None]
    usage: NotRequired[dict[str, Any] | None]


class GetChatCompletionsFromDeploymentResponseBodyTypedDict(GetCompletionsFromDeploymentResponseBodyTypedDict):
    """The fields of ``ChatCompletionObject`` as a dictionary."""

    service_tier: NotRequired[str | None]
    system_fingerprint: NotRequired[str | None]


class GetEmbeddingsFromDeploymentResponseBodyTypedDict(TypedDict):
    """The fields of ``GetEmbeddingsFromDeploymentResponseBody`` as a dictionary."""

    data: NotRequired[list[dict[str, Any]] | None]


class GetClassificationFromDeploymentResponseBodyTypedDict(TypedDict):
    """The fields of ``GetClassificationFromDeploymentResponseBody`` as a dictionary."""

    id: NotRequired[str | None]
    model: NotRequired[str | None]
    data: NotRequired[list[dict[str, Any]] | None]
    usage: NotRequired[dict[str, Any] | None]
    created: NotRequired[int | None]
