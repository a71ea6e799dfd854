"""Reading of JSON Lines and of JSON arrays."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Final

from pydantic_core import from_json

from .._display.text import printable
from .formats import BLOCK, MAX_RECORD, read_batches
from .shapes import MAX_CHARACTERS, shape_of_record
from .values import JSON, json_type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from .builder import ReportBuilder
    from .shapes import Shape

_REST: Final = "; the rest of the file is not checked"
_END: Final = "the end of the file"
_PLACE: Final = re.compile(r" at line \d+ column (\d+)$")
_MISTAKEN: Final = re.compile(rb"-?(NaN|Inf(?:inity)?|None|True|False)\b")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_int=float)  # its result is dropped, and int() refuses very long numbers


def check_jsonl(builder: ReportBuilder, file: BinaryIO, task_type: str | None) -> Shape | None:
    """Check a file with one JSON object on each line, and return the shape of its records."""
    records = _Records(builder, task_type)
    first = 1
    for lines in read_batches(file):
        if not records.count(first, lines):
            for line, content in enumerate(lines, first):
                builder.line = line
                records.check(content)
        first += len(lines)
    return records.shape


def check_array(builder: ReportBuilder, file: BinaryIO, task_type: str | None) -> Shape | None:
    """Check a file with one JSON array of objects, and return the shape of its records."""
    records = _Records(builder, task_type)
    for line, content in _elements(builder, file):
        builder.line = line
        records.check(content)
    return records.shape


class _Records:
    """The check of a file's records."""

    def __init__(self, builder: ReportBuilder, task_type: str | None) -> None:
        self._builder = builder
        self._task_type = task_type
        self.shape: Shape | None = None

    def count(self, first: int, lines: list[bytes]) -> bool:
        """Count the records on consecutive lines; return False, with nothing done, if one may have a problem."""
        if self.shape is None or max(map(len, lines)) > MAX_CHARACTERS:
            return False
        try:
            records = [_parse(line) for line in lines]
        except ValueError:
            return False
        objects = [record for record in records if isinstance(record, dict)]
        if len(objects) < len(records) or not self.shape.count(objects):
            return False
        self._builder.count_records(first, lines)
        return True

    def check(self, content: bytes) -> None:
        """Report the problems of the record on the builder's line."""
        builder = self._builder
        try:
            record = _parse(content)
        except ValueError as error:
            _report_unparsable(builder, content, str(error))
            return
        builder.count_record(content)
        if not isinstance(record, dict):
            builder.error(f"the record must be an object, not {json_type(record)}")
            return
        self.shape = self.shape or shape_of_record(builder, record, self._task_type)
        if self.shape is not None:
            self.shape.check(record)


def _parse(content: bytes) -> JSON:
    value: JSON = from_json(content, allow_inf_nan=False, cache_strings="keys")
    return value


def _report_unparsable(builder: ReportBuilder, content: bytes, reason: str) -> None:
    if content.isspace():
        builder.warning("blank line")
        return
    builder.records += 1
    if not content:
        builder.warning(f"the record is longer than {MAX_RECORD >> 20} MiB and is not checked")
        return
    try:
        content.decode()
    except UnicodeDecodeError as error:
        builder.error(f"invalid UTF-8 at byte {error.start + 1} of the record")
        return
    if reason.startswith("EOF"):
        builder.error("invalid JSON: the record is incomplete; write each record on one line")
        return
    place = _PLACE.search(reason)
    column = int(place[1]) if place else 1
    mistaken = _MISTAKEN.match(content, column - 1)
    reason = f"{mistaken[0].decode()} is not JSON" if mistaken else _PLACE.sub("", reason)
    builder.error(f"invalid JSON at column {column}: {reason}")


class _ArrayError(ValueError):
    """The file stops being a JSON array here."""


def _elements(builder: ReportBuilder, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the elements of a JSON array with their lines, and report where the array breaks."""
    text = _ArrayText(file)
    try:
        text.expect("[")
        if text.peek() != "]":
            yield text.line, text.element()
            while text.peek() != "]":
                text.expect(",")
                text.peek()
                yield text.line, text.element()
        text.expect("]")
        text.expect("")
    except _ArrayError as error:
        builder.line = text.line
        builder.error(f"invalid JSON: {error}{_REST}")


class _ArrayText:
    """The text of a JSON array, of which only the element being read is kept in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.line = 1
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._text = ""
        self._position = 0
        self._ended = False

    def peek(self) -> str:
        """Return the next character that is not white space, and an empty string at the end."""
        while True:
            match = _SPACE.match(self._text, self._position)
            self._advance(match.end() if match else self._position)
            if self._position < len(self._text) or not self._fill():
                return self._text[self._position : self._position + 1]

    def expect(self, character: str) -> None:
        """Skip the next character that is not white space."""
        found = self.peek()
        if found != character:
            raise _ArrayError(f"expected {character or _END} and found {printable(found) or _END}")
        self._advance(self._position + 1)

    def element(self) -> bytes:
        """Return the element that begins here."""
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text, self._position)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._position > MAX_RECORD or not self._fill():
                    raise self._error(error) from None
                continue
            if end < len(self._text) or not self._fill():  # a number at the end of a block may go on in the next
                break
        content = self._text[self._position : end]
        self._advance(end)
        return content.encode("utf-8", "surrogateescape")

    def _error(self, error: Exception) -> _ArrayError:
        limit = f", or a record of more than {MAX_RECORD >> 20} MiB" if len(self._text) > MAX_RECORD else ""
        if isinstance(error, json.JSONDecodeError):
            self._advance(error.pos)
            return _ArrayError(error.msg + limit)
        return _ArrayError("nested too deeply")

    def _advance(self, end: int) -> None:
        self.line += self._text.count("\n", self._position, end)
        self._position = end

    def _fill(self) -> bool:
        """Drop the text before the position and add the next block; return False at the end of the file."""
        if self._ended:
            return False
        rest = self._text[self._position :]
        block = self._file.read(max(BLOCK, len(rest)))  # so that a long element is not decoded for each block
        self._ended = not block
        self._text = rest + self._decode(block, not block)
        self._position = 0
        return True
