"""Regression: request body and response. They are described by the platform's guides."""

from ._inference import TextRequest, TextResponse
from ._response import ResponseModel


class RegressionData(ResponseModel):
    """Value of one text."""

    index: int | None = None
    """Position in the list of results."""
    logits: int | float | None = None
    """The value, on the scale of the model."""


class GetRegressionResponseBody(TextResponse):
    """Response of ``regression.create``."""

    data: list[RegressionData] | None = None
    """Values. There is one entry for the text."""

    @property
    def value(self) -> int | float | None:
        """Value of the text, or None if the response has no value."""
        return self.data[0].logits if self.data else None


class GetRegressionRequestBody(TextRequest):
    """Request body of ``regression.create``."""
