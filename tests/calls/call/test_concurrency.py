"""Flows in threads: an interrupt, and callbacks that cannot be awaited."""

from __future__ import annotations

import asyncio
import threading
from queue import SimpleQueue
from typing import Any

import httpx
import pytest

from emissary_client_sdk._call import concurrency
from emissary_client_sdk._call.commands import Compute, Flow, Gather, Send, Wait
from emissary_client_sdk._call.drivers import run, run_async

REQUEST = Send(httpx.Request("GET", "https://api.example"))


class Later:
    """An awaitable that is not a coroutine."""

    def __await__(self) -> Any:
        """Return nothing."""
        return iter(())


def test_interrupt_sends_no_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt is raised at once, and a call in progress is not repeated afterwards."""
    is_sending, is_interrupted, sent = threading.Event(), threading.Event(), list[int]()
    ended = threading.Event()

    def refuse(_: httpx.Request) -> httpx.Response:
        sent.append(1)
        is_sending.set()
        is_interrupted.wait()
        raise httpx.ConnectError("refused")

    def flow() -> Flow[None]:
        try:
            for _ in range(2):
                with pytest.raises(httpx.ConnectError):
                    yield REQUEST
        finally:
            ended.set()

    class Interrupted(SimpleQueue[None]):
        def get(self, *_: object, **__: object) -> None:
            is_sending.wait()
            raise KeyboardInterrupt

    monkeypatch.setattr(concurrency, "SimpleQueue", Interrupted)
    client = httpx.Client(transport=httpx.MockTransport(refuse))
    with pytest.raises(KeyboardInterrupt):
        concurrency.gather(Gather([flow()], 1), lambda one: run(one, client))
    is_interrupted.set()
    assert ended.wait(60)
    assert sent == [1]


@pytest.mark.parametrize("is_async", [False, True])
def test_failure_ends_the_waits_of_others(is_async: bool) -> None:
    """Requests in flight are finished, and no others are sent."""
    sent: list[str] = []

    def failing() -> Flow[None]:
        yield Wait(0)
        raise LookupError

    def waiting() -> Flow[None]:
        while True:
            yield Wait(0.001)

    def sending() -> Flow[str]:
        answer: str = (yield REQUEST).content.decode()
        yield Compute(lambda: sent.append(answer))
        return answer

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="late")

    def gather() -> None:
        command, transport = Gather([failing(), waiting(), sending()], 3), httpx.MockTransport(respond)
        if is_async:
            client = httpx.AsyncClient(transport=transport)
            asyncio.run(concurrency.gather_async(command, lambda one: run_async(one, client)))
        else:
            concurrency.gather(command, lambda one: run(one, httpx.Client(transport=transport)))

    with pytest.raises(LookupError) as caught:
        gather()
    assert getattr(caught.value, "completed").get(2) in (None, "late")  # noqa: B009  # not an attribute of LookupError


def test_flow_continues_after_a_failure() -> None:
    """A failed command is thrown into its flow, which may go on."""

    def flow() -> Flow[str]:
        with pytest.raises(httpx.ConnectError):
            yield REQUEST
        yield Wait(0)
        return "recovered"

    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = httpx.Client(transport=httpx.MockTransport(refuse))
    assert concurrency.gather(Gather([flow()], 1), lambda one: run(one, client)) == ["recovered"]


def test_awaitable_of_a_callback_is_refused() -> None:
    """A synchronous batch cannot await what a callback returns, whatever kind of awaitable it is."""

    def flow() -> Flow[int]:
        yield Wait(0)
        return 1

    def on_result(_place: int, _result: Any) -> Later:
        return Later()

    with pytest.raises(TypeError, match="on_result of a synchronous call must not be asynchronous"):
        concurrency.gather(Gather([flow()], 1, on_result=on_result), lambda one: run(one, None))
