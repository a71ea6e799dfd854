"""A call is cancelled at each of its awaits in turn."""

from __future__ import annotations

import contextlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anyio
import pytest

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import BODY, KEY
from ..support.internals import limit_connections
from ..support.rawserver import PATIENCE
from . import faults
from .proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from emissary_client_sdk import emulator

    from .proxy import Script

MOST_AWAITS = 100  # more than a call has
ANYIO = tuple(int(number) for number in version("anyio").split(".")[:2])


class Stepped:
    """Awaits a coroutine, and cancels a scope when it suspends for the n-th time.

    :ivar suspensions: How often it has suspended.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], scope: anyio.CancelScope, last: int) -> None:
        self._coroutine = coroutine
        self._scope = scope
        self._last = last
        self.suspensions = 0

    def __await__(self) -> Generator[Any, Any, Any]:
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
            except BaseException as error:  # noqa: BLE001  # thrown in by the event loop
                resume, value = steps.throw, error
            else:
                resume = steps.send


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    ("method", "script", "is_warm"),
    [
        pytest.param("create", None, False, id="new connection"),
        pytest.param("create", None, True, id="idle connection"),
        pytest.param("list", faults.reset_before_the_request, False, id="retry after a reset"),
        pytest.param("create", faults.ask_to_retry, False, id="retry after 503"),
    ],
)
def test_every_await(
    platform: emulator.Server,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    script: Script | None,
    is_warm: bool,
    backend: str,
) -> None:
    """No connection stays open or is lost to the client, and no job is created twice."""
    if backend == "trio" and not is_warm and ANYIO < (4, 16):
        pytest.skip("with trio, this anyio does not close the socket of a cancelled connection")
    limit_connections(monkeypatch, 1)  # if its slot were lost, the next call would time out
    cancelled: list[int] = []

    async def run(last: int) -> bool:
        project = uuid4().hex
        body = {"request_body": {**BODY, "name": "once"}} if method == "create" else {}
        with Proxy(platform.port, [script] if script else []) as proxy:
            async with EmissaryClient(KEY, server_url=proxy.url, timeout_ms=1000 * PATIENCE) as client:
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
            if not await run(last):
                return
        pytest.fail("the call does not end")

    anyio.run(main, backend=backend)
    assert 0 in cancelled
    assert len(cancelled) >= (2 if is_warm else 3)
