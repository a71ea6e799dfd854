"""A file arrives completely, or does not get its name."""

from __future__ import annotations

import gzip
import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import errors, models

from ...support.answers import KEY
from ...support.rawserver import RawResponse, RawServer, refusing_url, responding, silent
from .storage import CONTENT, Storage

if TYPE_CHECKING:
    from pathlib import Path

    from ...support.rawserver import Connection, Request
    from .conftest import Download

pytestmark = pytest.mark.usefixtures("waits")
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def names(model: Path) -> set[str]:
    """Return the names of the files next to the model."""
    return {path.name for path in model.parent.iterdir()}


def write_part(model: Path, content: bytes, notes: Any = None, **version: Any) -> None:
    """Write the files that an interrupted download leaves behind."""
    model.with_name("model.part").write_bytes(content)
    version = {"etag": '"one"', "modified": None, "total": None, **version}
    model.with_name("model.part.json").write_text(json.dumps(version) if notes is None else notes)


@pytest.mark.parametrize("old", [b"old", CONTENT[::-1]], ids=["other size", "same size"])
def test_other_file_is_replaced_on_request(download: Download, model: Path, old: bytes) -> None:
    """Without ``overwrite`` it is kept; a file with the same content is that of the host."""
    model.write_bytes(old)
    with Storage() as host:
        checkpoint = models.TrainingJobCheckpoint(checkpoint=1, model_download_url=f"{host.url}/a?signature=s")
        with pytest.raises(FileExistsError, match="a file with other content has this name"):
            download(checkpoint)
        assert (model.read_bytes(), len(host.requests)) == (old, 1)
        assert names(model) - {"model"} == (set() if old == b"old" else {"model.part", "model.part.json"})
        assert download(checkpoint, overwrite=True) == CONTENT
        assert names(model) == {"model"}
        assert download(checkpoint) == CONTENT
    assert names(model) == {"model"}
    assert host.requests[0].target == "/a?signature=s"


def test_host_receives_no_key_and_no_cookie(download: Download) -> None:
    """Not even a cookie that it has set itself."""
    redirect = RawResponse(302, b"", {"location": "/b", "set-cookie": "session=1"})
    with Storage(responses=[redirect], cuts=[None, 1000]) as host:
        assert download(f"{host.url}/a") == CONTENT
    assert [request.target for request in host.requests] == ["/a", "/b", "/a"]
    for request in host.requests:
        assert KEY not in str(request)
        assert set(request.headers) <= {"host", "user-agent", "accept", "accept-encoding", "range", "if-range"}
        assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("headers", [{"etag": '"one"'}, {"last-modified": DATE}], ids=["etag", "date"])
def test_broken_download_is_resumed(download: Download, headers: dict[str, str], waits: list[float]) -> None:
    """Each attempt requests the missing part, on condition that the file is the same."""
    with Storage(headers=headers, cuts=[70_000, 50_000, None]) as host:
        assert download(host.url) == CONTENT
    ranges = [(r.headers.get("range"), r.headers.get("if-range")) for r in host.requests]
    (validator,) = headers.values()
    assert ranges == [(None, None), ("bytes=70000-", validator), ("bytes=120000-", validator)]
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("headers", "has_ranges"), [({}, True), ({"etag": 'W/"weak"'}, True), ({"etag": '"one"'}, False)]
)
def test_broken_download_starts_over(download: Download, headers: dict[str, str], has_ranges: bool) -> None:
    """Without a strong validator, or if the host ignores ranges."""
    with Storage(headers=headers, has_ranges=has_ranges, cuts=[70_000]) as host:
        assert download(host.url) == CONTENT
    assert ("range" in host.requests[1].headers) is not has_ranges


def test_later_call_continues(download: Download, model: Path) -> None:
    """Unless the file has changed; until it is complete, nothing has its name."""
    with Storage(cuts=[70_000, 70_000, None, 70_000]) as host:
        for _ in range(2):
            with pytest.raises(errors.NoResponseError, match=r"^GET http://127\.0\.0\.1:\d+ failed: peer closed"):
                download(host.url, retries=None)
            assert names(model) == {"model.part", "model.part.json"}
        assert download(host.url) == CONTENT
        assert names(model) == {"model"}
        with pytest.raises(errors.NoResponseError):
            download(host.url, retries=None)
        host.content, host.headers = b"new", {"etag": '"two"'}
        assert download(host.url, overwrite=True) == b"new"


@pytest.mark.parametrize("notes", ["", "[]", '{"validator": "x"}', '{"etag": 1}'])
def test_part_with_invalid_notes_is_not_continued(download: Download, model: Path, notes: str) -> None:
    """It may be a part of another file."""
    write_part(model, b"x" * 10, notes)
    with Storage() as host:
        assert download(host.url) == CONTENT
    assert "range" not in host.requests[0].headers


@pytest.mark.parametrize("etag", [1, '"one"\r\nX-Evil: 1', 'W/"weak"', None])
def test_part_with_invalid_etag_is_not_continued(download: Download, model: Path, etag: object) -> None:
    """It cannot be sent in If-Range."""
    write_part(model, b"x" * 10, etag=etag)
    with Storage() as host:
        assert download(host.url) == CONTENT
    assert "range" not in host.requests[0].headers


@pytest.mark.parametrize(("left", "requests"), [(CONTENT, 1), (CONTENT + b"x", 2)], ids=["complete", "too long"])
def test_complete_part_gets_its_name(download: Download, model: Path, left: bytes, requests: int) -> None:
    """A complete part gets its name; one that is longer than the file is discarded."""
    write_part(model, left)
    with Storage() as host:
        assert download(host.url) == CONTENT
    assert len(host.requests) == requests


@pytest.mark.parametrize(
    "headers",
    [
        {"content-range": "bytes 5-199999/200000", "etag": '"one"'},
        {"content-range": "bytes 10-199999/200000", "etag": '"two"'},
        {"etag": '"one"'},
    ],
    ids=["other place", "other file", "no place"],
)
def test_wrong_range_is_discarded(download: Download, model: Path, headers: dict[str, str]) -> None:
    """The whole file is requested instead."""
    write_part(model, CONTENT[:10])
    with Storage(responses=[RawResponse(206, b"wrong", headers)]) as host:
        assert download(host.url) == CONTENT


@pytest.mark.parametrize("version", [{"etag": '"one"'}, {"etag": None, "modified": DATE}])
def test_range_of_unknown_length_is_accepted(download: Download, model: Path, version: dict[str, object]) -> None:
    """A host need not repeat the ETag or know the length of the file."""
    write_part(model, CONTENT[:10], **version)
    rest = {"content-range": "bytes 10-199999/*"}
    with Storage(responses=[RawResponse(206, CONTENT[10:], rest)]) as host:
        assert download(host.url) == CONTENT


class Changing(Storage):
    """A host that ignores If-Range, and whose file changes after the first response."""

    def __init__(self, before: dict[str, str], after: dict[str, str], content: bytes) -> None:
        super().__init__(headers=before, cuts=[70_000])
        self._next = (after, content)

    def respond(self, request: Request) -> RawResponse:
        """Respond with the file or a range of it."""
        headers = {name: value for name, value in request.headers.items() if name != "if-range"}
        response = super().respond(replace(request, headers=headers))
        self.headers, self.content = self._next
        return response


OTHER = CONTENT[::-1]
LATER = DATE.replace("06", "07")


@pytest.mark.parametrize(
    ("before", "after", "content"),
    [
        ({"etag": '"one"'}, {"etag": '"two"'}, OTHER),
        ({"last-modified": DATE}, {"last-modified": LATER}, OTHER),
        ({"last-modified": DATE, "etag": 'W/"one"'}, {"last-modified": DATE, "etag": 'W/"two"'}, OTHER),
        ({"last-modified": DATE}, {"last-modified": DATE}, OTHER[:150_000]),
        ({"etag": '"one"'}, {}, OTHER),
        ({"last-modified": DATE}, {}, OTHER + b"x"),
        ({"etag": '"one"'}, {"etag": '"one"', "content-encoding": "gzip"}, gzip.compress(OTHER)),
    ],
    ids=["ETag", "date", "weak ETag", "length", "no ETag", "length without a validator", "coding"],
)
def test_changed_file_is_not_mixed_with_the_old_one(
    download: Download, before: dict[str, str], after: dict[str, str], content: bytes
) -> None:
    """All that the host says about the file is compared, because some hosts ignore If-Range."""
    with Changing(before, after, content) as host:
        assert download(host.url) == (OTHER if "content-encoding" in after else content)
    assert [request.headers.get("range") for request in host.requests] == [None, "bytes=70000-", None]


@pytest.mark.parametrize("headers", [{"etag": '"two"'}, {"last-modified": LATER}])
def test_part_of_the_same_length_is_not_the_changed_file(
    download: Download, model: Path, headers: dict[str, str]
) -> None:
    """A host that ignores If-Range responds with 416."""
    write_part(model, OTHER, modified=DATE)
    refusal = RawResponse(416, b"", {"content-range": f"bytes */{len(CONTENT)}", **headers})
    with Storage(responses=[refusal]) as host:
        assert download(host.url) == CONTENT


@pytest.mark.parametrize(("name", "is_decoded"), [("model", True), ("model.gz", False), ("model.TGZ", False)])
def test_encoded_file_is_decoded(download: Download, tmp_path: Path, name: str, is_decoded: bool) -> None:
    """Unless its name says that it is compressed. A part of it cannot be continued."""
    content = gzip.compress(CONTENT)
    with Storage(content=content, headers={"etag": '"one"', "content-encoding": "GZIP"}, cuts=[1000]) as host:
        assert download(host.url, path=tmp_path / name) == (CONTENT if is_decoded else content)
    assert ("range" in host.requests[1].headers) is not is_decoded


@pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")  # trio, of httpx's
def test_refusal_does_not_show_the_signature(download: Download, model: Path) -> None:
    """It is an SDKError with the start of the body and without the signature of the link."""
    body = b"<Error>AccessDenied</Error>".ljust(1_000_000, b".")
    refusal = RawResponse(403, body, {"x-request-id": "r1"})
    with Storage(responses=[refusal]) as host, pytest.raises(errors.SDKError, match="refused the download") as raised:
        download(f"{host.url}/model?signature=secret")
    assert (raised.value.status_code, raised.value.request_id) == (403, "r1")
    assert raised.value.body == body[: 1 << 16].decode()
    assert raised.value.request_line == f"GET {host.url}/model"
    assert "list the checkpoints again" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert names(model) == set()


@pytest.mark.parametrize("response", [RawResponse(204), RawResponse(206, b"part"), RawResponse(304), RawResponse(302)])
def test_unexpected_status_is_an_error(download: Download, response: RawResponse) -> None:
    """It is an SDKError too."""
    with Storage(responses=[response]) as host, pytest.raises(errors.SDKError) as raised:
        download(host.url)
    assert raised.value.status_code == response.status


def test_busy_host_is_asked_again(download: Download, waits: list[float]) -> None:
    """After the pause that it asks for."""
    with Storage(responses=[RawResponse(503, b"", {"retry-after": "7"}), RawResponse(500)]) as host:
        assert download(host.url) == CONTENT
    assert waits[0] == 7
    assert len(waits) == 2


def test_refusal_of_a_proxy_is_not_repeated(download: Download, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the proxy without the password."""
    with RawServer(responding(lambda _: RawResponse(407))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:secret@"))
        message = f"GET https://host.invalid/a through the proxy {proxy.url} failed: 407 Proxy Authentication Required"
        with pytest.raises(errors.NoResponseError, match=f"^{re.escape(message)}$") as raised:
            download("https://host.invalid/a?b")
    assert len(proxy.requests) == 1
    assert not raised.value.request_may_have_been_processed


def test_lost_connection_reads_as_such(download: Download) -> None:
    """The same in every mode, although asynchronous libraries raise an error without a text.

    Until 4.13 anyio loses the reason.
    """

    def reset(connection: Connection) -> None:
        connection.read_request()
        connection.reset()

    reason = r"failed: connection (reset by peer|lost)"
    with RawServer(reset) as server, pytest.raises(errors.NoResponseError, match=reason):
        download(server.url, retries=None)


def test_retries_without_progress_are_limited(download: Download, model: Path, waits: list[float]) -> None:
    """The part that has arrived is kept."""
    with Storage(cuts=[1000] * 9) as host, pytest.raises(errors.NoResponseError, match="failed after 4 attempts"):
        download(host.url)
    assert len(waits) == 3
    assert model.with_name("model.part").read_bytes() == CONTENT[:4000]


def test_progress_resets_the_retries(download: Download) -> None:
    """A large file arrives although the connection breaks again and again."""
    content = os.urandom(1 << 20) * 7
    with Storage(content=content, cuts=[(1 << 20) + 1] * 6) as host:
        assert download(host.url) == content
    assert len(host.requests) == 7


def test_silent_host_times_out(download: Download) -> None:
    """A silent one times out."""
    with RawServer(silent) as server, pytest.raises(errors.APITimeoutError):
        download(server.url, timeout_ms=50)
    with refusing_url() as url, pytest.raises(errors.NoResponseError) as raised:
        download(url, retries=None)
    assert not raised.value.request_may_have_been_processed


def test_redirects_are_followed_ten_times(download: Download) -> None:
    """But not to another protocol; the error does not show the query of the target."""
    with Storage(responses=[RawResponse(307, b"", {"location": f"/{n}"}) for n in range(11)]) as host:
        with pytest.raises(errors.SDKError, match="more than 10 redirects"):
            download(host.url)
        assert len(host.requests) == 11
        assert download(host.url) == CONTENT
    elsewhere = RawResponse(302, b"", {"location": "ftp://host.example/a?secret"})
    message = re.escape("it redirects to ftp://host.example/a, which is not an http or https URL")
    with Storage(responses=[elsewhere]) as host, pytest.raises(errors.SDKError, match=message) as raised:
        download(host.url)
    assert "secret" not in str(raised.value)
