"""Server-sent events: an incremental parser, and the chunks of a streamed completion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from .._call.errors import one_line
from ..errors import StreamInterruptedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAX_EVENT = 16 << 20  # bytes
_MAX_JSON = 256 << 20  # bytes
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventParser:
    """Parses the ``data`` of server-sent events from pieces of any size.

    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []  # the parts of an incomplete line
        self._data: list[bytes] = []
        self._size = 0
        self._is_start = True
        self._is_after_carriage_return = False

    def feed(self, piece: bytes) -> Iterator[str]:
        """Yield the data of each event that the piece completes.

        :raises ValueError: An event is larger than 16 MiB.
        """
        if self._is_after_carriage_return and piece.startswith(b"\n"):
            piece = piece[1:]  # the second half of a line end
            self._is_after_carriage_return = False
        if not piece:
            return
        self._is_after_carriage_return = piece.endswith(b"\r")
        part, *parts = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._add(part)
        for part in parts:
            yield from self._end_line()
            self._add(part)

    def _add(self, part: bytes) -> None:
        self._line.append(part)
        self._size += len(part)
        if self._size > _MAX_EVENT:
            raise ValueError(f"an event is larger than {_MAX_EVENT >> 20} MiB")

    def _end_line(self) -> Iterator[str]:
        line = b"".join(self._line)
        self._line = []
        if self._is_start:
            line, self._is_start = line.removeprefix(_BYTE_ORDER_MARK), False
        if not line:
            data, self._data, self._size = self._data, [], 0
            if data:
                yield b"\n".join(data).decode("utf-8", "replace")
            return
        name, _, value = line.partition(b":")  # a comment has an empty name
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        else:
            self._size -= len(line)


class Chunk(Protocol):
    """A part of a streamed completion."""

    @property
    def text(self) -> str:
        """The text that the chunk adds."""
        ...


ChunkT = TypeVar("ChunkT", bound=Chunk)


class Chunks(Generic[ChunkT]):
    """The chunks of one streamed response, and the text so far.

    :param chunk_type: Model of a chunk.
    :param request_line: Method and path of the request, for messages.
    :param content_type: Media type of the response. A JSON response is a single chunk.
    :param redact: Replaces the API key in a message.
    """

    def __init__(
        self, chunk_type: type[ChunkT], request_line: str, content_type: str, redact: Callable[[str], str]
    ) -> None:
        self._chunk_type: Any = chunk_type
        self._request_line = request_line
        self._parser = None if content_type.lower().startswith("application/json") else EventParser()
        self._redact = redact
        self._json: list[bytes] = []
        self._json_size = 0
        self._is_finished = False
        self.is_done = False
        self.text = ""

    def feed(self, piece: bytes) -> Iterator[ChunkT]:
        """Yield the chunks that the piece completes; after the end of the completion, pieces are ignored.

        :raises StreamInterruptedError: The server reports an error, or sends something that is not a chunk.
        """
        if self.is_done:
            return
        if self._parser is None:
            self._json.append(piece)
            self._json_size += len(piece)
            if self._json_size > _MAX_JSON:
                raise self.interrupted(f"the response has more than {_MAX_JSON >> 20} MiB of content")
            return
        try:
            for data in self._parser.feed(piece):
                if data.strip() == "[DONE]":
                    self.is_done = True
                    return
                yield self._chunk(data)
        except ValueError as error:  # pydantic's ValidationError is a ValueError
            raise self._invalid("the server sent an invalid event", error) from None

    def end(self) -> Iterator[ChunkT]:
        """Yield the chunks that the end of the response completes.

        :raises StreamInterruptedError: The response ended before the completion was finished.
        """
        if self.is_done:
            return
        if self._parser is None:
            try:
                yield self._chunk(b"".join(self._json).decode("utf-8-sig", "replace"))
            except ValueError as error:
                raise self._invalid("the response is not a completion", error) from None
        elif not self._is_finished:
            raise self.interrupted("the response ended before the completion was finished")
        self.is_done = True

    def _chunk(self, data: str) -> ChunkT:
        message = _error_message(data)
        if message is not None:
            raise self.interrupted(f"the server reports an error: {message}")
        chunk: ChunkT = self._chunk_type.model_validate_json(data)
        self.text += chunk.text
        choices: Any = getattr(chunk, "choices", None) or []
        self._is_finished = self._is_finished or any(choice.finish_reason for choice in choices)
        return chunk

    def _invalid(self, reason: str, error: ValueError) -> StreamInterruptedError:
        return self.interrupted(f"{reason}: {one_line(str(error))}")

    def interrupted(self, reason: str) -> StreamInterruptedError:
        """Return the error of a stream that ended early."""
        self.is_done = True
        return StreamInterruptedError(self._redact(f"{self._request_line}: {reason}"), text=self.text)


def _error_message(data: str) -> str | None:
    if '"error"' not in data:
        return None
    try:
        fields: Any = json.loads(data)
    except RecursionError:
        return None  # pydantic refuses it, too
    error: Any = cast("dict[str, Any]", fields).get("error") if isinstance(fields, dict) else None
    if isinstance(error, dict):
        error = cast("dict[str, Any]", error).get("message", error)
    return None if error is None else one_line(str(error))
