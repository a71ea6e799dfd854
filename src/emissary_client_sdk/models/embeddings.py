"""Embeddings: request body and response."""

import reprlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ._request import RequestModel, SequenceOf
from ._response import ResponseModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_SHORT = reprlib.Repr()
_SHORT.maxlist = 3
_SHORT.maxother = 200


class _ShortRepr:
    """A value whose repr shows the beginning of each list."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __repr__(self) -> str:
        return _SHORT.repr(self._value)


class _LongResponse(ResponseModel):
    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, _ShortRepr(value) if name in ("data", "embedding") else value


class EmbeddingData(_LongResponse):
    """Embedding of one text."""

    embedding: list[float] | None = None
    """The vector."""


class GetEmbeddingsFromDeploymentResponseBody(_LongResponse):
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
