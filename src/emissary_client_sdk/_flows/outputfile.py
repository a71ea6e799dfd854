"""The output of a run over a file, which can be continued after any interruption.

Until the run is finished, the output is a journal: answers are appended in the order in which they arrive, each with a
single write, so that only the last line can be torn. Then the lines are put into the order of the input. What the run
was made with stands in a second file, ``OUTPUT.run.json``.
"""

from __future__ import annotations

import errno
import json
import os
import re
from array import array
from contextlib import suppress
from importlib import import_module
from io import FileIO
from shutil import copymode
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

fcntl: Any = import_module("fcntl") if os.name == "posix" else None

_LINE = re.compile(rb'\{"line": ?(\d{1,18}), ?"(result|error)": ?')
_START = b'{"line":'
_NOT_COMPARED = ("input", "sdk_version")
_BLOCK_BITS = 21
_BLOCK = 1 << _BLOCK_BITS
"""Lines whose places in the journal are kept in memory while they are put into order: 16 MB."""


class _LineSet:
    """A set of line numbers that needs about one byte for each."""

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def add(self, line: int) -> None:
        number = line >> _BLOCK_BITS
        if number not in self._blocks:
            self._blocks[number] = bytearray(_BLOCK)
        self._blocks[number][line % _BLOCK] = 1

    def __contains__(self, line: int) -> bool:
        block = self._blocks.get(line >> _BLOCK_BITS)
        return block is not None and block[line % _BLOCK] == 1


class OutputFile:
    """The output of a run.

    :param path: The file.
    :param facts: What the run is made with, as JSON values.
    :param resume: Whether to continue an output that exists.
    :ivar resumed: Number of records that earlier runs have answered.
    :ivar succeeded: Number of records with an answer, those of earlier runs included.
    :ivar failed: Number of records that failed in this run.
    :ivar tokens: Number of tokens that this run took.
    :raises FileExistsError: The file exists, and is not the output of a run, or ``resume`` is false.
    :raises ValueError: The file is the output of another run.
    :raises BlockingIOError: Another process is writing it.
    """

    def __init__(self, path: Path, facts: Mapping[str, Any], *, resume: bool) -> None:
        self._path = path
        self._notes = path.with_name(f"{path.name}.run.json")
        self._answered = _LineSet()
        self._blocks = set[int]()  # of the lines in the journal
        self._lock = Lock()
        self._last = self._highest = -1
        self._is_sorted = True
        self._size = 0
        self.succeeded = self.failed = self.tokens = 0
        recorded = self._read_notes()
        is_new = self._require_usable(recorded, facts, resume=resume)
        self._file = _open_locked(path)
        try:
            self._require_unchanged(recorded, is_new=is_new)
            if is_new:
                self._write_notes(facts)
            self._restore()
        except BaseException:
            self.close()
            raise
        self.resumed = self.succeeded

    def __contains__(self, line: int) -> bool:
        """Return whether the record of a line has an answer."""
        return line in self._answered

    def _read_notes(self) -> dict[str, Any] | None:
        try:
            recorded: Any = json.loads(self._notes.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return cast("dict[str, Any]", recorded) if isinstance(recorded, dict) and "sha256" in recorded else None

    def _require_usable(self, recorded: dict[str, Any] | None, facts: Mapping[str, Any], *, resume: bool) -> bool:
        """Return whether this is a new run. Raise if the output is of another run, or foreign."""
        path = self._path
        if not path.exists() or (resume and recorded is None and path.is_file() and not path.stat().st_size):
            if recorded is None and self._notes.exists():
                raise FileExistsError(errno.EEXIST, "this file is not the record of a run", str(self._notes))
            return True
        if not resume:
            raise FileExistsError(errno.EEXIST, "the output exists, and resume is False", str(self._path))
        if recorded is None:
            message = f"the output exists, and is not that of a run: {self._notes.name} is missing or damaged"
            raise FileExistsError(errno.EEXIST, message, str(self._path))
        for name in {**recorded, **facts}:
            earlier, now = recorded.get(name), facts.get(name)
            if name not in _NOT_COMPARED and earlier != now:
                what = "an input of other content" if name == "sha256" else f"{name} {earlier!r}, not {now!r}"
                raise ValueError(f"output: {self._path} was made with {what}; choose another output, or delete it")
        return False

    def _require_unchanged(self, recorded: dict[str, Any] | None, *, is_new: bool) -> None:
        """Raise if another run has changed the output before it was locked."""
        if self._read_notes() != recorded or (is_new and self._file.seek(0, os.SEEK_END)):
            raise _busy(self._path)

    def _write_notes(self, facts: Mapping[str, Any]) -> None:
        temporary = self._notes.with_name(f"{self._notes.name}.tmp")
        temporary.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        temporary.replace(self._notes)

    def _restore(self) -> None:
        """Read the answers of earlier runs, and drop a torn last line."""
        for offset, content in self._lines():
            match = _LINE.match(content)
            if not content.endswith(b"\n") and (match or _START.startswith(content[: len(_START)])):
                self._file.truncate(offset)
            elif match is None or not content.endswith(b"}\n"):
                raise ValueError(f"output: {self._path} has a line that is not of a run, at byte {offset}")
            else:
                self._add(int(match[1]), len(content), is_answer=match[2] == b"result")
        self._file.seek(self._size)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        offset = 0
        with self._path.open("rb") as file:
            for content in file:
                yield offset, content
                offset += len(content)

    def _add(self, line: int, size: int, *, is_answer: bool) -> None:
        self._size += size
        self._is_sorted = self._is_sorted and line > self._last
        self._last, self._highest = line, max(line, self._highest)
        self._blocks.add(line >> _BLOCK_BITS)
        if is_answer and line not in self._answered:
            self._answered.add(line)
            self.succeeded += 1

    def write_result(self, line: int, result: str, decision: str | None, tokens: int) -> None:
        """Write the answer of a record.

        :param result: The answer as JSON.
        :param decision: The decision as JSON, if there is a policy.
        :param tokens: Number of tokens that it took.
        :raises OSError: It cannot be written.
        """
        end = "" if decision is None else f', "decision": {decision}'
        self._write(line, f'{{"line": {line}, "result": {result}{end}}}\n'.encode(), tokens)

    def write_error(self, line: int, error: Mapping[str, Any]) -> None:
        """Write why a record failed.

        :raises OSError: It cannot be written.
        """
        self._write(line, f'{{"line": {line}, "error": {json.dumps(error)}}}\n'.encode(), None)

    def _write(self, line: int, content: bytes, tokens: int | None) -> None:
        with self._lock:
            if self._file.closed:  # after an interrupt, threads may still receive answers
                return
            left = memoryview(content)
            try:
                while left:
                    left = left[self._file.write(left) :]
            except OSError as error:
                with suppress(OSError):  # otherwise the next answer would continue the line
                    self._file.truncate(self._size)
                    self._file.seek(self._size)
                raise self._unwritable(error) from error
            self._add(line, len(content), is_answer=tokens is not None)
            self.failed += tokens is None
            self.tokens += tokens or 0

    def _unwritable(self, error: OSError) -> OSError:
        message = f"the output cannot be written, but can be continued: {error.strerror}"
        return OSError(error.errno, message, str(self._path))

    def finish(self) -> None:
        """Sort the lines by the input, and keep only the last one of each record.

        :raises OSError: They cannot be written; the output stays as it is.
        """
        if self._is_sorted:
            return
        target = self._path.resolve()  # a symbolic link stays one
        temporary = target.with_name(f"{target.name}.tmp")
        try:
            with temporary.open("wb") as ordered, target.open("rb") as journal:
                for block in sorted(self._blocks):
                    for offset in self._offsets(block):
                        if offset >= 0:
                            journal.seek(offset)
                            ordered.write(journal.readline())
            copymode(target, temporary)
            if fcntl is None:  # pragma: no cover  # Windows does not replace an open file
                self.close()
            temporary.replace(target)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            temporary.unlink(missing_ok=True)

    def _offsets(self, block: int) -> array[int]:
        """Return where in the journal the last line of each record of a block is, or -1."""
        offsets = array("q", [-1]) * min(_BLOCK, self._highest + 1 - block * _BLOCK)
        for offset, content in self._lines():
            line = int(cast("re.Match[bytes]", _LINE.match(content))[1])
            if line >> _BLOCK_BITS == block:
                offsets[line % _BLOCK] = offset
        return offsets

    def close(self) -> None:
        """Close the file. Answers that arrive later are dropped."""
        with self._lock:
            self._file.close()


def _open_locked(path: Path) -> FileIO:
    """Open or create a file without a buffer, so that what is written survives the process.

    :raises BlockingIOError: Another process has opened it like this, or has just replaced it.
    """
    file = FileIO(path, "r+", opener=lambda name, flags: os.open(name, flags | os.O_CREAT, 0o666))
    if not _lock(file) or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
        file.close()
        raise _busy(path)
    return file


def _lock(file: FileIO) -> bool:
    """Return whether a file could be locked, or its system has no locks."""
    try:
        if fcntl is not None:  # pragma: no branch  # Windows
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # such as a network file system
        pass
    return True


def _busy(path: Path) -> BlockingIOError:
    return BlockingIOError(errno.EWOULDBLOCK, "another run is writing this output", str(path))
