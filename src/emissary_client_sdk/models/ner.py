"""Named entities: request body and response. They are described by the platform's guides."""

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from ._inference import TextRequest, TextResponse
from ._response import ResponseModel


class Entity(ResponseModel):
    """A named entity."""

    entity: str | None = None
    """Text of the entity."""


if TYPE_CHECKING:
    _Entities = dict[str, list[Entity]]
else:
    _Entities = Annotated[dict[str, list[Entity]] | None, AfterValidator(lambda entities: entities or {})]


class GetEntitiesResponseBody(TextResponse):
    """Response of ``ner.create``."""

    entities: _Entities = Field(default_factory=dict)
    """Entities by their type. A type without entities has an empty list or is missing."""


class GetEntitiesRequestBody(TextRequest):
    """Request body of ``ner.create``."""
