"""Names that only programs for release 0.4 use: other names of models, and a response that is no longer sent."""

from ._response import ResponseModel
from .chat import ChatCompletionObject, GetChatCompletionsRequestBody
from .completions import CompletionObject
from .enums import BaseModelType, DeploymentStatus, TrainingJobStatus

Status = TrainingJobStatus
TrainingJobDetailStatus = TrainingJobStatus
DeploymentSummaryStatus = DeploymentStatus
DeploymentDetailStatus = DeploymentStatus
Type = BaseModelType
GetCompletionsFromDeploymentResponseBody = CompletionObject
GetChatCompletionsFromDeploymentResponseBody = ChatCompletionObject
GetChatCompletionsFromDeploymentRequestBody = GetChatCompletionsRequestBody


class GetEmbeddingsFromDeploymentEmbeddings(ResponseModel):
    """Embeddings of two sentences."""

    text1: list[float] | None = None
    """Embedding of the source sentence."""
    text2: list[float] | None = None
    """Embedding of the target sentence."""


class Response(ResponseModel):
    """Comparison of two embeddings."""

    embeddings: GetEmbeddingsFromDeploymentEmbeddings | None = None
    """The embeddings."""
    cosine_score: float | None = None
    """Cosine similarity."""
    manhattan_distance: float | None = None
    """Manhattan distance."""
    euclidean_distance: float | None = None
    """Euclidean distance."""
