"""Plain models of inference responses, as a script would define them."""

from pydantic import BaseModel


class Usage(BaseModel):
    """Token counts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None


class Message(BaseModel):
    """A message, or a part of one."""

    role: str | None = None
    content: str | None = None


class Choice(BaseModel):
    """An answer, or a part of one."""

    index: int | None = None
    message: Message | None = None
    delta: Message | None = None
    refusal: str | None = None
    finish_reason: str | None = None


class ChatCompletion(BaseModel):
    """A chat completion, or a chunk of one."""

    id: str | None = None
    object: str | None = None
    created: int | None = None
    model: str | None = None
    choices: list[Choice] | None = None
    usage: Usage | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None


class Embedding(BaseModel):
    """The embedding of a text."""

    embedding: list[float] | None = None


class Embeddings(BaseModel):
    """The embeddings of texts."""

    data: list[Embedding] | None = None


class Scores(BaseModel):
    """The scores of a text."""

    index: int | None = None
    logits: dict[str, float] | None = None
    probs: dict[str, float] | None = None


class Classification(BaseModel):
    """A classification."""

    id: str | None = None
    model: str | None = None
    data: list[Scores] | None = None
    usage: Usage | None = None
