"""The file that a download writes, until it is complete."""

from __future__ import annotations

import errno
import filecmp
import json
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from .._transport.codings import decoder_of
from .._validation import header_problem

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from .._display.progress import Meter

_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-\d+|\*)/(\d{1,18}|\*)")


class _Version(NamedTuple):
    """The validators of a version of a file; None for those that the host does not send."""

    etag: str | None = None
    modified: str | None = None
    total: int | None = None  # bytes

    def condition(self) -> str | None:
        """Return the value of ``If-Range``: a strong ETag or else the modification date. A weak ETag is not allowed."""
        return self.etag if self.etag is not None and self.etag.startswith('"') else self.modified

    def differs_from(self, other: _Version) -> bool:
        """Return whether any value that both have differs."""
        return any(None not in pair and pair[0] != pair[1] for pair in zip(self, other, strict=True))


class PartialFile:
    """An incomplete file: ``NAME.part``, with ``NAME.part.json``, which identifies the file on the host.

    Nothing has the file's own name until ``finish``.

    :param overwrite: Whether another file of this name may be replaced.
    :ivar size: Number of bytes so far.
    """

    def __init__(self, path: Path, meter: Meter | None = None, *, overwrite: bool = False) -> None:
        self._path = path
        self._overwrite = overwrite
        self._part = path.with_name(path.name + ".part")
        self._notes = path.with_name(path.name + ".part.json")
        self._meter = meter
        self._file: Any = None  # open while content is written
        self._version = _Version()
        self.size = 0
        self._restore()

    @property
    def total(self) -> int | None:
        """Number of bytes of the complete file, or None if the host has not announced it."""
        return self._version.total

    def _restore(self) -> None:
        """Continue the file of an earlier download, if its version is known."""
        try:
            notes = json.loads(self._notes.read_bytes())
            etag, modified, total = (notes[name] for name in _Version._fields)
            size = self._part.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return
        texts = [text for text in (etag, modified) if text is not None]
        if all(isinstance(text, str) and header_problem(text) is None for text in texts):
            self._version = _Version(etag, modified, total if isinstance(total, int) else None)
            self.size = size

    def range_headers(self) -> dict[str, str]:
        """Return the headers that request the rest of the file, provided that it has not changed."""
        condition = self._version.condition()
        return {"Range": f"bytes={self.size}-", "If-Range": condition} if self.size and condition is not None else {}

    def begin(self, response: httpx.Response) -> bool:
        """Open the file and return True if a response contains the file or the rest of it.

        :raises FileExistsError: Another file has the name, as its size shows.
        """
        coding = response.headers.get("content-encoding", "").strip().lower()
        if self._path.suffix.lower() in (".gz", ".tgz") and coding in ("gzip", "x-gzip"):
            del response.headers["content-encoding"]  # storage hosts describe a compressed file like this
        is_encoded = decoder_of(response.headers) is not None
        if response.status_code == 200:
            version = _Version() if is_encoded else _version_of(response)  # ranges would be of the encoded file
            if version.total is not None and self._is_taken() and self._path.stat().st_size != version.total:
                raise self._taken()
            # Truncated before the notes change: they must never describe the old content as the new one.
            self._file = self._part.open("wb")
            self.size = 0
            self._note(version)
        elif response.status_code == 206 and not is_encoded and self._is_continued_by(response):
            self._file = self._part.open("ab")
            if self.total is None:
                self._note(self._version._replace(total=_version_of(response).total))
        else:
            return False
        if self._meter is not None:
            self._meter.total = self.total
            self._meter.n = self._meter.initial = self.size
            self._meter.refresh()
        return True

    def _note(self, version: _Version) -> None:
        self._version = version
        if version.condition() is None:
            self._notes.unlink(missing_ok=True)
        else:
            self._notes.write_text(json.dumps(version._asdict()), encoding="utf-8")

    def _is_continued_by(self, response: httpx.Response) -> bool:
        if self._version.etag is not None and "etag" not in response.headers:
            return False  # RFC 9110 requires it of the part, too
        start = _content_range(response)[0]
        return bool(self.range_headers()) and start == self.size and not self._has_changed(response)

    def _has_changed(self, response: httpx.Response) -> bool:
        return self._version.differs_from(_version_of(response))

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
        return _content_range(response)[1] == self.size and not self._has_changed(response)

    def discard(self) -> None:
        """Start over."""
        self._note(_Version())
        self.size = 0

    def finish(self) -> Path:
        """Rename the complete file to its own name, unless a file with this content has it, and return its path.

        :raises FileExistsError: Another file has the name; the complete file keeps its own.
        """
        if self._is_taken():
            if not filecmp.cmp(self._part, self._path, shallow=False):
                raise self._taken()
            self._part.unlink()
        else:
            self._part.replace(self._path)
        self._notes.unlink(missing_ok=True)
        return self._path

    def _is_taken(self) -> bool:
        return not self._overwrite and self._path.exists()

    def _taken(self) -> FileExistsError:
        message = "a file with other content has this name, and overwrite is not set"
        return FileExistsError(errno.EEXIST, message, str(self._path))


def _content_range(response: httpx.Response) -> tuple[int | None, int | None]:
    """Return the first byte and the total size that a response names in its Content-Range."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    if match is None:
        return None, None
    start, total = match.groups()
    return None if start is None else int(start), None if total == "*" else int(total)


def _version_of(response: httpx.Response) -> _Version:
    """Return the version of the file that a response, whose content is not encoded, describes."""
    headers = response.headers
    start, total = _content_range(response)
    length = headers.get("content-length", "")
    if length.isdecimal() and response.status_code == 200:
        total = int(length)
    elif length.isdecimal() and total is None and start is not None:
        total = start + int(length)
    return _Version(headers.get("etag"), headers.get("last-modified"), total)
