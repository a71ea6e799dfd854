"""Embeddings: request body and response."""

import reprlib
import struct
from base64 import b64decode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PlainValidator

from ._request import RequestModel, SequenceOf
from ._response import ResponseModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _decode(value: Any) -> list[float]:
    """Return the 32-bit numbers of ``encoding_format="base64"``."""
    if not isinstance(value, str):
        raise ValueError("expected a list of numbers")  # noqa: TRY004  # pydantic reports a ValueError
    try:
        return [number for (number,) in struct.iter_unpack("<f", b64decode(value, validate=True))]
    except struct.error as error:
        raise ValueError("expected 32-bit numbers in base64") from error


if TYPE_CHECKING:
    _Vector = list[float]
else:
    _Vector = Annotated[
        list[float] | Annotated[Any, PlainValidator(_decode, json_schema_input_type=str)],
        Field(union_mode="left_to_right"),
    ]

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

    index: int | None = None
    """Position of the text in the request."""
    embedding: _Vector | None = None
    """The vector. A vector in base64 is decoded."""


class GetEmbeddingsFromDeploymentResponseBody(_LongResponse):
    """Response of ``embeddings.create``."""

    data: list[EmbeddingData] | None = None
    """One entry per text."""

    @property
    def vectors(self) -> list[list[float]]:
        """The vectors in the order of the texts."""
        entries = self.data or []
        if all(entry.index is not None for entry in entries):
            entries = sorted(entries, key=lambda entry: entry.index or 0)
        return [entry.embedding or [] for entry in entries]

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
