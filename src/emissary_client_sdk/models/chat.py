"""Chat completions: request body, response and stream chunk."""

from collections.abc import Sequence
from typing import Any, cast

from pydantic import BaseModel, field_validator, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from ._inference import GeneratedChoice, GenerationResponse, SamplingRequest, first_choice
from ._literals import RoleOrStr
from ._request import Integer, MappingOf, RequestModel, SequenceOf
from ._response import ResponseModel
from .enums import Role


class ChatCompletionMessage(ResponseModel):
    """A generated message, or a part of one."""

    role: Role | None = None
    """Author of the message."""
    content: str | None = None
    """Text of the message."""


class ChatCompletionChoice(GeneratedChoice):
    """A generated answer."""

    message: ChatCompletionMessage | None = None
    """The generated message."""
    refusal: str | None = None
    """Explanation, if the model refused to answer."""
    finish_reason: str | None = None
    """Why the message ended, for example ``stop`` or ``length``."""


class ChatCompletionChunkChoice(ChatCompletionChoice):
    """A part of a generated answer. Chunks have ``delta``; a complete response has ``message``."""

    delta: ChatCompletionMessage | None = None
    """Continuation of the message."""


class _ChatCompletion(GenerationResponse):
    service_tier: str | None = None
    """Service tier that processed the request."""
    system_fingerprint: str | None = None
    """Identifier of the server's configuration."""


class ChatCompletionObject(_ChatCompletion):
    """Response of ``chat.completions.create``."""

    choices: list[ChatCompletionChoice] | None = None
    """The generated answers."""

    @property
    def text(self) -> str:
        """Text of the choice with index 0, or an empty string."""
        choice = first_choice(self.choices)
        return (choice and choice.message and choice.message.content) or ""


class ChatCompletionChunk(_ChatCompletion):
    """Part of a streamed chat completion. A complete response counts as one chunk."""

    choices: list[ChatCompletionChunkChoice] | None = None
    """Parts of the generated answers."""

    @property
    def text(self) -> str:
        """Text that this chunk adds to the choice with index 0, or an empty string."""
        choice = first_choice(self.choices)
        part = choice and (choice.delta or choice.message)
        return (part and part.content) or ""


class Messages(RequestModel):
    """A message of a conversation."""

    role: RoleOrStr
    """Author of the message: ``system``, ``user`` or ``assistant``."""
    content: str | SequenceOf[MappingOf[str, Any]] | None = None
    """Text of the message, or its parts. Only a message with another field, such as ``tool_calls``, may have none."""
    tool_calls: SequenceOf[MappingOf[str, Any]] | None = None
    """Calls of tools that the assistant asked for, in OpenAI's form. The platform's description does not have them."""
    tool_call_id: str | None = None
    """ID of the call that the message answers, with ``role="tool"``. The platform's description does not have it."""

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if self.content is None and self.tool_calls is None and not self.model_extra:
            raise PydanticCustomError("missing", "a message needs content, or another field such as tool_calls")
        return self


class GetChatCompletionsRequestBody(SamplingRequest):
    """Request body of ``chat.completions.create``."""

    messages: SequenceOf[Messages]
    """The conversation so far."""
    max_tokens: Integer | None = None
    """Maximum number of generated tokens."""

    @field_validator("messages", mode="before")
    @classmethod
    def _accept_answers(cls, messages: Any) -> Any:
        """Accept a message of a response, without its nulls."""
        if not isinstance(messages, Sequence) or isinstance(messages, str):
            return messages
        return [_as_message(message) for message in cast("Sequence[object]", messages)]


def _as_message(message: object) -> object:
    if isinstance(message, BaseModel) and not isinstance(message, Messages):
        return message.model_dump(mode="json", exclude_none=True)
    return message
