"""The multipart body of an upload: streaming, positions, names and files that cannot be sent again."""

from __future__ import annotations

import gzip
import io
import os
from io import FileIO
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk.datasets import CREATE as CREATE_DATASET

from ...support.calling import client_of
from ...support.rawserver import RawResponse, RawServer, responding
from .stepping import Stepped

if TYPE_CHECKING:
    from pathlib import Path

    from ...support.calling import Call

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


@pytest.mark.parametrize("change", [b"more", None], ids=["longer", "shorter"])
def test_file_that_changes_while_it_is_sent(call: Call, tmp_path: Path, change: bytes | None) -> None:
    """It is an error of ours, so that no mixture is stored as a success."""
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"x" * 3_000_000)

    class Changing(FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 0:
                with path.open("r+b") as other:
                    other.truncate(2_000_000 if change is None else None)
                    other.seek(0, os.SEEK_END)
                    other.write(change or b"")
            return super().read(size) or b""

    with RawServer(responding(lambda _: RawResponse(201, b'{"id": "d"}'))) as server, Changing(path) as file:
        client = EmissaryClient("key", server_url=server.url)
        body: Any = {"file": {"file_name": path.name, "content": file}}
        with pytest.raises(ValueError, match=r"train\.jsonl was changed while it was sent"):
            call(client, "datasets.create", project_id="p", request_body=body)
        call.close_client(client)


def test_names_and_files_that_cannot_be_sent(call: Call, tmp_path: Path) -> None:
    """A name that is not UTF-8 and a file that decompresses are refused with their names."""
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}"))
    client = client_of(lambda _: httpx.Response(500))
    with gzip.open(path) as file:
        for content, name, error in ((b"{}", "a\udcff.jsonl", ValueError), (file, path.name, TypeError)):
            body: Any = {"file": {"file_name": name, "content": content}}
            with pytest.raises(error, match=r"file_name contains|content must not be a GzipFile"):
                call(client, "datasets.create", project_id="p", request_body=body)
