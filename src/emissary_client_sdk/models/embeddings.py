"""Embeddings: request body and response."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ._request import RequestModel, SequenceOf
from ._response import ResponseModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EmbeddingData(ResponseModel):
    """Embedding of one text."""

    embedding: list[float] | None = None
    """The vector."""


class GetEmbeddingsFromDeploymentResponseBody(ResponseModel):
    """Response of ``embeddings.create``."""

    data: list[EmbeddingData] | None = None
    """One entry per text, in the order of the texts."""

    @property
    def vectors(self) -> list[list[float]]:
        """The vectors in the order of the texts."""
        return [entry.embedding or [] for entry in self.data or []]

    def to_numpy(self) -> "NDArray[np.float64]":
        """Return the vectors as a NumPy array with one row per text.

        :raises ImportError: NumPy is not installed.
        :raises ValueError: The vectors have different lengths.
        """
        import numpy as np

        return np.array(self.vectors, dtype=np.float64)


class GetEmbeddingsFromDeploymentRequestBody(RequestModel):
    """Request body of ``embeddings.create``."""

    model: str
    """Name of a deployment."""
    input: str | SequenceOf[str]
    """Text, or texts, to embed."""


class GetEmbeddingsFromDeploymentRequestBodyTypedDict(TypedDict):
    """The fields of ``GetEmbeddingsFromDeploymentRequestBody`` as a dictionary."""

    model: str
    input: str | Sequence[str]
