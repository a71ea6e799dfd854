"""What a server sends beyond an answer is not taken for the next one."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import EmissaryClient

from ..support.answers import BODY, KEY
from . import faults
from .proxy import PATIENCE, Link, Proxy

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

    from ..support.calling import Call


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no retry wait."""
    monkeypatch.setattr(random, "random", float)  # 0.0


def test_the_rest_of_a_body(platform: emulator.Server, call: Call) -> None:
    """A body longer than was announced spoils its connection and no later call."""

    def spoil_the_second(link: Link) -> None:
        link.relay(1)
        faults.promise_too_little(link)

    with (
        Proxy(platform.port, [spoil_the_second]) as proxy,
        EmissaryClient(KEY, server_url=proxy.url) as client,
    ):
        job = call(client, "create")
        call(client, "cancel", training_job_id=job.id)  # gets one byte too few of a body that it does not read
        assert call(client, "retrieve", training_job_id=job.id).id == job.id
        assert proxy.connections == 2
        call.close_client(client)


def answer_twice(link: Link) -> None:
    """Send each answer twice, in one piece."""
    while True:
        link.send(link.exchange().encode() * 2)


def test_an_answer_that_comes_again_later(platform: emulator.Server, call: Call) -> None:
    """A connection on which something arrives between two calls is not used again."""
    again, sent = threading.Event(), threading.Event()

    def answer_again(link: Link) -> None:
        answer = link.exchange().encode()
        link.send(answer)
        assert again.wait(PATIENCE)
        link.send(answer)
        sent.set()
        link.hold()

    with Proxy(platform.port, [answer_again]) as proxy, EmissaryClient(KEY, server_url=proxy.url) as client:
        first = call(client, "create", request_body={**BODY, "name": "first"})
        again.set()
        assert sent.wait(PATIENCE)
        second = call(client, "create", request_body={**BODY, "name": "second"})
        call.close_client(client)
        assert proxy.connections == 2
    assert (first.name, second.name) == ("first", "second")


@pytest.mark.xfail(strict=True, reason="httpcore reads the next answer from what is left of the last one's bytes")
def test_an_answer_that_comes_twice(platform: emulator.Server, call: Call) -> None:
    """The second copy is not the answer to the next call."""
    with Proxy(platform.port, [answer_twice]) as proxy, EmissaryClient(KEY, server_url=proxy.url) as client:
        jobs = [call(client, "create", request_body={**BODY, "name": name}) for name in ("first", "second")]
        call.close_client(client)
    assert [job.name for job in jobs] == ["first", "second"]
