"""A file arrives completely, or does not get its name."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import errors, models

from ..support.answers import KEY
from ..support.rawserver import RawResponse, RawServer, refusing_url, silent
from .storage import CONTENT, serving

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Download

pytestmark = pytest.mark.usefixtures("waits")
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def names(folder: Path) -> set[str]:
    """Return the names of the files in a folder."""
    return {path.name for path in folder.iterdir()}


def write_part(folder: Path, content: bytes, notes: str = '{"validator": "\\"one\\""}') -> None:
    """Write the files that an interrupted download leaves behind."""
    (folder / "model.part").write_bytes(content)
    (folder / "model.part.json").write_text(notes)


def test_file_replaces_the_one_of_its_name(download: Download, tmp_path: Path) -> None:
    """It has the host's content, and nothing else is left behind."""
    target = tmp_path / "model.tar.gz"
    target.write_bytes(b"old")
    _, server = serving()
    with server:
        checkpoint = models.TrainingJobCheckpoint(checkpoint=1, model_download_url=f"{server.url}/a?signature=s")
        assert download(checkpoint, target) == target
    assert target.read_bytes() == CONTENT
    assert names(tmp_path) == {"model.tar.gz"}
    assert server.requests[0].target == "/a?signature=s"


def test_host_receives_no_key_and_no_cookie(download: Download, tmp_path: Path) -> None:
    """Not even a cookie that it has set itself. A compressed file is stored as it is."""
    redirect = RawResponse(302, b"", {"location": "/b", "set-cookie": "session=1"})
    _, server = serving(responses=[redirect], cuts=[None, 1000], headers={"etag": '"one"', "content-encoding": "gzip"})
    with server:
        download(f"{server.url}/a", tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert [request.target for request in server.requests] == ["/a", "/b", "/a"]
    for request in server.requests:
        assert KEY not in str(request)
        assert set(request.headers) <= {"host", "user-agent", "accept", "accept-encoding", "range", "if-range"}
        assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("headers", [{"etag": '"one"'}, {"last-modified": DATE}], ids=["etag", "date"])
def test_broken_download_is_resumed(
    download: Download, tmp_path: Path, headers: dict[str, str], waits: list[float]
) -> None:
    """Each attempt requests the missing part, on condition that the file is the same."""
    _, server = serving(headers=headers, cuts=[70_000, 50_000, None])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    ranges = [(r.headers.get("range"), r.headers.get("if-range")) for r in server.requests]
    (validator,) = headers.values()
    assert ranges == [(None, None), ("bytes=70000-", validator), ("bytes=120000-", validator)]
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("headers", "has_ranges"), [({}, True), ({"etag": 'W/"weak"'}, True), ({"etag": '"one"'}, False)]
)
def test_broken_download_starts_over(
    download: Download, tmp_path: Path, headers: dict[str, str], has_ranges: bool
) -> None:
    """Without a strong validator, or if the host ignores ranges."""
    _, server = serving(headers=headers, has_ranges=has_ranges, cuts=[70_000])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert ("range" in server.requests[1].headers) is not has_ranges


def test_later_call_continues(download: Download, tmp_path: Path) -> None:
    """Unless the file has changed; until it is complete, nothing has its name."""
    storage, server = serving(cuts=[70_000, 70_000, None, 70_000])
    with server:
        for _ in range(2):
            with pytest.raises(errors.NoResponseError, match=r"^GET http://127\.0\.0\.1:\d+ failed: peer closed"):
                download(server.url, tmp_path / "model", retries=None)
            assert names(tmp_path) == {"model.part", "model.part.json"}
        download(server.url, tmp_path / "model")
        assert (tmp_path / "model").read_bytes() == CONTENT
        assert names(tmp_path) == {"model"}
        with pytest.raises(errors.NoResponseError):
            download(server.url, tmp_path / "model", retries=None)
        storage.content, storage.headers = b"new", {"etag": '"two"'}
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == b"new"


@pytest.mark.parametrize(
    "notes", ["", "[]", "{}", '{"validator": 1}', '{"validator": "\\r\\nX-Evil: 1"}'], ids=["a", "b", "c", "d", "e"]
)
def test_part_with_invalid_notes_is_not_continued(download: Download, tmp_path: Path, notes: str) -> None:
    """It may be a part of another file."""
    write_part(tmp_path, b"x" * 10, notes)
    _, server = serving()
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert "range" not in server.requests[0].headers


@pytest.mark.parametrize(("left", "requests"), [(CONTENT, 1), (CONTENT + b"x", 2)], ids=["complete", "too long"])
def test_part_without_a_rest(download: Download, tmp_path: Path, left: bytes, requests: int) -> None:
    """A complete part gets its name; one that is longer than the file is discarded."""
    write_part(tmp_path, left)
    _, server = serving()
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    "headers",
    [
        {"content-range": "bytes 5-199999/200000", "etag": '"one"'},
        {"content-range": "bytes 10-199999/200000", "etag": '"two"'},
        {"etag": '"one"'},
    ],
    ids=["other place", "other file", "no place"],
)
def test_wrong_range_is_discarded(download: Download, tmp_path: Path, headers: dict[str, str]) -> None:
    """The whole file is requested instead."""
    write_part(tmp_path, CONTENT[:10])
    _, server = serving(responses=[RawResponse(206, b"wrong", headers)])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT


@pytest.mark.parametrize("validator", ['"one"', DATE])
def test_range_of_unknown_length(download: Download, tmp_path: Path, validator: str) -> None:
    """A host need not repeat the ETag or know the length of the file."""
    write_part(tmp_path, CONTENT[:10], json.dumps({"validator": validator}))
    rest = {"content-range": "bytes 10-199999/*"} | ({} if validator == '"one"' else {"etag": '"any"'})
    _, server = serving(responses=[RawResponse(206, CONTENT[10:], rest)])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT


@pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")  # trio, of httpx's
def test_refusal_of_the_host(download: Download, tmp_path: Path) -> None:
    """It is an SDKError with the start of the body and without the signature of the link."""
    body = b"<Error>AccessDenied</Error>".ljust(1_000_000, b".")
    _, server = serving(responses=[RawResponse(403, body, {"x-request-id": "r1"})])
    with server, pytest.raises(errors.SDKError, match="403: the storage host refused the download") as raised:
        download(f"{server.url}/model?signature=secret", tmp_path / "model")
    assert (raised.value.status_code, raised.value.request_id) == (403, "r1")
    assert raised.value.body == body[: 1 << 16].decode()
    assert raised.value.request_line == f"GET {server.url}/model"
    assert "secret" not in str(raised.value)
    assert names(tmp_path) == set()


@pytest.mark.parametrize("response", [RawResponse(204), RawResponse(206, b"part"), RawResponse(304), RawResponse(302)])
def test_unexpected_status(download: Download, tmp_path: Path, response: RawResponse) -> None:
    """It is an SDKError too."""
    _, server = serving(responses=[response])
    with server, pytest.raises(errors.SDKError) as raised:
        download(server.url, tmp_path / "model")
    assert raised.value.status_code == response.status


def test_busy_host_is_asked_again(download: Download, tmp_path: Path, waits: list[float]) -> None:
    """After the pause that it asks for."""
    _, server = serving(responses=[RawResponse(503, b"", {"retry-after": "7"}), RawResponse(500)])
    with server:
        download(server.url, tmp_path / "model")
    assert waits[0] == 7
    assert len(waits) == 2


def test_retries_without_progress_are_limited(download: Download, tmp_path: Path, waits: list[float]) -> None:
    """What has arrived is kept."""
    _, server = serving(cuts=[1000] * 9)
    with server, pytest.raises(errors.NoResponseError, match="failed after 4 attempts"):
        download(server.url, tmp_path / "model")
    assert len(waits) == 3
    assert (tmp_path / "model.part").read_bytes() == CONTENT[:4000]


def test_progress_resets_the_retries(download: Download, tmp_path: Path) -> None:
    """A large file arrives although the connection breaks again and again."""
    content = os.urandom(1 << 20) * 7
    _, server = serving(content=content, cuts=[(1 << 20) + 1] * 6)
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == content
    assert len(server.requests) == 7


def test_unreachable_hosts(download: Download, tmp_path: Path) -> None:
    """A silent one times out."""
    with RawServer(silent) as server, pytest.raises(errors.APITimeoutError):
        download(server.url, tmp_path / "model", timeout_ms=50)
    with refusing_url() as url, pytest.raises(errors.NoResponseError) as raised:
        download(url, tmp_path / "model", retries=None)
    assert not raised.value.request_may_have_been_processed


def test_redirects_are_followed_ten_times(download: Download, tmp_path: Path) -> None:
    """But not to another protocol; the error does not show the query of the target."""
    _, server = serving(responses=[RawResponse(307, b"", {"location": f"/{n}"}) for n in range(11)])
    with server:
        with pytest.raises(errors.SDKError, match="more than 10 redirects"):
            download(server.url, tmp_path / "model")
        assert len(server.requests) == 11
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    _, server = serving(responses=[RawResponse(302, b"", {"location": "ftp://host.example/a?secret"})])
    message = "it redirects to ftp://host.example/a, which is not an http or https URL"
    with server, pytest.raises(errors.SDKError, match=re.escape(message)) as raised:
        download(server.url, tmp_path / "model")
    assert "secret" not in str(raised.value)
