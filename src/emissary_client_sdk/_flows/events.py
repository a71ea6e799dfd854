"""Server-sent events: an incremental parser, and the chunks of a streamed completion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._call.errors import fields_of, one_line, server_message
from .._call.reading import RefusalError, read_json
from .._wire import BYTE_ORDER_MARK, MAX_CONTENT_BYTES
from ..errors import StreamInterruptedError
from ..models import ChatCompletionChunk, CompletionChunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ChunkT = TypeVar("ChunkT", bound=ChatCompletionChunk | CompletionChunk)

_MAX_EVENT = 16 << 20  # bytes
_DONE = "[DONE]"
_SHOWN = 2000  # bytes of a response without events that an error shows the beginning of


class EventParser:
    """Parses server-sent events, each a name and its ``data``, from pieces of any size.

    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []  # the parts of an incomplete line
        self._data: list[bytes] = []
        self._name = ""
        self._size = 0
        self._is_start = True
        self._is_after_carriage_return = False

    def feed(self, piece: bytes) -> Iterator[tuple[str, str]]:
        """Yield the name and the data of each event that the piece completes.

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

    def end(self) -> Iterator[tuple[str, str]]:
        """Yield the last event, if its empty line is missing; it may be cut."""
        yield from self._end_line()  # the incomplete line
        yield from self._end_line()

    def _add(self, part: bytes) -> None:
        self._line.append(part)
        self._size += len(part)
        if self._size > _MAX_EVENT:
            raise ValueError(f"an event is larger than {_MAX_EVENT >> 20} MiB")

    def _end_line(self) -> Iterator[tuple[str, str]]:
        line = b"".join(self._line)
        self._line = []
        if self._is_start:
            line, self._is_start = line.removeprefix(BYTE_ORDER_MARK), False
        if not line:
            data, event = self._data, self._name
            self._data, self._name, self._size = [], "", 0
            if data:
                yield event, b"\n".join(data).decode("utf-8", "replace")
            return
        name, _, value = line.partition(b":")  # a comment has an empty name
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            return
        if name == b"event":
            self._name = value.removeprefix(b" ").decode("utf-8", "replace")
        self._size -= len(line)


class Chunks(Generic[ChunkT]):
    """The chunks of one streamed response, and the text so far.

    :param chunk_type: Model of a chunk.
    :param request_line: Method and path of the request, for messages.
    :param content_type: Media type of the response. A JSON response is a single chunk.
    :param redact: Replaces the API key in a message.
    :ivar text: The text so far of the choice with index 0.
    :ivar is_done: Whether the completion is finished or interrupted, so that nothing else is read.
    """

    def __init__(
        self, chunk_type: type[ChunkT], request_line: str, content_type: str, redact: Callable[[str], str]
    ) -> None:
        self._chunk_type: Any = chunk_type
        self._request_line = request_line
        self._content_type = content_type.partition(";")[0].strip().lower()
        self._parser = None if self._content_type == "application/json" else EventParser()
        self._redact = redact
        self._content = bytearray()  # of a JSON response, or the start of any other
        self._has_events = False
        self._open: set[int] = set()
        self._has_finished = False
        self.is_done = False
        self.text = ""

    def feed(self, piece: bytes) -> Iterator[ChunkT]:
        """Yield the chunks that the piece completes; after the end of the completion, pieces are ignored.

        :raises StreamInterruptedError: The server reports an error, or sends something that is not a chunk.
        """
        if self.is_done:
            return
        if self._parser is None:
            self._content += piece
            if len(self._content) > MAX_CONTENT_BYTES:
                raise self.interrupted(f"the response has more than {MAX_CONTENT_BYTES >> 20} MiB of content")
            return
        if not self._has_events:
            self._content += piece[: _SHOWN - len(self._content)]
        yield from self._chunks_of(self._parser.feed(piece))

    def _chunks_of(self, events: Iterable[tuple[str, str]]) -> Iterator[ChunkT]:
        try:
            for event, data in events:
                self._has_events = True
                self._content.clear()
                if data.strip() == _DONE:
                    self.is_done = True
                    return
                if data.strip() or event == "error":  # others are to keep the connection open
                    yield self._chunk(data.encode(), event)
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
                yield self._chunk(bytes(self._content).removeprefix(BYTE_ORDER_MARK))
            except ValueError as error:
                raise self._invalid("the response is not a completion", error) from None
            self.is_done = True
            return
        yield from self._chunks_of(event for event in self._parser.end() if _is_whole(*event))
        if self.is_done:
            return
        if not self._has_events:
            kind = self._content_type or "a response without a content type"
            shown = one_line(self._content.decode("utf-8", "replace")) or "an empty body"
            raise self.interrupted(f"the server sent {kind} instead of events: {shown}")
        if self._open or not self._has_finished:
            raise self.interrupted("the response ended before the completion was finished")
        self.is_done = True

    def _chunk(self, data: bytes, event: str = "") -> ChunkT:
        if event == "error" or b'"error"' in data:
            self._require_no_error(data, event)
        try:
            chunk: ChunkT = read_json(self._chunk_type.model_validate_json, data, self._request_line)
        except RefusalError as refusal:
            raise self._reported(str(refusal)) from None
        self.text += chunk.text
        choices: list[Any] = getattr(chunk, "choices", None) or []
        for choice in choices:
            index = int(choice.index or 0)
            self._open.add(index)
            if choice.finish_reason:
                self._open.discard(index)
                self._has_finished = True
            error = choice.model_extra.get("error")
            if error or choice.finish_reason == "error":
                raise self._reported(server_message({"error": error}) or "the finish reason is error")
        return chunk

    def _require_no_error(self, data: bytes, event: str) -> None:
        text = data.decode("utf-8", "replace")
        fields = fields_of(text)
        if event == "error" or fields.get("object") == "error" or fields.get("error"):
            raise self._reported(server_message(fields) or one_line(str(fields.get("error") or fields or text)))

    def _reported(self, message: str) -> StreamInterruptedError:
        return self.interrupted(f"the server reports an error: {message}")

    def _invalid(self, reason: str, error: ValueError) -> StreamInterruptedError:
        return self.interrupted(f"{reason}: {one_line(str(error))}")

    def interrupted(self, reason: str) -> StreamInterruptedError:
        """Return the error of a stream that ended early."""
        self.is_done = True
        self._content.clear()  # it may repeat the key
        return StreamInterruptedError(self._redact(f"{self._request_line}: {reason}"), text=self.text)


def _is_whole(event: str, data: str) -> bool:
    """Return whether the last event is usable although its empty line is missing: half an object is no JSON."""
    try:
        return event == "error" or data.strip() == _DONE or json.loads(data) is not None
    except (ValueError, RecursionError):
        return False
