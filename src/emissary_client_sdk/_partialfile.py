"""The file that a download fills, while it is not whole."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from .utils.checks import header_problem

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


class PartialFile:
    """The file while it is not whole: ``NAME.part``, and beside it in ``NAME.part.json`` which file it is a part of.

    Only ``finish`` makes anything appear under the file's own name.

    :ivar size: how many bytes there are.
    :ivar total: how many there are to be, where the host has said so.
    """

    def __init__(self, path: Path, bar: Any = None) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._notes = path.with_name(path.name + ".part.json")
        self._bar = bar
        self._file: Any = None  # while content comes
        self._validator: str | None = None
        self.size = 0
        self.total: int | None = None
        self._recall()

    def _recall(self) -> None:
        """Take up what an earlier download has left, if it is known what it is."""
        try:
            validator = json.loads(self._notes.read_bytes())["validator"]
            size = self._part.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return
        if isinstance(validator, str) and header_problem(validator) is None:
            self._validator, self.size = validator, size

    def headers(self) -> dict[str, str]:
        """Give the headers that ask for the rest, if the file is still the same one."""
        if not self.size or self._validator is None:
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self._validator}

    def begin(self, response: httpx.Response) -> bool:
        """See whether an answer holds the file or its rest, and be ready for it."""
        length = response.headers.get("content-length", "")
        announced = int(length) if length.isdecimal() else None
        if response.status_code == 200:
            # Emptied before the notes change: they must never say of old content that it is new.
            self._file = self._part.open("wb")
            self.size, self.total = 0, announced
            self._note(_validator(response))
        elif response.status_code == 206 and self._is_continued_by(response):
            self._file = self._part.open("ab")
            all_ = _content_range(response)[1]
            self.total = self.size + announced if all_ is None and announced is not None else all_
        else:
            return False
        if self._bar is not None:
            self._bar.total = self.total
            self._bar.n = self._bar.initial = self.size
            self._bar.refresh()
        return True

    def _note(self, validator: str | None) -> None:
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

    def write(self, part: bytes) -> None:
        """Write the next piece."""
        self._file.write(part)
        if self._bar is not None:
            self._bar.update(len(part))

    def end(self, *, finished: bool) -> None:
        """Close the file; when it may be whole, only after the disk has it."""
        with self._file as file:
            if finished:
                file.flush()
                os.fsync(file.fileno())
        self.size = self._part.stat().st_size

    def is_all_of(self, response: httpx.Response) -> bool:
        """Whether an answer that there is nothing more (416) confirms that what is here is all."""
        return _content_range(response)[1] == self.size

    def discard(self) -> None:
        """Begin anew: what is here is of no use."""
        self._notes.unlink(missing_ok=True)
        self._validator, self.size = None, 0

    def finish(self) -> Path:
        """Give the whole file its name."""
        self._part.replace(self._path)
        self._notes.unlink(missing_ok=True)
        return self._path


def _content_range(response: httpx.Response) -> tuple[int | None, int | None]:
    """Read from where on an answer holds the file, and how long the file is."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    if found is None:
        return None, None
    start, total = found.groups()
    return None if start is None else int(start), None if total == "*" else int(total)


def _validator(response: httpx.Response) -> str | None:
    """Give what tells this content from any other of the same link: If-Range takes no weak ETag."""
    etag: str | None = response.headers.get("etag")
    if etag is not None and etag.startswith('"'):
        return etag
    modified: str | None = response.headers.get("last-modified")
    return modified
