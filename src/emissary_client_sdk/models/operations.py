"""Request models per operation and response names of release 0.4, kept for compatibility.

Methods of this release take these fields as keyword arguments.
"""

from typing_extensions import NotRequired, TypedDict

from ..types.basemodel import BaseModel
from ._response import ResponseModel
from .chat import ChatCompletionObject, GetChatCompletionsRequestBody, GetChatCompletionsRequestBodyTypedDict
from .classification import (
    GetClassificationFromDeploymentRequestBody,
    GetClassificationFromDeploymentRequestBodyTypedDict,
)
from .completions import (
    CompletionObject,
    GetCompletionsFromDeploymentRequestBody,
    GetCompletionsFromDeploymentRequestBodyTypedDict,
)
from .createtrainingjob import CreateTrainingJobRequestBody, CreateTrainingJobRequestBodyTypedDict
from .datasets import CreateDatasetRequestBody, CreateDatasetRequestBodyTypedDict
from .deployments import CreateDeploymentRequestBody, CreateDeploymentRequestBodyTypedDict
from .embeddings import GetEmbeddingsFromDeploymentRequestBody, GetEmbeddingsFromDeploymentRequestBodyTypedDict


class RetrieveBaseModelByNameRequest(BaseModel):
    """Arguments of ``base_models.retrieve``."""

    base_model_name: str
    """Name of the base model."""


class RetrieveBaseModelByNameRequestTypedDict(TypedDict):
    """The fields of ``RetrieveBaseModelByNameRequest`` as a dictionary."""

    base_model_name: str


class RetrieveProjectByIDRequest(BaseModel):
    """Arguments of a method that names a project."""

    project_id: str
    """ID of the project."""


class RetrieveProjectByIDRequestTypedDict(TypedDict):
    """The fields of ``RetrieveProjectByIDRequest`` as a dictionary."""

    project_id: str


class RetrieveDatasetByIDRequest(RetrieveProjectByIDRequest):
    """Arguments of a method that names a dataset."""

    dataset_id: str
    """ID of the dataset."""


class RetrieveDatasetByIDRequestTypedDict(RetrieveProjectByIDRequestTypedDict):
    """The fields of ``RetrieveDatasetByIDRequest`` as a dictionary."""

    dataset_id: str


class RetrieveTrainingJobByIDRequest(RetrieveProjectByIDRequest):
    """Arguments of a method that names a training job."""

    training_job_id: str
    """ID of the training job."""


class RetrieveTrainingJobByIDRequestTypedDict(RetrieveProjectByIDRequestTypedDict):
    """The fields of ``RetrieveTrainingJobByIDRequest`` as a dictionary."""

    training_job_id: str


class RetrieveDeploymentByIDRequest(RetrieveProjectByIDRequest):
    """Arguments of a method that names a deployment."""

    deployment_id: str
    """ID of the deployment."""


class RetrieveDeploymentByIDRequestTypedDict(RetrieveProjectByIDRequestTypedDict):
    """The fields of ``RetrieveDeploymentByIDRequest`` as a dictionary."""

    deployment_id: str


class CreateDatasetRequest(RetrieveProjectByIDRequest):
    """Arguments of ``datasets.create``."""

    request_body: CreateDatasetRequestBody
    """The dataset to upload."""


class CreateDatasetRequestTypedDict(RetrieveProjectByIDRequestTypedDict):
    """The fields of ``CreateDatasetRequest`` as a dictionary."""

    request_body: CreateDatasetRequestBodyTypedDict


class CreateTrainingJobRequest(RetrieveProjectByIDRequest):
    """Arguments of ``training_jobs.create``."""

    request_body: CreateTrainingJobRequestBody
    """The training job to create."""


class CreateTrainingJobRequestTypedDict(RetrieveProjectByIDRequestTypedDict):
    """The fields of ``CreateTrainingJobRequest`` as a dictionary."""

    request_body: CreateTrainingJobRequestBodyTypedDict


class CreateDeploymentRequest(RetrieveProjectByIDRequest):
    """Arguments of ``deployments.create``."""

    request_body: CreateDeploymentRequestBody
    """The deployment to create."""


class CreateDeploymentRequestTypedDict(RetrieveProjectByIDRequestTypedDict):
    """The fields of ``CreateDeploymentRequest`` as a dictionary."""

    request_body: CreateDeploymentRequestBodyTypedDict


class GetCompletionsFromDeploymentRequest(RetrieveDeploymentByIDRequest):
    """Arguments of release 0.4's ``deployments.completions.create``."""

    request_body: GetCompletionsFromDeploymentRequestBody
    """The inference request."""


class GetCompletionsFromDeploymentRequestTypedDict(RetrieveDeploymentByIDRequestTypedDict):
    """The fields of ``GetCompletionsFromDeploymentRequest`` as a dictionary."""

    request_body: GetCompletionsFromDeploymentRequestBodyTypedDict


class GetChatCompletionsFromDeploymentRequest(RetrieveDeploymentByIDRequest):
    """Arguments of release 0.4's ``deployments.chat.completions.create``."""

    request_body: GetChatCompletionsRequestBody
    """The inference request."""


class GetChatCompletionsFromDeploymentRequestTypedDict(RetrieveDeploymentByIDRequestTypedDict):
    """The fields of ``GetChatCompletionsFromDeploymentRequest`` as a dictionary."""

    request_body: GetChatCompletionsRequestBodyTypedDict


class GetEmbeddingsFromDeploymentRequest(RetrieveDeploymentByIDRequest):
    """Arguments of release 0.4's ``deployments.embeddings.create``."""

    request_body: GetEmbeddingsFromDeploymentRequestBody
    """The inference request."""


class GetEmbeddingsFromDeploymentRequestTypedDict(RetrieveDeploymentByIDRequestTypedDict):
    """The fields of ``GetEmbeddingsFromDeploymentRequest`` as a dictionary."""

    request_body: GetEmbeddingsFromDeploymentRequestBodyTypedDict


class GetClassificationFromDeploymentRequest(RetrieveDeploymentByIDRequest):
    """Arguments of release 0.4's ``deployments.classification.create``."""

    request_body: GetClassificationFromDeploymentRequestBody
    """The inference request."""


class GetClassificationFromDeploymentRequestTypedDict(RetrieveDeploymentByIDRequestTypedDict):
    """The fields of ``GetClassificationFromDeploymentRequest`` as a dictionary."""

    request_body: GetClassificationFromDeploymentRequestBodyTypedDict


class GetEmbeddingsFromDeploymentEmbeddings(ResponseModel):
    """Two embeddings, as release 0.4 returned them. The platform no longer sends this shape."""

    text1: list[float] | None = None
    """Embedding of the source sentence."""
    text2: list[float] | None = None
    """Embedding of the target sentence."""


class GetEmbeddingsFromDeploymentEmbeddingsTypedDict(TypedDict):
    """The fields of ``GetEmbeddingsFromDeploymentEmbeddings`` as a dictionary."""

    text1: NotRequired[list[float] | None]
    text2: NotRequired[list[float] | None]


class Response(ResponseModel):
    """Comparison of two embeddings, as release 0.4 returned it. The platform no longer sends this shape."""

    embeddings: GetEmbeddingsFromDeploymentEmbeddings | None = None
    """The embeddings."""
    cosine_score: float | None = None
    """Cosine similarity."""
    manhattan_distance: float | None = None
    """Manhattan distance."""
    euclidean_distance: float | None = None
    """Euclidean distance."""


class ResponseTypedDict(TypedDict):
    """The fields of ``Response`` as a dictionary."""

    embeddings: NotRequired[GetEmbeddingsFromDeploymentEmbeddingsTypedDict | None]
    cosine_score: NotRequired[float | None]
    manhattan_distance: NotRequired[float | None]
    euclidean_distance: NotRequired[float | None]


DeleteProjectByIDRequest = RetrieveProjectByIDRequest
ListDatasetsRequest = RetrieveProjectByIDRequest
ListTrainingJobsRequest = RetrieveProjectByIDRequest
ListDeploymentsRequest = RetrieveProjectByIDRequest
DeleteDatasetByIDRequest = RetrieveDatasetByIDRequest
DeleteTrainingJobByIDRequest = RetrieveTrainingJobByIDRequest
CancelTrainingJobByIDRequest = RetrieveTrainingJobByIDRequest
ListCheckpointsRequest = RetrieveTrainingJobByIDRequest
DeleteDeploymentByIDRequest = RetrieveDeploymentByIDRequest
CancelDeploymentByIDRequest = RetrieveDeploymentByIDRequest
GetCompletionsFromDeploymentResponseBody = CompletionObject
GetChatCompletionsFromDeploymentResponseBody = ChatCompletionObject
GetChatCompletionsFromDeploymentRequestBody = GetChatCompletionsRequestBody

DeleteProjectByIDRequestTypedDict = RetrieveProjectByIDRequestTypedDict
ListDatasetsRequestTypedDict = RetrieveProjectByIDRequestTypedDict
ListTrainingJobsRequestTypedDict = RetrieveProjectByIDRequestTypedDict
ListDeploymentsRequestTypedDict = RetrieveProjectByIDRequestTypedDict
DeleteDatasetByIDRequestTypedDict = RetrieveDatasetByIDRequestTypedDict
DeleteTrainingJobByIDRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
CancelTrainingJobByIDRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
ListCheckpointsRequestTypedDict = RetrieveTrainingJobByIDRequestTypedDict
DeleteDeploymentByIDRequestTypedDict = RetrieveDeploymentByIDRequestTypedDict
CancelDeploymentByIDRequestTypedDict = RetrieveDeploymentByIDRequestTypedDict
GetChatCompletionsFromDeploymentRequestBodyTypedDict = GetChatCompletionsRequestBodyTypedDict
