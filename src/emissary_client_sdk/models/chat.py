"""Chat completions: request body, response and stream chunk."""

from ._inference import GenerationResponse, SamplingRequest
from ._literals import RoleOrStr
from ._request import RequestModel, SequenceOf
from ._response import ResponseModel
from .enums import Role


class ChatCompletionMessage(ResponseModel):
    """A generated message, or a part of one."""

    role: Role | None = None
    """Author of the message."""
    content: str | None = None
    """Text of the message."""


class ChatCompletionChoice(ResponseModel):
    """A generated answer."""

    index: int | None = None
    """Position in the list of choices."""
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
        """Text of the first choice, or an empty string."""
        message = self.choices[0].message if self.choices else None
        return (message and message.content) or ""


class ChatCompletionChunk(_ChatCompletion):
    """Part of a streamed chat completion. A complete response counts as one chunk."""

    choices: list[ChatCompletionChunkChoice] | None = None
    """Parts of the generated answers."""

    @property
    def text(self) -> str:
        """Text that this chunk adds to the first choice, or an empty string."""
        part = (self.choices[0].delta or self.choices[0].message) if self.choices else None
        return (part and part.content) or ""


class Messages(RequestModel):
    """A message of a conversation."""

    role: RoleOrStr
    """Author of the message: ``system``, ``user`` or ``assistant``."""
    content: str
    """Text of the message."""


class GetChatCompletionsRequestBody(SamplingRequest):
    """Request body of ``chat.completions.create``."""

    messages: SequenceOf[Messages]
    """The conversation so far."""
    max_tokens: int | None = None
    """Maximum number of generated tokens."""
