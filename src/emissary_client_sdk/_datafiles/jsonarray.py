"""Reading of a JSON array, of which only a part is kept in memory."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from .._display.text import printable
from .batch import BLOCK, REST, Batch, Unreadable
from .formats import MAX_RECORD
from .jsonlines import QUOTES, STRAIGHT, UNCLOSED, parse, parse_many
from .values import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .batch import Readable

_END: Final = "the end of the file"
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_int=float)  # its result is dropped, and int() refuses very long numbers


class _ArrayError(ValueError):
    """The file stops being a JSON array here."""


def read_array(file: Readable) -> Iterator[Batch]:
    """Yield the elements of a JSON array, and ``Unreadable`` where the array breaks."""
    text = _ArrayText(file)
    try:
        text.expect("[")
        if text.peek() != "]":
            yield from _elements(text)
        text.expect("]")
        text.expect("")
    except _ArrayError as error:
        yield Batch([text.line], [Unreadable(f"invalid JSON: {error}{REST}", is_record=False)])


def _elements(text: _ArrayText) -> Iterator[Batch]:
    while True:
        start = text.offset
        batch, error = text.block(), None
        if batch is None:
            batch, error = _read_singly(text, start + BLOCK)
        yield batch
        if error:
            raise error
        if text.peek() == "]":
            return
        text.comma()


def _read_singly(text: _ArrayText, until: int) -> tuple[Batch, _ArrayError | None]:
    """Return the elements up to an offset, and the error that is found behind them."""
    lines: list[int] = []
    records: list[Any] = []
    contents: list[bytes] = []
    error = None
    try:
        while True:
            text.peek()
            line, content = text.line, text.element()
            lines.append(line)
            contents.append(content)
            records.append(parse(content))
            if text.offset >= until or text.peek() == "]":
                break
            text.comma()
    except _ArrayError as found:
        error = found
    text.learn(records)
    return Batch(lines, records, b"\n".join(contents), lambda: contents), error


class _ArrayText:
    """The text of a JSON array, of which only the block being read is kept in memory.

    It is decoded as Latin-1, because then each character is one byte, and the structure of JSON is ASCII.

    :ivar offset: Number of characters before the position.
    """

    def __init__(self, file: Readable) -> None:
        self.line = 1
        self.offset = 0
        self._file = file
        self._text = ""
        self._position = 0
        self._ended = False
        self._between: re.Pattern[str] | None = None

    def peek(self) -> str:
        """Return the next character that is not white space, and an empty string at the end."""
        while True:
            match = _SPACE.match(self._text, self._position)
            self._advance(match.end() if match else self._position)
            if self._position < len(self._text) or not self._fill():
                return _first_of(self._text[self._position : self._position + 4])

    def expect(self, character: str) -> None:
        """Skip the next character that is not white space."""
        found = self.peek()
        if found != character:
            raise _ArrayError(f"expected {character or _END} and found {printable(found) or _END}")
        self._advance(self._position + len(character))

    def comma(self) -> None:
        """Skip the comma between two elements."""
        self.expect(",")
        line = self.line
        if self.peek() == "]":
            self.line = line
            raise _ArrayError("a comma after the last record")

    def learn(self, records: list[Any]) -> None:
        """Remember how records begin, so that ``block`` recognizes the boundaries between them."""
        first = next((record for record in records if is_object(record) and record), None)
        if first is not None:
            key = re.escape(json.dumps(next(iter(first)), ensure_ascii=False).encode().decode("latin-1"))
            self._between = re.compile(rf"\}},\s*(?=\{{\s*{key})")

    def block(self) -> Batch | None:
        """Return the elements that end in the current text; None if their boundaries are not certain."""
        if len(self._text) - self._position < BLOCK:
            self._fill()
        if self._between is None:
            return None
        matches = list(self._between.finditer(self._text, self._position))
        if not matches:
            return None
        end = matches[-1].start() + 1
        text = self._text[self._position : end].encode("latin-1")
        records = parse_many(text, len(matches))
        if records is None or set(map(type, records)) != {dict}:
            return None
        starts = [self._position, *(match.end() for match in matches)]
        whole, lines = self._text, self._lines(starts[:-1])
        self._advance(end)

        def contents() -> list[bytes]:
            pieces = [whole[start:stop].rstrip(", \t\r\n") for start, stop in pairwise(starts)]
            return [piece.encode("latin-1") for piece in pieces]

        return Batch(lines, records, text, contents)

    def _lines(self, starts: list[int]) -> list[int]:
        if "\n" not in self._text[starts[0] : starts[-1]]:
            return [self.line] * len(starts)
        line, before, lines = self.line, starts[0], list[int]()
        for start in starts:
            line += self._text.count("\n", before, start)
            lines.append(line)
            before = start
        return lines

    def element(self) -> bytes:
        """Return the element that begins here."""
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text, self._position)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._position > MAX_RECORD or not self._fill():
                    raise self._error(error) from None
                continue
            if end == len(self._text) and self._fill():  # a number at the end of a block may go on in the next
                continue
            content = self._text[self._position : end]
            self._advance(end)
            return content.encode("latin-1")

    def _error(self, error: Exception) -> _ArrayError:
        if not isinstance(error, json.JSONDecodeError):
            return _ArrayError("nested too deeply")
        if len(self._text) - self._position > MAX_RECORD:
            return _ArrayError(f"{error.msg}, or a record of more than {MAX_RECORD >> 20} MiB")
        self._advance(error.pos)
        if "control character" in error.msg:
            return _ArrayError(UNCLOSED)
        quotes = QUOTES.get(_first_of(self._text[error.pos : error.pos + 4]))
        return _ArrayError(f"{quotes}; {STRAIGHT}" if quotes else error.msg)

    def _advance(self, end: int) -> None:
        self.line += self._text.count("\n", self._position, end)
        self.offset += end - self._position
        self._position = end

    def _fill(self) -> bool:
        """Drop the text before the position and add the next block; return False at the end of the file."""
        if self._ended:
            return False
        rest = self._text[self._position :]
        block = self._file.read(max(BLOCK, len(rest)))  # so that a long element is not decoded for each block
        self._ended = not block
        self._text = rest + block.decode("latin-1")
        self._position = 0
        return True


def _first_of(text: str) -> str:
    """Return the first character of UTF-8 that was decoded as Latin-1."""
    return text.encode("latin-1").decode(errors="replace")[:1]
