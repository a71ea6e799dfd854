"""Messages between the emulator and its worker: JSON, and bytes such as those of a dataset or a model."""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

_HEAD = struct.Struct(">IQ")  # the lengths of both parts


def write(stream: IO[bytes], message: Mapping[str, Any], content: bytes = b"") -> None:
    """Write a message.

    :raises OSError: The other process has ended.
    """
    encoded = json.dumps(message).encode()
    stream.write(_HEAD.pack(len(encoded), len(content)) + encoded)
    stream.write(content)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read a message.

    :raises EOFError: The other process has ended.
    """
    size, content_size = _HEAD.unpack(_exactly(stream, _HEAD.size))
    message: dict[str, Any] = json.loads(_exactly(stream, size))
    return message, _exactly(stream, content_size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
