"""Fixtures of the download tests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient

from ..support.answers import KEY
from ..support.calling import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from emissary_client_sdk import models

    Download = Callable[..., Path]


@pytest.fixture(params=["sync", "async", "trio"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Run each test synchronously, on asyncio and on trio."""
    with Call(request.param) as calling:
        yield calling


@pytest.fixture
def download(call: Call) -> Iterator[Download]:
    """Return the method of a client that is closed at the end."""
    client = EmissaryClient(api_key=KEY, server_url="https://platform.invalid")

    def run(checkpoint: models.TrainingJobCheckpoint | str, path: Path, **options: Any) -> Path:
        jobs = client.training_jobs
        method: Callable[..., Any] = jobs.download_checkpoint_async if call.is_async else jobs.download_checkpoint
        result: Path = call.run(partial(method, checkpoint, path, **options))
        return result

    yield run
    call.close_client(client)
