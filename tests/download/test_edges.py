"""What is refused before anything is sent, and what no honest server would do."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models
from emissary_client_sdk._download import download as flow_of
from emissary_client_sdk._download import downloading

from ..support.answers import KEY
from ..support.rawserver import PATIENCE, Answer, RawServer
from .storage import CONTENT, Storage, serving

if TYPE_CHECKING:
    from pathlib import Path

    from ..support.rawserver import Connection
    from .conftest import Download


# There httpx warns about a generator of its own whenever somebody reads a part of an answer only.
not_on_trio = pytest.mark.parametrize("call", ["sync", "async"], indirect=True)


@pytest.mark.parametrize(
    ("checkpoint", "message"),
    [
        ("s3://bucket/model.tar.gz?token=secret", "the checkpoint's is s3://bucket/model.tar.gz$"),
        (models.TrainingJobCheckpoint(checkpoint=1, model_download_url="gs://b/m"), "the checkpoint's is gs://b/m$"),
        (models.TrainingJobCheckpoint(checkpoint=3), "checkpoint 3 has no model_download_url"),
        ("model.tar.gz", "only an http or https link can be downloaded, and the checkpoint's is model.tar.gz"),
        ("https:///model", "names no host"),
        ("http://host:port/", "is no URL"),
    ],
)
def test_links_that_cannot_be_followed(
    download: Download, tmp_path: Path, checkpoint: models.TrainingJobCheckpoint | str, message: str
) -> None:
    """Each is a ValueError that names the link, without its query."""
    with pytest.raises(ValueError, match=message):
        download(checkpoint, tmp_path / "model")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"checkpoint": 3}, TypeError, "checkpoint must be a TrainingJobCheckpoint or a URL, not int"),
        ({"timeout_ms": 0}, ValueError, "timeout_ms must be"),
        ({"retries": 3}, TypeError, "retries must be a RetryConfig"),
        ({"path": "missing/model"}, FileNotFoundError, "missing"),
    ],
)
def test_other_input_that_makes_no_sense(
    download: Download, tmp_path: Path, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """It is told of at once."""
    given = {"checkpoint": "https://host.invalid/a", **arguments}
    path = tmp_path / given.pop("path", "model")
    with pytest.raises(error, match=message):
        download(given.pop("checkpoint"), path, **given)


def test_a_client_that_is_closed(tmp_path: Path) -> None:
    """It downloads nothing, as it calls nothing."""
    client = EmissaryClient(KEY)
    client.close()
    with pytest.raises(errors.ClientClosedError):
        client.training_jobs.download_checkpoint("https://host.invalid/a", tmp_path / "model")


def test_a_directory_as_the_path(download: Download, tmp_path: Path) -> None:
    """The file is named as in the link."""
    _, server = serving()
    with server:
        assert download(f"{server.url}/a/my%20model.tar.gz?b/c", tmp_path) == tmp_path / "my model.tar.gz"
    assert (tmp_path / "my model.tar.gz").read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["", "..", "a%2F..%2Fb", "a%5Cb", "c:d", "%00"])
def test_a_directory_and_no_name(download: Download, tmp_path: Path, name: str) -> None:
    """A name that leads elsewhere, or that a system does not take, is refused."""
    with pytest.raises(ValueError, match="is no name for a file in it"):
        download(f"https://host.invalid/x/{name}", tmp_path)


@not_on_trio
def test_an_endless_refusal(download: Download, tmp_path: Path) -> None:
    """Of the body of an error as much is kept as explains it."""
    _, server = serving(answers=[Answer(403, b"." * 1_000_000)])
    with server, pytest.raises(errors.SDKError) as raised:
        download(server.url, tmp_path / "model")
    assert raised.value.body == "." * (1 << 16)


@not_on_trio
def test_the_disk_is_full(download: Download, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own error comes out, and not one of the line."""
    from emissary_client_sdk._partialfile import PartialFile

    def write(_self: PartialFile, _part: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartialFile, "write", write)
    _, server = serving()
    with server, pytest.raises(OSError, match="No space left"):
        download(server.url, tmp_path / "model")


@pytest.mark.usefixtures("waits")
def test_a_bar_shows_the_progress(download: Download, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It goes to the end, over a connection that breaks, and has the file's name."""
    _, server = serving(cuts=[70_000])
    with server:
        download(server.url, tmp_path / "model", progress=True)
    assert "model: 100%" in capsys.readouterr().err


def test_a_bar_without_tqdm(download: Download, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r'pip install "emissary-client-sdk\[progress\]"'):
        download("https://host.invalid/a", tmp_path / "model", progress=True)


def test_cancelling_keeps_what_has_come(tmp_path: Path) -> None:
    """A task that is cancelled leaves a part behind, and the next call goes on from there."""

    async def main(url: str) -> None:
        async with EmissaryClient(KEY) as client:
            method = client.training_jobs.download_checkpoint_async
            task = asyncio.create_task(method(url, tmp_path / "model"))
            await asyncio.to_thread(sent.wait, PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not (tmp_path / "model").exists()
            await method(url, tmp_path / "model")

    sent = threading.Event()
    whole = Storage().script

    def script(connection: Connection) -> None:
        if connection.number > 1:
            whole(connection)
            return
        connection.read_request()
        connection.send(Answer(200, CONTENT, {"etag": '"one"'}).encode()[:100_000])
        while not (part := tmp_path / "model.part").exists() or not part.stat().st_size:
            connection.pause(0.005)
        sent.set()
        connection.hold()

    with RawServer(script) as server:
        asyncio.run(main(server.url))
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert "range" in server.requests[1].headers


class Steps:
    """A download stepped by hand."""

    def __init__(self, path: Path, link: str = "https://host.invalid/a") -> None:
        client = EmissaryClient(KEY)
        self._open = downloading(client.sdk_configuration, link, path, False, None, None)
        self.job = self._open.__enter__()
        self.flow = flow_of(self.job, random=lambda: 0.0)
        self.command: Any = next(self.flow)

    def answer(self, response: httpx.Response, content: bytes | None) -> None:
        """Answer the request; what it says is written where it is the file."""
        if content is None:
            assert self.job.file.begin(response)
            self.job.file.write(response.content)
            self.job.file.end(finished=True)
        self.command = self.flow.send((response, content))


def test_no_way_from_https_to_http(tmp_path: Path) -> None:
    """A redirect that takes the encryption away is refused."""
    steps = Steps(tmp_path / "model")
    with pytest.raises(errors.SDKError, match=r"from https to http://other\.invalid/b, where anybody"):
        steps.answer(httpx.Response(302, headers={"location": "http://other.invalid/b?secret"}), b"")


def test_a_redirect_to_what_is_no_url(tmp_path: Path) -> None:
    """It is an error of the host's."""
    steps = Steps(tmp_path / "model")
    with pytest.raises(errors.SDKError, match=r"host\.invalid/a redirects to what is no URL"):
        steps.answer(httpx.Response(302, headers={"location": "http://host:port/"}), b"")


@pytest.mark.parametrize(("length", "is_kept"), [("9", True), ("1", False)])
def test_a_length_that_is_not_the_announced_one(tmp_path: Path, length: str, is_kept: bool) -> None:
    """Such a file does not get its name; what is too long already is thrown away."""
    steps = Steps(tmp_path / "model")
    with pytest.raises(errors.NoResponseError, match=f"5 bytes came where {length} were announced"):
        steps.answer(httpx.Response(200, headers={"content-length": length, "etag": '"x"'}, content=b"hello"), None)
    assert not (tmp_path / "model").exists()
    assert bool(steps.job.file.headers()) is is_kept


def test_an_answer_without_a_length(tmp_path: Path) -> None:
    """The end of the content is all that is known, and is believed."""
    response = httpx.Response(200, content=b"hello")
    del response.headers["content-length"]
    steps = Steps(tmp_path / "model")
    with pytest.raises(StopIteration) as ended:
        steps.answer(response, None)
    assert ended.value.value.read_bytes() == b"hello"
