"""The fields of OpenAI's API that its clients send and the document does not have: honored or refused.

Sampling settings such as ``seed`` are not listed: made-up answers are the same whatever they are.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt
from pydantic_core import PydanticCustomError

from .learning.vectorizers import DIMENSIONS

MOST_DIMENSIONS = 4096


def _unsupported(*idle: object) -> AfterValidator:
    """Refuse a field, except with one of the values that ask for nothing."""

    def check(value: object) -> object:
        if value not in idle:
            raise PydanticCustomError("unsupported", "the emulator does not support this field")
        return value

    return AfterValidator(check)


class StreamOptions(BaseModel):
    """The settings of a stream."""

    include_usage: bool = False


class TextOptions(BaseModel):
    """The fields that completions and chat completions share."""

    model_config = ConfigDict(defer_build=True)

    n: Annotated[int, Field(ge=1, le=128)] = 1
    stop: Annotated[str, Field(min_length=1)] | list[Annotated[str, Field(min_length=1)]] = []
    max_tokens: PositiveInt | None = None
    max_completion_tokens: PositiveInt | None = None
    stream: bool = False
    stream_options: StreamOptions = StreamOptions()

    @property
    def stops(self) -> list[str]:
        """The strings that end a text."""
        return [self.stop] if isinstance(self.stop, str) else self.stop

    @property
    def limit(self) -> int | None:
        """The maximum number of tokens of a text."""
        return self.max_completion_tokens if self.max_tokens is None else self.max_tokens


class CompletionOptions(TextOptions):
    """The fields of completions."""

    echo: bool = False
    logprobs: Annotated[Any, _unsupported()] = None
    suffix: Annotated[Any, _unsupported("")] = None
    best_of: Annotated[Any, _unsupported(1)] = None


class ChatOptions(TextOptions):
    """The fields of chat completions."""

    tools: Annotated[Any, _unsupported([])] = None
    tool_choice: Annotated[Any, _unsupported("none", "auto")] = None
    functions: Annotated[Any, _unsupported([])] = None
    function_call: Annotated[Any, _unsupported("none", "auto")] = None
    response_format: Annotated[Any, _unsupported({"type": "text"})] = None
    logprobs: Annotated[Any, _unsupported(False)] = None
    top_logprobs: Annotated[Any, _unsupported(0)] = None
    modalities: Annotated[Any, _unsupported(["text"])] = None
    audio: Annotated[Any, _unsupported()] = None
    prediction: Annotated[Any, _unsupported()] = None
    web_search_options: Annotated[Any, _unsupported()] = None


class EmbeddingOptions(BaseModel):
    """The fields of embeddings."""

    model_config = ConfigDict(defer_build=True)

    dimensions: Annotated[int, Field(ge=1, le=MOST_DIMENSIONS)] = DIMENSIONS
    encoding_format: Literal["float", "base64"] = "float"
