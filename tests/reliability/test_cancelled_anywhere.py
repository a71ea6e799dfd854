"""A call is cancelled at each of its awaits in turn."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anyio
import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models

from ..support.answers import BODY, KEY
from ..support.internals import limit_connections
from . import faults
from .proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from emissary_client_sdk import emulator

    from .proxy import Script

MOST_AWAITS = 100
"""More than a call has."""


class Stepped:
    """Awaits a coroutine, and cancels a scope when it suspends for the n-th time.

    :ivar suspensions: how often it has suspended.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], scope: anyio.CancelScope, last: int) -> None:
        self._coroutine = coroutine
        self._scope = scope
        self._last = last
        self.suspensions = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        """Run it, as the event loop would."""
        steps = self._coroutine.__await__()
        resume: Callable[[Any], Any] = steps.send
        value: Any = None
        while True:
            try:
                awaited = resume(value)
            except StopIteration as end:
                return end.value
            if self.suspensions == self._last:
                self._scope.cancel()
            self.suspensions += 1
            try:
                value = yield awaited
            except BaseException as error:  # noqa: BLE001  # the coroutine's, as the event loop throws it
                resume, value = steps.throw, error
            else:
                resume = steps.send


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    ("script", "is_warm"),
    [(None, False), (None, True), (faults.reset_before_the_request, False), (faults.be_busy, False)],
    ids=["new connection", "idle connection", "retry after a reset", "retry after 503"],
)
@pytest.mark.parametrize("method", ["create", "list"])
def test_every_await(
    platform: emulator.Server,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    script: Script | None,
    is_warm: bool,
    backend: str,
) -> None:
    """No connection is left open, none is lost to the client, and no job is created twice."""
    limit_connections(monkeypatch, 1)  # were a place lost, the next call would wait for it in vain
    monkeypatch.setattr(random, "random", float)  # 0.0: no retry waits
    cancelled: list[int] = []

    async def one(last: int) -> bool:
        project = uuid4().hex
        body = {"request_body": {**BODY, "name": "once"}} if method == "create" else {}
        with Proxy(platform.port, [script] if script and not is_warm else []) as proxy:
            async with EmissaryClient(KEY, server_url=proxy.url, timeout_ms=5_000) as client:
                jobs = client.training_jobs
                if is_warm:
                    await jobs.list_async(project_id=project)
                scope = anyio.CancelScope()
                stepped = Stepped(getattr(jobs, f"{method}_async")(project_id=project, **body), scope, last)
                with contextlib.suppress(errors.NoResponseError), scope:
                    await stepped
                assert len(await jobs.list_async(project_id=project)) <= 1
                assert await anyio.to_thread.run_sync(proxy.wait_until_open, 1)
            assert await anyio.to_thread.run_sync(proxy.wait_until_open, 0)
        if scope.cancelled_caught:
            cancelled.append(last)
        return stepped.suspensions > last

    async def main() -> None:
        for last in range(MOST_AWAITS):
            if not await one(last):
                return
        pytest.fail("the call never ends")

    anyio.run(main, backend=backend)
    assert 0 in cancelled
    assert len(cancelled) >= (2 if is_warm else 3)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_unanswered_call(platform: emulator.Server, backend: str) -> None:
    """Cancelled while the platform is silent, it ends at once, and its connection with it; the job may exist."""
    body = models.CreateTrainingJobRequestBody(**BODY)
    with Proxy(platform.port, [faults.stall]) as proxy:

        async def main() -> None:
            async with EmissaryClient(KEY, server_url=proxy.url) as client:
                with anyio.move_on_after(0.3) as scope:
                    await client.training_jobs.create_async(project_id="silent", request_body=body)
                assert scope.cancelled_caught
                assert await anyio.to_thread.run_sync(proxy.wait_until_open, 0)
                assert len(await client.training_jobs.list_async(project_id="silent")) == proxy.requests - 1

        anyio.run(main, backend=backend)
    answer = httpx.get(f"{platform.url}/v1/projects/silent/training-jobs", headers={"x-api-key": KEY}, trust_env=False)
    assert len(answer.json()) <= 1
