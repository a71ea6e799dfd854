"""The multipart body of an upload: streaming, positions, names and files that cannot be sent again."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import errors
from emissary_client_sdk.datasets import CREATE as CREATE_DATASET

from .stepping import Stepped

if TYPE_CHECKING:
    from pathlib import Path

    import httpx


MIB = 1 << 20


def upload(content: Any, file_name: str = "a.jsonl", **options: Any) -> Stepped:
    """Return a stepped upload."""
    body = {"file": {"file_name": file_name, "content": content}}
    return Stepped(operation=CREATE_DATASET, project_id="p", request_body=body, **options)


def parts(request: httpx.Request) -> tuple[bytes, bytes]:
    """Return the head of the file's part and the content of the file."""
    head, _, rest = request.read().partition(b"\r\n\r\n")
    return head, rest.rpartition(b"\r\n--")[0]


class Reader:
    """The least that a file needs: ``read``."""

    def __init__(self, content: bytes) -> None:
        self.read = io.BytesIO(content).read


def pipe(content: bytes) -> io.FileIO:
    """Return the reading end of a pipe, whose size the operating system reports as 0."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return io.FileIO(reading)


def test_length_is_sent_from_the_current_position(tmp_path: Path) -> None:
    """The length of a file that can seek is sent, from its current position."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(4)
        request = upload(file).request()
        assert parts(request)[1] == b"456789"
        assert int(request.headers["content-length"]) == len(request.content)
        assert "transfer-encoding" not in request.headers


@pytest.mark.parametrize("kind", [Reader, pipe])
def test_file_that_cannot_seek_is_not_retried(kind: Any) -> None:
    """Such a file is streamed with chunks, and even a refused upload is not retried."""
    file = kind(b"0123456789")
    call = upload(file, retries=5)
    request = call.request()
    assert parts(request)[1] == b"0123456789"
    assert request.headers["transfer-encoding"] == "chunked"
    error = call.end(429)
    assert isinstance(error, errors.APIErrorTooManyRequests)
    assert not error.request_may_have_been_processed
    getattr(file, "close", list)()


@pytest.mark.parametrize(
    "name", ['a"; filename="b', "a\r\nX-Evil: 1", 'a"\r\n\r\nevil', "ü.csv", "a\x00b", "../../etc/passwd", "\\", "a;b"]
)
def test_file_name_cannot_inject_a_header(name: str) -> None:
    """Quotes and line breaks of a file name are encoded."""
    head, content = parts(upload(b"data", name).request())
    lines = head.split(b"\r\n")[1:]
    assert [line.partition(b":")[0] for line in lines] == [b"Content-Disposition", b"Content-Type"]
    assert lines[0].count(b'"') == 4
    assert b"\n" not in lines[0]
    assert content == b"data"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.csv", b"text/csv"), ("a.json", b"application/json"), ("a.unknown", b"application/octet-stream")],
)
def test_media_type_follows_from_the_file_name(name: str, media_type: bytes) -> None:
    """The media type follows from the file name."""
    head, _ = parts(upload(b"x", name).request())
    assert head.endswith(b"Content-Type: " + media_type)
