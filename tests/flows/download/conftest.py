"""Fixtures of the download tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY
from ...support.calling import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Download = Callable[..., bytes]


@pytest.fixture(params=["sync", "async", "trio"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Run each test synchronously, on asyncio and on trio."""
    with Call(request.param) as calling:
        yield calling


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the path of the downloaded file."""
    return tmp_path / "model"


@pytest.fixture
def download(call: Call, model: Path) -> Iterator[Download]:
    """Return a function that downloads a checkpoint, to ``model`` by default, and returns the content of the file."""
    client = EmissaryClient(api_key=KEY, server_url="https://platform.invalid")

    def run(checkpoint: Any, **options: Any) -> bytes:
        path: Path = call(client, "download_checkpoint", **{"checkpoint": checkpoint, "path": model, **options})
        assert path == options.get("path", model) or path.parent == options["path"]
        return path.read_bytes()

    yield run
    call.close_client(client)
