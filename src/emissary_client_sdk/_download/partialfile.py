"""The file that a download writes, until it is complete."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from .._validation import header_problem

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from .._display.progress import Meter

_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


class PartialFile:
    """An incomplete file: ``NAME.part``, with ``NAME.part.json``, which identifies the file on the host.

    Nothing has the file's own name until ``finish``.

    :ivar size: Number of bytes so far.
    :ivar total: Number of bytes of the complete file, or None if the host has not announced it.
    """

    def __init__(self, path: Path, meter: Meter | None = None) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._notes = path.with_name(path.name + ".part.json")
        self._meter = meter
        self._file: Any = None  # open while content is written
        self._validator: str | None = None
        self.size = 0
        self.total: int | None = None
        self._restore()

    def _restore(self) -> None:
        """Continue the file of an earlier download, if its validator is known."""
        try:
            validator = json.loads(self._notes.read_bytes())["validator"]
            size = self._part.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return
        if isinstance(validator, str) and header_problem(validator) is None:
            self._validator, self.size = validator, size

    def range_headers(self) -> dict[str, str]:
        """Return the headers that request the rest of the file, provided that it has not changed."""
        if not self.size or self._validator is None:
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self._validator}

    def begin(self, response: httpx.Response) -> bool:
        """Open the file and return True if a response contains the file or the rest of it."""
        length = response.headers.get("content-length", "")
        announced = int(length) if length.isdecimal() else None
        if response.status_code == 200:
            # Truncated before the notes change: they must never describe the old content as the new one.
            self._file = self._part.open("wb")
            self.size, self.total = 0, announced
            self._write_notes(_validator_of(response))
        elif response.status_code == 206 and self._is_continued_by(response):
            self._file = self._part.open("ab")
            total = _content_range(response)[1]
            self.total = self.size + announced if total is None and announced is not None else total
        else:
            return False
        if self._meter is not None:
            self._meter.total = self.total
            self._meter.n = self._meter.initial = self.size
            self._meter.refresh()
        return True

    def _write_notes(self, validator: str | None) -> None:
        self._validator = validator
        if validator is None:
            self._notes.unlink(missing_ok=True)
        else:
            self._notes.write_text(json.dumps({"validator": validator}), encoding="utf-8")

    def _is_continued_by(self, response: httpx.Response) -> bool:
        if self._validator is None or not self.size or _content_range(response)[0] != self.size:
            return False
        etag = response.headers.get("etag")
        return etag is None or not self._validator.startswith('"') or etag == self._validator

    def write(self, data: bytes) -> None:
        """Write the next data."""
        self._file.write(data)
        if self._meter is not None:
            self._meter.update(len(data))

    def end(self, *, finished: bool) -> None:
        """Close the file; flush it to the disk if it may be complete."""
        with self._file as file:
            if finished:
                file.flush()
                os.fsync(file.fileno())
        self.size = self._part.stat().st_size

    def is_all_of(self, response: httpx.Response) -> bool:
        """Return whether a response with status 416 confirms that the file is complete."""
        return _content_range(response)[1] == self.size

    def discard(self) -> None:
        """Start over."""
        self._notes.unlink(missing_ok=True)
        self._validator, self.size = None, 0

    def finish(self) -> Path:
        """Rename the complete file to its own name and return its path."""
        self._part.replace(self._path)
        self._notes.unlink(missing_ok=True)
        return self._path


def _content_range(response: httpx.Response) -> tuple[int | None, int | None]:
    """Return the first byte and the total size that a response names in its Content-Range."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    if match is None:
        return None, None
    start, total = match.groups()
    return None if start is None else int(start), None if total == "*" else int(total)


def _validator_of(response: httpx.Response) -> str | None:
    """Return a strong ETag or else the modification date; If-Range accepts no weak ETag."""
    etag: str | None = response.headers.get("etag")
    if etag is not None and etag.startswith('"'):
        return etag
    modified: str | None = response.headers.get("last-modified")
    return modified
