"""``datasets.upload``: the check, the request, retries and the wait."""

from __future__ import annotations

import json
import sys
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from emissary_client_sdk import EmissaryClient, check_dataset, errors

from ...support.answers import KEY, as_json
from ...support.processes import run_program
from ...support.rawserver import PATIENCE, RawResponse, RawServer, Request, responding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from emissary_client_sdk import emulator

    from ...support.calling import Call

RECORDS = [{"prompt": f"text {number}", "completion": f"answer {number}"} for number in range(30)]
CONTENT = b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS)
CREATED = as_json({"id": "d", "name": "n"}, 201)
READY = as_json({"id": "d", "is_uploaded": True})


def upload(call: Call, client: EmissaryClient, file: Any, **options: Any) -> Any:
    """Upload a file."""
    return call(client, "datasets.upload", project_id="p", file=file, **options)


def part_of(request: Request) -> tuple[bytes, bytes]:
    """Return the headers and the content of the file in a request."""
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    (part,) = [part for part in request.body.split(b"--" + boundary) if b"filename" in part]
    head, _, content = part.partition(b"\r\n\r\n")
    return head, content.removesuffix(b"\r\n")


class Pipe:
    """A file that can be read once."""

    def __init__(self, content: bytes) -> None:
        self._file = BytesIO(content)
        self.read = self._file.read


def at_a_position(path: Path) -> Any:
    """Return a file, positioned after the first record."""
    file = path.open("rb")
    file.readline()
    return file


def pandas_frame(_: Path) -> Any:
    """Return a table of pandas."""
    return pytest.importorskip("pandas").DataFrame(RECORDS)


SOURCES: dict[str, Callable[[Path], Any]] = {
    "path": lambda path: path,
    "str": str,
    "bytes": lambda _: CONTENT,
    "open file": at_a_position,
    "pipe": lambda _: Pipe(CONTENT),
    "dicts": lambda _: iter(RECORDS),
    "pandas": pandas_frame,
}


@pytest.mark.parametrize("source", SOURCES)
def test_source(client: EmissaryClient, call: Call, tmp_path: Path, source: str) -> None:
    """Everything that can be uploaded arrives as it is, or as JSONL."""
    path = tmp_path / "reviews.jsonl"
    path.write_bytes(CONTENT)
    file = SOURCES[source](path)
    dataset = upload(call, client, file, name="reviews")
    detail = call(client, "datasets.retrieve", project_id="p", dataset_id=dataset.id)
    stored = httpx.get(detail.dataset_download_url, trust_env=False).content
    expected = RECORDS[1:] if source == "open file" else RECORDS
    assert [json.loads(line) for line in stored.splitlines()] == expected
    assert (dataset.name, dataset.is_uploaded) == ("reviews", True)
    assert detail.file_name == ("reviews.jsonl" if source in ("path", "str", "open file") else "dataset.jsonl")
    if source == "open file":
        assert file.readline() == CONTENT.splitlines(keepends=True)[1]
        file.close()


def test_file_with_errors_is_refused(call: Call) -> None:
    """Before anything is sent, and with the report; the check can be turned off."""
    wrong = CONTENT + b'{"prompt": 1}\n'
    with RawServer(responding(lambda _: CREATED)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.DatasetError, match="line 31") as caught:
            upload(call, client, wrong)
        with pytest.raises(errors.DatasetError):
            upload(call, client, CONTENT, task_type="classification")
        assert server.connections == 0
        assert upload(call, client, wrong, check=False, wait=False).id == "d"
        assert part_of(server.requests[0])[1] == wrong
        assert caught.value.report == call(client, "datasets.check", file=wrong) == check_dataset(wrong)
        call.close_client(client)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"file": "missing.jsonl"}, FileNotFoundError),
        ({"file": 5}, TypeError),
        ({"poll_interval_ms": 0}, ValueError),
        ({"total_timeout_ms": "1"}, TypeError),
        ({"project_id": ".."}, ValueError),
    ],
)
def test_invalid_arguments(call: Call, arguments: dict[str, Any], error: type[Exception]) -> None:
    """They are refused before anything is sent."""
    client = EmissaryClient(KEY, server_url="http://127.0.0.1:9")
    with pytest.raises(error):
        call(client, "datasets.upload", **{"project_id": "p", "file": CONTENT, **arguments})


def test_retry_starts_at_the_original_position(
    call: Call, tmp_path: Path, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    """So does the progress."""
    path = tmp_path / "reviews.jsonl"
    path.write_bytes(CONTENT)
    responses = [RawResponse(429), RawResponse(503, b"", {"retry-after": "1"}), CREATED]
    with (
        RawServer(responding(lambda _: responses.pop(0))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        at_a_position(path) as file,
    ):
        upload(call, client, file, wait=False, progress=True)
        call.close_client(client)
    rest = CONTENT.partition(b"\n")[2]
    assert [part_of(request)[1] for request in server.requests] == [rest] * 3
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 1
    assert len(waits) == 2
    assert "reviews.jsonl: 1.4 kB of 1.4 kB (100%)" in capsys.readouterr().err


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("change", ["rewritten", "appended", "shortened", "replaced"])
def test_bytes_that_were_not_checked_are_never_sent(call: Call, tmp_path: Path, change: str) -> None:
    """A file that changes before a retry raises an error; of one that is replaced, the checked content is sent."""
    path, other = tmp_path / "reviews.jsonl", tmp_path / "other.jsonl"
    content = CONTENT * 1500  # some blocks
    path.write_bytes(content)
    unchecked = content.replace(b"text", b"next")
    changed = {"appended": content * 2, "shortened": content[:-9]}.get(change, unchecked)
    responses = [RawResponse(429), CREATED]

    def respond(_: Request) -> RawResponse:
        other.write_bytes(changed)
        if change == "replaced":
            other.replace(path)
        else:
            path.write_bytes(changed)
        return responses.pop(0)

    with RawServer(responding(respond)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        if change == "replaced":
            assert upload(call, client, path, wait=False).id == "d"
        else:
            with pytest.raises(errors.DatasetChangedError, match=r"^reviews.jsonl changed "):
                upload(call, client, path, wait=False)
        call.close_client(client)
    assert {part_of(request)[1] for request in server.requests} == {content}


def test_warnings_of_the_check(
    call: Call, client: EmissaryClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are in the report, in the log, and on standard error with a progress bar; a byte-order mark is left out."""
    dataset = upload(call, client, b"\xef\xbb\xbf" + CONTENT, name="n", progress=True, check=False)
    assert dataset.report is None
    assert not caplog.messages
    dataset = upload(call, client, b"\xef\xbb\xbf" + CONTENT + CONTENT.splitlines()[0], progress=True)
    first, second = dataset.report.warnings
    assert caplog.messages == [f"dataset.jsonl: {first}", f"dataset.jsonl: {second}"]
    assert f"dataset.jsonl: {first}\ndataset.jsonl: {second}\n" in capsys.readouterr().err
    assert (first.line, second.message) == (31, "the file begins with a byte-order mark, which an upload leaves out")
    assert dataset.report.to_dict()["warning_count"] == 2
    assert "report" not in dataset.model_dump()
    detail = call(client, "datasets.retrieve", project_id="p", dataset_id=dataset.id)
    assert httpx.get(detail.dataset_download_url, trust_env=False).content.startswith(b"{")


class Pages:
    """A handler that reports the dataset as ready after a number of polls."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self._states = list(states)

    def __call__(self, request: Request) -> RawResponse:
        """Respond to a request."""
        if request.method == "POST":
            return CREATED
        return as_json({"id": "d", **self._states.pop(0)}) if self._states else READY


def test_wait_until_the_dataset_is_ready(call: Call, waits: list[float]) -> None:
    """It is uploaded, and profiled if the platform says so."""
    pages = Pages({}, {"is_uploaded": False}, {"is_uploaded": True, "is_profiled": False})
    with RawServer(responding(pages)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        dataset = upload(call, client, CONTENT, poll_interval_ms=10)
        call.close_client(client)
    assert (dataset.id, dataset.name, dataset.is_uploaded) == ("d", "n", True)
    assert [request.method for request in server.requests] == ["POST", "GET", "GET", "GET", "GET"]
    assert len(waits) == 3


def test_dataset_that_is_not_ready_in_time(call: Call) -> None:
    """The error has its ID; it is not created again."""
    pages = Pages(*[{"is_uploaded": False}] * 100)
    with RawServer(responding(pages)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.WaitTimeoutError, match="dataset d") as caught:
            upload(call, client, CONTENT, poll_interval_ms=10, total_timeout_ms=50)
        call.close_client(client)
    assert caught.value.dataset_id == "d"
    assert [request.method for request in server.requests].count("POST") == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_event_loop_runs_while_the_file_is_read(platform: emulator.Server, backend: str) -> None:
    """The records wait for something that only the event loop does."""
    may_read = threading.Event()

    def records() -> Iterator[dict[str, str]]:
        for record in RECORDS:
            assert may_read.wait(PATIENCE)
            may_read.clear()
            yield record

    async def main() -> None:
        async with (
            EmissaryClient(KEY, server_url=platform.url) as client,
            anyio.create_task_group() as group,
        ):

            async def run() -> None:
                dataset = await client.datasets.upload_async(project_id="p", file=records())
                assert dataset.is_uploaded
                report = await client.datasets.check_async(records())
                assert report.records == len(RECORDS)
                group.cancel_scope.cancel()

            group.start_soon(run)
            while True:
                may_read.set()
                await anyio.lowlevel.checkpoint()

    anyio.run(main, backend=backend)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_memory(mode: str) -> None:
    """A file of 50 MB is streamed from the disk."""
    assert int(run_program("tests.flows.uploads.memory", mode)) < 8_000_000
