"""Tool calling: request body and response. They are described by the platform's guides."""

from typing import Any, ClassVar

from ._inference import TextRequest, TextResponse
from ._response import ResponseModel


class ToolCallData(ResponseModel):
    """Tool call for one text."""

    NO_TOOL: ClassVar[str] = "NO_TOOL"

    index: int | None = None
    """Position in the list of results."""
    generation: list[dict[str, Any]] | None = None
    """Arguments of the tool: one object."""
    probs: dict[str, float] | None = None
    """Probability of each tool, and of ``NO_TOOL``."""

    @property
    def tool(self) -> str | None:
        """Name of the most probable tool, or None if no tool fits."""
        probs = self.probs or {}
        best = max(probs, key=probs.__getitem__, default=self.NO_TOOL)
        return None if best == self.NO_TOOL else best


class GetToolCallResponseBody(TextResponse):
    """Response of ``tool_calling.create``."""

    data: list[ToolCallData] | None = None
    """Tool calls. There is one entry for the text."""

    @property
    def tool(self) -> str | None:
        """Name of the most probable tool, or None if no tool fits."""
        return self.data[0].tool if self.data else None

    @property
    def arguments(self) -> dict[str, Any] | None:
        """Arguments of the tool, or None if no tool fits."""
        if self.tool is None or not self.data or not self.data[0].generation:
            return None
        return self.data[0].generation[0]


class GetToolCallRequestBody(TextRequest):
    """Request body of ``tool_calling.create``."""
