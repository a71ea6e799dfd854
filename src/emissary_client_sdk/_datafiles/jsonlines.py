"""Reading of JSON Lines, and the parsing of single records."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from .._display.text import printable
from .batch import BLANK_LINE, Batch, Unreadable, read_blocks
from .formats import MAX_RECORD, PREPARE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .batch import Readable

_PLACE: Final = re.compile(r" at line (\d+) column (\d+)$")
_MISTAKEN: Final = re.compile(rb"-?(NaN|Inf(?:inity)?|None|True|False|undefined)\b")
_TOO_LONG: Final = Unreadable(f"the record is longer than {MAX_RECORD >> 20} MiB and is not checked")
QUOTES: Final = {"'": "single quotes", "\u201c": "typographic quotes", "\u201d": "typographic quotes"}
STRAIGHT: Final = 'write strings in straight double quotes: "…"'
UNCLOSED: Final = "a string is not closed, or has a line break or tab that is not escaped"


def read_jsonl(file: Readable) -> Iterator[Batch]:
    """Yield the records of a file with one JSON object on each line."""
    first = 1
    for block in read_blocks(file, MAX_RECORD):
        if block is None:
            yield Batch(range(first, first + 1), [_TOO_LONG])
            first += 1
            continue
        block = block.removesuffix(b"\n")
        count = block.count(b"\n") + 1
        records = parse_many(block.replace(b"\n", b","), count)
        if records is None:
            records = list(map(parse, block.split(b"\n")))
        yield Batch(range(first, first + count), records, block, partial(block.split, b"\n"))
        first += count


def parse_many(joined: bytes, count: int) -> list[Any] | None:
    """Return records that are separated by commas; None if one cannot be read or the number is not as expected."""
    try:
        values: list[Any] = from_json(b"[" + joined + b"]", allow_inf_nan=False, cache_strings="keys")
    except ValueError:
        return None
    return values if len(values) == count else None


def parse(content: bytes) -> Any:
    """Return a record, or an ``Unreadable`` with the reason."""
    try:
        return from_json(content, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        return BLANK_LINE if content.isspace() or not content else _explain(content, str(error))


def _explain(content: bytes, reason: str) -> Unreadable:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return Unreadable("invalid UTF-8", f" at byte {error.start + 1} of the record", PREPARE)
    place = _PLACE.search(reason)
    row, column = (int(place[1]), int(place[2])) if place else (1, 1)
    before = content.split(b"\n")[: row - 1]
    position = sum(map(len, before)) + len(before) + column - 1
    where = f" at column {column}"
    if mistaken := _MISTAKEN.match(content, position):
        return Unreadable(f"invalid JSON: {mistaken[0].decode()} is not JSON", where)
    if "control character" in reason:
        return Unreadable(f"invalid JSON: {UNCLOSED}", where)
    if quotes := QUOTES.get(content[position:].decode(errors="replace")[:1]):
        return Unreadable(f"invalid JSON: {quotes}", where, STRAIGHT)
    if "trailing comma" in reason:
        return Unreadable("invalid JSON: a comma too many", where)
    if reason.startswith("EOF while parsing a string"):
        return Unreadable("invalid JSON: a string is not closed")
    if reason.startswith("EOF"):
        return Unreadable("invalid JSON: the record is incomplete", "", "write each record on one line")
    if "trailing characters" in reason:
        found = printable(content[position : position + 40].decode(errors="replace"), 20)
        if found.startswith(","):
            return Unreadable("invalid JSON: a comma after the record", where, "separate records by line breaks only")
        hint = "write each record on its own line" if found.startswith("{") else None
        return Unreadable("invalid JSON: text after the record", f"{where}: {found}", hint)
    if reason.startswith("expected `,`"):
        return Unreadable("invalid JSON: expected a comma or the end", where, "is a quote missing, or not escaped?")
    return Unreadable(f"invalid JSON: {_PLACE.sub('', reason)}", where)


def repeated_keys(content: bytes) -> list[str]:
    """Return the keys that an object of a record has several times."""
    found: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(key for key, _ in pairs)
        found.extend(key for key, count in counts.items() if count > 1)

    json.loads(content, object_pairs_hook=collect, parse_int=float)
    return found
