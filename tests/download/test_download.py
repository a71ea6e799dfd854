"""A file comes over whole, or not under its name."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import errors, models

from ..support.answers import KEY
from ..support.rawserver import Answer, RawServer, refusing_url, silent
from .storage import CONTENT, serving

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Download

pytestmark = pytest.mark.usefixtures("waits")


def names(folder: Path) -> set[str]:
    """Give the names of a folder's files."""
    return {path.name for path in folder.iterdir()}


def test_a_file_is_downloaded(download: Download, tmp_path: Path) -> None:
    """It has the host's content, nothing else is left behind, and what had its name before is replaced."""
    target = tmp_path / "model.tar.gz"
    target.write_bytes(b"old")
    _, server = serving()
    with server:
        checkpoint = models.TrainingJobCheckpoint(checkpoint=1, model_download_url=f"{server.url}/a?signature=s")
        assert download(checkpoint, target) == target
    assert target.read_bytes() == CONTENT
    assert names(tmp_path) == {"model.tar.gz"}
    assert server.requests[0].target == "/a?signature=s"


def test_the_key_stays_here(download: Download, tmp_path: Path) -> None:
    """The host sees neither the key nor a cookie, not even one that it has set itself."""
    elsewhere = Answer(302, b"", {"location": "/b", "set-cookie": "session=1"})
    _, server = serving(answers=[elsewhere], cuts=[None, 1000])
    with server:
        download(f"{server.url}/a", tmp_path / "model")
    assert [request.target for request in server.requests] == ["/a", "/b", "/a"]
    for request in server.requests:
        assert KEY not in str(request)
        assert set(request.headers) <= {
            *["host", "user-agent", "accept", "accept-encoding", "connection", "range", "if-range"],
        }
        assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "headers", [{"etag": '"one"'}, {"last-modified": "Sun, 06 Nov 1994 08:49:37 GMT"}], ids=["etag", "date"]
)
def test_a_broken_connection_is_resumed(
    download: Download, tmp_path: Path, headers: dict[str, str], waits: list[float]
) -> None:
    """Each attempt asks for what is missing, on the condition that the file is the same."""
    _, server = serving(headers=headers, cuts=[70_000, 50_000, None])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    ranges = [(r.headers.get("range"), r.headers.get("if-range")) for r in server.requests]
    (validator,) = headers.values()
    assert ranges == [(None, None), ("bytes=70000-", validator), ("bytes=120000-", validator)]
    assert len(waits) == 2


@pytest.mark.parametrize("headers", [{}, {"etag": 'W/"weak"'}], ids=["nothing", "weak"])
def test_without_a_validator_it_starts_over(download: Download, tmp_path: Path, headers: dict[str, str]) -> None:
    """A part that may be of another file is not built upon."""
    _, server = serving(headers=headers, cuts=[70_000])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert [request.headers.get("range") for request in server.requests] == [None, None]


def test_a_host_without_ranges(download: Download, tmp_path: Path) -> None:
    """An answer with the whole file takes the place of the part."""
    _, server = serving(knows_ranges=False, cuts=[70_000])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert server.requests[1].headers["range"] == "bytes=70000-"


def test_a_file_that_changes_meanwhile(download: Download, tmp_path: Path) -> None:
    """The new file comes over whole."""
    storage, server = serving(cuts=[70_000, None], answers=[None])
    with server:
        with pytest.raises(errors.NoResponseError):
            download(server.url, tmp_path / "model", retries=None)
        assert names(tmp_path) == {"model.part", "model.part.json"}
        storage.content, storage.headers = b"new", {"etag": '"two"'}
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == b"new"


def test_a_later_call_goes_on(download: Download, tmp_path: Path) -> None:
    """What an earlier call has left is completed; until then nothing has the file's name."""
    _, server = serving(cuts=[70_000] * 4)
    with server:
        with pytest.raises(errors.NoResponseError, match="after 1 attempt: RemoteProtocolError"):
            download(server.url, tmp_path / "model", retries=None)
        assert names(tmp_path) == {"model.part", "model.part.json"}
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert names(tmp_path) == {"model"}


@pytest.mark.parametrize(
    "notes", ["", "[]", "{}", '{"validator": 1}', '{"validator": "\\r\\nX-Evil: 1"}'], ids=["a", "b", "c", "d", "e"]
)
def test_notes_that_are_none(download: Download, tmp_path: Path, notes: str) -> None:
    """A part is not built upon where nobody knows of what file it is."""
    (tmp_path / "model.part").write_bytes(b"x" * 10)
    (tmp_path / "model.part.json").write_text(notes)
    _, server = serving()
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert "range" not in server.requests[0].headers


@pytest.mark.parametrize(("left", "requests"), [(CONTENT, 1), (CONTENT + b"x", 2)], ids=["all", "too much"])
def test_nothing_more_to_come(download: Download, tmp_path: Path, left: bytes, requests: int) -> None:
    """A part that is all gets its name; one that is longer than the file is thrown away."""
    (tmp_path / "model.part").write_bytes(left)
    (tmp_path / "model.part.json").write_text(json.dumps({"validator": '"one"'}))
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
def test_a_wrong_range_is_thrown_away(download: Download, tmp_path: Path, headers: dict[str, str]) -> None:
    """An answer that does not go on where the part ends is not used, and the file comes over whole."""
    (tmp_path / "model.part").write_bytes(CONTENT[:10])
    (tmp_path / "model.part.json").write_text(json.dumps({"validator": '"one"'}))
    _, server = serving(answers=[Answer(206, b"wrong", headers)])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT


@pytest.mark.parametrize("validator", ['"one"', "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_a_range_of_unknown_length(download: Download, tmp_path: Path, validator: str) -> None:
    """A host need not repeat the ETag or know the length of the whole."""
    (tmp_path / "model.part").write_bytes(CONTENT[:10])
    (tmp_path / "model.part.json").write_text(json.dumps({"validator": validator}))
    rest = {"content-range": "bytes 10-199999/*"} | ({} if validator == '"one"' else {"etag": '"any"'})
    _, server = serving(answers=[Answer(206, CONTENT[10:], rest)])
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT


def test_refusals(download: Download, tmp_path: Path) -> None:
    """An error of the host is an SDKError with its status and the beginning of its body; no file comes of it."""
    body = b"<Error>AccessDenied</Error>"
    _, server = serving(answers=[Answer(403, body, {"x-request-id": "r1"})])
    with server, pytest.raises(errors.SDKError, match="cannot be downloaded: the storage host refuses") as raised:
        download(f"{server.url}/model?signature=secret", tmp_path / "model")
    assert (raised.value.status_code, raised.value.request_id) == (403, "r1")
    assert raised.value.body == body.decode()
    assert "secret" not in str(raised.value)
    assert names(tmp_path) == set()


@pytest.mark.parametrize("answer", [Answer(204), Answer(206, b"part"), Answer(304), Answer(302)])
def test_answers_that_make_no_sense(download: Download, tmp_path: Path, answer: Answer) -> None:
    """What is neither the file, nor a redirect, nor an error is an SDKError too."""
    _, server = serving(answers=[answer])
    with server, pytest.raises(errors.SDKError) as raised:
        download(server.url, tmp_path / "model")
    assert raised.value.status_code == answer.status


def test_passing_trouble_is_waited_out(download: Download, tmp_path: Path, waits: list[float]) -> None:
    """A host that is busy is asked again, after the time that it names."""
    _, server = serving(answers=[Answer(503, b"", {"retry-after": "7"}), Answer(500)])
    with server:
        download(server.url, tmp_path / "model")
    assert waits[0] == 7
    assert len(waits) == 2


def test_retries_are_bounded(download: Download, tmp_path: Path, waits: list[float]) -> None:
    """A host that breaks off each time before much has come is given up, and what has come is kept."""
    _, server = serving(cuts=[1000] * 9)
    with server, pytest.raises(errors.NoResponseError, match="after 4 attempts"):
        download(server.url, tmp_path / "model")
    assert len(waits) == 3
    assert (tmp_path / "model.part").read_bytes() == CONTENT[:4000]


def test_progress_makes_the_retries_count_anew(download: Download, tmp_path: Path) -> None:
    """A large file comes over a line that breaks again and again, as long as enough comes in between."""
    content = os.urandom(1 << 20) * 7
    _, server = serving(content=content, cuts=[(1 << 20) + 1] * 6)
    with server:
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == content
    assert len(server.requests) == 7


def test_a_host_that_says_nothing(download: Download, tmp_path: Path) -> None:
    """The timeout is of each silence, and ends in an APITimeoutError."""
    with RawServer(silent) as server, pytest.raises(errors.APITimeoutError):
        download(server.url, tmp_path / "model", timeout_ms=50)


def test_a_host_that_is_not_there(download: Download, tmp_path: Path) -> None:
    """It is a NoResponseError."""
    with refusing_url() as url, pytest.raises(errors.NoResponseError):
        download(url, tmp_path / "model", retries=None)


def test_redirects(download: Download, tmp_path: Path) -> None:
    """They are followed, but not for ever."""
    _, server = serving(answers=[Answer(307, b"", {"location": f"/{n}"}) for n in range(11)])
    with server:
        with pytest.raises(errors.SDKError, match="more than 10 redirects"):
            download(server.url, tmp_path / "model")
        assert len(server.requests) == 11
        download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == CONTENT


def test_a_redirect_that_leads_nowhere(download: Download, tmp_path: Path) -> None:
    """It is an error that says where it leads, without what may be a secret."""
    _, server = serving(answers=[Answer(302, b"", {"location": "ftp://host.example/a?secret"})])
    message = "it redirects to ftp://host.example/a, which is no http"
    with server, pytest.raises(errors.SDKError, match=re.escape(message)) as raised:
        download(server.url, tmp_path / "model")
    assert "secret" not in str(raised.value)
