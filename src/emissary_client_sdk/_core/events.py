"""Server-sent events: an incremental parser, and the chunks of a streamed completion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from ..errors import StreamInterruptedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_EVENT = 16 << 20  # bytes
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventParser:
    """Parses the ``data`` of server-sent events from pieces of any size.

    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._data: list[bytes] = []
        self._size = 0
        self._is_start = True

    def feed(self, piece: bytes) -> Iterator[str]:
        """Yield the data of each event that the piece completes.

        :raises ValueError: An event is larger than 16 MiB.
        """
        self._buffer += piece
        if self._is_start:
            if len(self._buffer) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(self._buffer):
                return
            self._buffer = self._buffer.removeprefix(_BYTE_ORDER_MARK)
            self._is_start = False
        *lines, self._buffer = self._split()
        if len(self._buffer) + self._size > _MAX_EVENT:
            raise ValueError(f"an event is larger than {_MAX_EVENT >> 20} MiB")
        for line in lines:
            yield from self._line(line)

    def _split(self) -> list[bytes]:
        """Split the buffer at line ends; a final carriage return may be the first half of one."""
        if self._buffer.endswith(b"\r"):
            lines = self._buffer[:-1].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
            lines[-1] += b"\r"
            return lines
        return self._buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")

    def _line(self, line: bytes) -> Iterator[str]:
        if not line:
            if self._data:
                yield b"\n".join(self._data).decode("utf-8", "replace")
            self._data, self._size = [], 0
            return
        name, _, value = line.partition(b":")  # a comment has an empty name
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)


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
    """

    def __init__(self, chunk_type: type[ChunkT], request_line: str, content_type: str) -> None:
        self._chunk_type: Any = chunk_type
        self._request_line = request_line
        self._parser = None if content_type.startswith("application/json") else EventParser()
        self._json = b""
        self._is_finished = False
        self.is_done = False
        self.text = ""

    def feed(self, piece: bytes) -> Iterator[ChunkT]:
        """Yield the chunks that the piece completes.

        :raises StreamInterruptedError: The server reports an error, or sends something that is not a chunk.
        """
        if self._parser is None:
            self._json += piece
            return
        try:
            for data in self._parser.feed(piece):
                if data.strip() == "[DONE]":
                    self.is_done = True
                    return
                yield self._chunk(data)
        except ValueError as error:  # pydantic's ValidationError is a ValueError
            raise self.interrupted(f"the server sent an invalid event: {error}") from error

    def end(self) -> Iterator[ChunkT]:
        """Yield the chunks that the end of the response completes.

        :raises StreamInterruptedError: The response ended before the completion was finished.
        """
        if self._parser is None:
            try:
                yield self._chunk(self._json.decode("utf-8", "replace"))
            except ValueError as error:
                raise self.interrupted(f"the response is not a completion: {error}") from error
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

    def interrupted(self, reason: str) -> StreamInterruptedError:
        """Return the error of a stream that ended early."""
        return StreamInterruptedError(f"{self._request_line}: {reason}", text=self.text)


def _error_message(data: str) -> str | None:
    if '"error"' not in data:
        return None
    fields: Any = json.loads(data)
    error: Any = cast("dict[str, Any]", fields).get("error") if isinstance(fields, dict) else None
    if isinstance(error, dict):
        error = cast("dict[str, Any]", error).get("message", error)
    return None if error is None else str(error)
