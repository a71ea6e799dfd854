"""The content of a file to upload."""

import inspect
import io
from typing import IO, TYPE_CHECKING, Annotated, Any

from pydantic import PlainValidator


def _check(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if isinstance(value, io.TextIOBase):
        raise ValueError("open the file in binary mode")  # noqa: TRY004  # pydantic reports a ValueError
    read = getattr(value, "read", None)
    if not callable(read):
        raise ValueError("expected bytes or an open binary file")  # noqa: TRY004
    if inspect.iscoroutinefunction(read):
        raise ValueError("the file is asynchronous: pass the binary file that it wraps, such as upload.file")
    return value


if TYPE_CHECKING:
    Content = bytes | IO[bytes]
else:
    Content = Annotated[Any, PlainValidator(_check)]
