"""Invalid arguments, full disks, cancellation, and responses of dishonest hosts."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models
from emissary_client_sdk._call.commands import Compute, Received
from emissary_client_sdk._download import httpfile
from emissary_client_sdk._download.download import download as flow_of
from emissary_client_sdk._download.download import prepare_download
from emissary_client_sdk._download.httpfile import STORED
from emissary_client_sdk._download.partialfile import PartialFile

from ...support.answers import KEY
from ...support.rawserver import PATIENCE, RawResponse
from .storage import CONTENT, Storage

if TYPE_CHECKING:
    from pathlib import Path

    from ...support.rawserver import Connection
    from .conftest import Download


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"checkpoint": "s3://bucket/m?token=secret"}, ValueError, "an http or https link .*, not s3://bucket/m$"),
        ({"checkpoint": models.TrainingJobCheckpoint(checkpoint=3)}, ValueError, "checkpoint 3 has no model_download"),
        ({"checkpoint": "https:///model"}, ValueError, "has no host, or an invalid host"),
        ({"checkpoint": "https://localhost../m"}, ValueError, "has no host, or an invalid host"),
        ({"checkpoint": "https://localhost:65536/m"}, ValueError, "an invalid host or port"),
        ({"checkpoint": "http://host:port/"}, ValueError, "is not a valid URL"),
        ({"checkpoint": 3}, TypeError, "checkpoint must be a TrainingJobCheckpoint or a URL, not int"),
        ({"timeout_ms": 0}, ValueError, "timeout_ms must be"),
        ({"retries": "3"}, TypeError, "retries must be"),
        ({"path": "missing/model"}, FileNotFoundError, "missing"),
    ],
)
def test_invalid_arguments_are_refused(
    download: Download, tmp_path: Path, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """They are refused before anything is sent."""
    if "path" in arguments:
        arguments = {"path": tmp_path / arguments["path"]}
    with pytest.raises(error, match=message):
        download(**{"checkpoint": "https://host.invalid/a", **arguments})


def test_closed_client_downloads_nothing(tmp_path: Path) -> None:
    """As it makes no calls."""
    client = EmissaryClient(KEY)
    client.close()
    with pytest.raises(errors.ClientClosedError):
        client.training_jobs.download_checkpoint("https://host.invalid/a", tmp_path / "model")


def test_file_in_a_folder_is_named_as_in_the_link(download: Download, tmp_path: Path) -> None:
    """Decoded, and without the query."""
    with Storage() as host:
        assert download(f"{host.url}/a/my%20model.tar.gz?b/c", path=tmp_path) == CONTENT
    assert (tmp_path / "my model.tar.gz").read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["", "..", "a%2F..%2Fb", "a%5Cb", "c:d", "%00"])
def test_link_without_a_file_name_is_refused(download: Download, tmp_path: Path, name: str) -> None:
    """A name that leads to another folder, or is invalid on some system, is refused."""
    with pytest.raises(ValueError, match="which is not a file name"):
        download(f"https://host.invalid/x/{name}", path=tmp_path)


@pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")  # trio, of httpx's
def test_full_disk_raises_the_systems_error(download: Download, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of the operating system is raised."""

    def write(_self: PartialFile, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartialFile, "write", write)
    with Storage() as host, pytest.raises(OSError, match="No space left"):
        download(host.url)


@pytest.mark.usefixtures("waits")
def test_progress_is_shown(download: Download, capsys: pytest.CaptureFixture[str]) -> None:
    """Up to the last byte, over a connection that breaks."""
    with Storage(cuts=[70_000]) as host:
        download(host.url, progress=True)
    assert "model: 200.0 kB of 200.0 kB (100%)" in capsys.readouterr().err


def test_progress_without_tqdm_says_what_to_install(download: Download, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match="progress=True needs tqdm"):
        download("https://host.invalid/a", progress=True)


def test_cancelled_download_can_be_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that has arrived is kept."""
    monkeypatch.setattr(httpfile, "_MAX_HELD", 1)

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

    class Stopping(Storage):
        """A host that stops within its first response."""

        def serve(self, connection: Connection) -> None:
            if connection.number > 1:
                super().serve(connection)
                return
            connection.read_request()
            connection.send(RawResponse(200, CONTENT, self.headers).encode()[:100_000])
            while not (part := tmp_path / "model.part").exists() or not part.stat().st_size:
                connection.pause(0.005)
            sent.set()
            connection.hold()

    with Stopping() as host:
        asyncio.run(main(host.url))
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert "range" in host.requests[1].headers


class Steps:
    """A download stepped by hand."""

    def __init__(self, path: Path) -> None:
        client = EmissaryClient(KEY)
        self._block = prepare_download(
            client.sdk_configuration, "https://host.invalid/a", path, False, False, None, None
        )
        self.job = self._block.__enter__()
        self.flow = flow_of(self.job, random=lambda: 0.0)
        next(self.flow)

    def respond(self, response: httpx.Response) -> Any:
        """Respond to the request; the content of a successful response is stored."""
        stored = self.job.file.begin(response)
        if stored:
            self.job.file.write(response.content)
            self.job.file.end(finished=True)
        response.extensions[STORED] = stored
        command = self.flow.send(Received(response, b""))
        return self.flow.send(command.function()) if isinstance(command, Compute) else command


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://other.invalid/b?secret", r"from https to http://other\.invalid/b, so the file could be modified"),
        ("http://host:port/", "the Location of the redirect is not a valid URL"),
        ("https://localhost../", "the Location of the redirect is not a valid URL"),
        ("https://localhost:65536/", "the Location of the redirect is not a valid URL"),
    ],
)
def test_dishonest_redirect_is_refused(tmp_path: Path, location: str, message: str) -> None:
    """It is an error of the host."""
    with pytest.raises(errors.SDKError, match=message) as raised:
        Steps(tmp_path / "model").respond(httpx.Response(302, headers={"location": location}))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("length", "is_kept"), [("9", True), ("1", False)])
def test_content_of_another_length_is_refused(tmp_path: Path, length: str, is_kept: bool) -> None:
    """The file does not get its name; one that is too long is discarded."""
    steps = Steps(tmp_path / "model")
    headers = {"content-length": length, "etag": '"x"'}
    with pytest.raises(errors.NoResponseError, match=f"received 5 of {length} bytes"):
        steps.respond(httpx.Response(200, headers=headers, content=b"hello"))
    assert not (tmp_path / "model").exists()
    assert bool(steps.job.file.range_headers()) is is_kept


def test_content_of_unknown_length_is_complete_at_its_end(tmp_path: Path) -> None:
    """Nothing else announces the end."""
    response = httpx.Response(200, content=b"hello")
    del response.headers["content-length"]
    with pytest.raises(StopIteration) as stopped:
        Steps(tmp_path / "model").respond(response)
    assert stopped.value.value.read_bytes() == b"hello"
