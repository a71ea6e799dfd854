"""The multipart body of an upload. The HTTP library encodes it; an open file is streamed."""

from __future__ import annotations

import mimetypes
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

_MAX_PIECE = 1 << 20  # bytes


class MultipartBody:
    """The parts of an upload; each attempt reads the file from its original position.

    :ivar is_seekable: Whether the file can be sent again.
    """

    def __init__(self, body: BaseModel | None) -> None:
        fields: Any = body
        file = fields.file
        content_type = file.content_type or mimetypes.guess_type(file.file_name)[0] or "application/octet-stream"
        content = BytesIO(file.content) if isinstance(file.content, bytes) else file.content
        try:
            self.is_seekable = bool(content.seekable())
        except AttributeError:
            self.is_seekable = False
        part = _SeekablePart(content) if self.is_seekable else _Part(content)
        self._options = {
            "data": {} if fields.name is None else {"name": fields.name},
            "files": {"file": (file.file_name, part, content_type)},
        }

    def build_options(self) -> dict[str, Any]:
        """Return the arguments of ``build_request`` for one attempt."""
        return self._options


class _Part:
    """A file that can be read once. It hides ``fileno``, from which httpx would take the size of a pipe as 0."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(min(size, _MAX_PIECE) if size >= 0 else _MAX_PIECE)
        return data


class _SeekablePart(_Part):
    """A file seen from its current position on; httpx seeks to the start before it sends a file."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self._start: int = file.tell()

    def tell(self) -> int:
        position: int = self._file.tell()
        return position - self._start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        position: int = self._file.seek(offset + self._start if whence == os.SEEK_SET else offset, whence)
        return position - self._start
