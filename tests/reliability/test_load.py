"""Many calls at once on one client."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import anyio
import pytest

from emissary_client_sdk import EmissaryClient, models

from ..support.answers import BODY, KEY
from ..support.internals import limit_connections
from . import faults
from .proxy import Proxy

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

    from ..support.calling import Call

CALLS = 1_000
backends = pytest.mark.parametrize("backend", ["asyncio", "trio"])


@backends
def test_a_thousand_concurrent_calls(platform: emulator.Server, backend: str) -> None:
    """Each gets the answer to its own request, and the platform has a job for each."""
    names: dict[str, str | None] = {}
    ids: set[str | None] = set()

    async def create(client: EmissaryClient, name: str) -> None:
        body = models.CreateTrainingJobRequestBody(**BODY, name=name)
        job = await client.training_jobs.create_async(project_id="load", request_body=body, retries=None)
        names[name] = job.name
        ids.add(job.id)

    async def main() -> None:
        async with EmissaryClient(KEY, server_url=platform.url) as client, anyio.create_task_group() as group:
            for number in range(CALLS):
                group.start_soon(create, client, f"job {number}")

    anyio.run(main, backend=backend)
    assert names == {f"job {number}": f"job {number}" for number in range(CALLS)}
    assert len(ids) == CALLS
    with EmissaryClient(KEY, server_url=platform.url) as client:
        assert {job.id for job in client.training_jobs.list(project_id="load")} == ids


def test_a_pool_smaller_than_the_load(platform: emulator.Server, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """All calls come through, though there are few connections for them and some of these break."""
    limit_connections(monkeypatch, 4)
    monkeypatch.setattr(random, "random", float)  # 0.0: no retry waits
    broken = [faults.reset_after_the_request, faults.talk_nonsense, faults.drop_in_the_body]
    with Proxy(platform.port, broken) as proxy, EmissaryClient(KEY, server_url=proxy.url) as client:
        results = call.together(client, "list", 50)
        call.close_client(client)
    assert results == [[]] * 50
    assert len(broken) < proxy.connections <= 4 + len(broken)
    assert proxy.requests == 50 + 2  # nonsense is told without asking the platform
