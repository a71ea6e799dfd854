"""The multipart body of an upload. The HTTP library encodes it; an open file is streamed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import mimetypes
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

_MAX_PIECE = 1 << 20  # bytes
_LARGE = 5_000_000  # bytes: the smallest limit that the platform has had
_DECOMPRESSING = (gzip.GzipFile, bz2.BZ2File, lzma.LZMAFile)


def encode_upload(body: BaseModel) -> tuple[dict[str, Any], bool, bool]:
    """Return the parts of an upload, whether they can be sent again, and whether the file may be too large.

    The parts are arguments of ``build_request``. Each attempt reads the file from its original position.

    :raises TypeError: The file decompresses what it reads, so that its content would not fit its name.
    :raises ValueError: The name of the file cannot be sent.
    """
    fields: Any = body
    file = fields.file
    try:
        file.file_name.encode()
    except UnicodeEncodeError:
        raise ValueError(f"file_name contains a character that is not UTF-8: {file.file_name!r}") from None
    if isinstance(file.content, _DECOMPRESSING):
        kind = type(file.content).__name__
        raise TypeError(f"content must not be a {kind}, which is read decompressed: open the file itself")
    content_type = file.content_type or mimetypes.guess_type(file.file_name)[0] or "application/octet-stream"
    content = BytesIO(file.content) if isinstance(file.content, bytes) else file.content
    is_seekable = hasattr(content, "seekable") and bool(content.seekable())
    part = _SeekablePart(content, file.file_name) if is_seekable else UnseekablePart(content)
    is_large = not isinstance(part, _SeekablePart) or part.size >= _LARGE
    data = {} if fields.name is None else {"name": fields.name}
    return {"data": data, "files": {"file": (file.file_name, part, content_type)}}, is_seekable, is_large


class UnseekablePart:
    """A file that can be read once. It hides ``fileno``, from which httpx would take the size of a pipe as 0."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(min(size, _MAX_PIECE) if size >= 0 else _MAX_PIECE)
        return data


class _SeekablePart(UnseekablePart):
    """A file seen from its current position on; httpx seeks to the start before it sends a file.

    :ivar size: Number of bytes that are sent.
    """

    def __init__(self, file: Any, name: str) -> None:
        super().__init__(file)
        self._name = name
        self._start: int = file.tell()
        self.size = self._end() - self._start

    def _end(self) -> int:
        position: int = self._file.tell()
        end: int = self._file.seek(0, os.SEEK_END)
        self._file.seek(position)
        return end

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        :raises ValueError: The file has another size than before, so the server would receive something else.
        """
        data = super().read(size)
        is_last = self.tell() >= self.size or not data
        if size and is_last and self._end() - self._start != self.size:
            raise ValueError(f"{self._name} was changed while it was sent; nothing was stored")
        return data

    def tell(self) -> int:
        position: int = self._file.tell()
        return position - self._start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        position: int = self._file.seek(offset + self._start if whence == os.SEEK_SET else offset, whence)
        return position - self._start
