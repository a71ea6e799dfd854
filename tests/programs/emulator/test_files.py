"""The files that checkpoints link to."""

import io
import json
import tarfile
from typing import Any

import pytest

from .conftest import JOBS, Api


@pytest.fixture
def checkpoint(api: Api, job: str) -> Any:
    """Return the first checkpoint of a job."""
    return api.get(f"{JOBS}/{job}/checkpoints")[0]


def test_model_is_a_small_archive(api: Api, checkpoint: Any) -> None:
    """It needs no key, is the same each time, and says that it is not a model."""
    url = checkpoint["model_download_url"]
    response = api.send("GET", url, headers={"X-API-Key": ""})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/gzip")
    assert 10_000 < len(response.content) < 1_000_000
    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        assert archive.getnames() == ["README.txt", "config.json", "model.safetensors"]
        readme = archive.extractfile("README.txt")
        assert readme is not None
        assert b"This is not a model." in readme.read()
    again = api.send("GET", url, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_results_are_those_of_the_checkpoint(api: Api, checkpoint: Any) -> None:
    """As numbers."""
    results = checkpoint["test_results"]
    response = api.send("GET", results["general_test_result"])
    shown = {name: f"{value:.4f}" for name, value in json.loads(response.text).items()}
    assert shown == results["aggregated_test_result"]


@pytest.mark.parametrize(
    ("headers", "status", "part"),
    [
        ({"Range": "bytes=100-"}, 206, slice(100, None)),
        ({"Range": "bytes=0-9"}, 206, slice(0, 10)),
        ({"Range": "bytes=10-99999999"}, 206, slice(10, None)),
        ({"Range": "bytes=-5"}, 206, slice(-5, None)),
        ({"Range": "bytes=100-", "If-Range": "etag"}, 206, slice(100, None)),
        ({"Range": "bytes=100-", "If-Range": '"another"'}, 200, slice(None)),
        ({"Range": "bytes=-"}, 200, slice(None)),
        ({"Range": "lines=1-2"}, 200, slice(None)),
        ({"Range": "bytes=99999999-"}, 416, slice(0, 0)),
        ({"Range": "bytes=9-8"}, 416, slice(0, 0)),
    ],
)
def test_file_is_served_in_parts(api: Api, checkpoint: Any, headers: dict[str, str], status: int, part: slice) -> None:
    """A part of another version is the whole file; a part that does not exist is a 416 with the size."""
    url = checkpoint["model_download_url"]
    whole = api.send("GET", url)
    assert whole.headers["Accept-Ranges"] == "bytes"
    if headers.get("If-Range") == "etag":
        headers = {**headers, "If-Range": whole.headers["ETag"]}
    response = api.send("GET", url, headers=headers)
    assert (response.status_code, response.content) == (status, whole.content[part])
    size = len(whole.content)
    if status == 206:
        start, stop, _ = part.indices(size)
        assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
    elif status == 416:
        assert response.headers["Content-Range"] == f"bytes */{size}"


def test_links_to_s3_on_request(api: Api) -> None:
    """A parameter of the job asks for them."""
    job = api.train(parameters={"emulator_links": "s3"})
    (first, *_) = api.get(f"{JOBS}/{job}/checkpoints")
    assert first["model_download_url"] == f"s3://emissary-emulator/p/training-jobs/{job}/checkpoints/1/model.tar.gz"
    assert first["test_results"]["general_test_result"].startswith("s3://emissary-emulator/")


@pytest.mark.parametrize("number", ["0", "4", "01", "x"])
def test_file_of_a_checkpoint_that_does_not_exist(api: Api, checkpoint: Any, number: str) -> None:
    """The number must be exact."""
    url = checkpoint["model_download_url"].replace("/checkpoints/1/", f"/checkpoints/{number}/")
    assert "there is no checkpoint" in api.error(404, "GET", url)
