"""Many calls at once: how many connections they share, and what happens to those for whom there is none."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import KEY, Gate, Series, well_behaved
from ..support.internals import limit_connections
from ..support.rawserver import PATIENCE, Answer, RawServer, Request, answering, refusing_url

if TYPE_CHECKING:
    from ..support.calling import Call

LIMIT = 100


class Crowd:
    """A handler that answers nobody until so many requests wait at once."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()
        self._complete = threading.Event()

    def __call__(self, request: Request) -> Answer:
        """Answer when the crowd is complete."""
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._complete.set()
        assert self._complete.wait(PATIENCE)
        return well_behaved(request)


@pytest.mark.parametrize("call", ["async", "trio"], indirect=True)
def test_two_hundred_calls_share_a_hundred_connections(call: Call) -> None:
    """The hundred are all used at once, and the other calls wait for one of them."""
    with (
        RawServer(answering(Crowd(LIMIT))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        results = call.together(client, "retrieve", 2 * LIMIT)
        assert [job.id for job in results] == ["job"] * 2 * LIMIT
        assert (server.connections, len(server.requests)) == (LIMIT, 2 * LIMIT)


@pytest.mark.parametrize("call", ["sync"], indirect=True)
def test_eight_threads_share_a_client(call: Call) -> None:
    """Each of them has its own connection where they call at once, and they are used again."""
    threads = 8
    with (
        RawServer(answering(Crowd(threads))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        assert len(call.together(client, "list", threads)) == threads
        assert server.connections == threads
        for _ in range(10):
            assert len(call.together(client, "list", threads)) == threads
        assert server.connections == threads


class MeetingLock:
    """A lock that nobody takes before somebody else wants it too, the first time."""

    def __init__(self, barrier: threading.Barrier) -> None:
        self._lock = threading.RLock()
        self._barrier = barrier

    def __enter__(self) -> None:
        self._barrier.wait(PATIENCE)
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("call", ["sync"], indirect=True)
def test_two_threads_that_make_the_first_call_at_once(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """They share what the first of them made, so that both connections are kept."""
    with RawServer(answering(Crowd(2))) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with monkeypatch.context() as patched:
            patched.setattr(threading, "Lock", partial(MeetingLock, threading.Barrier(2)))
            assert client.sdk_configuration.client is client.sdk_configuration.client
        call.together(client, "list", 2)
        assert server.open_connections == 2
        call.together(client, "list", 2)
        assert (server.connections, len(server.requests)) == (2, 4)


def test_a_call_for_which_there_is_no_connection(
    call: Call, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    """It waits as long as its timeout says; then it is a timeout at which nothing was sent."""
    limit_connections(monkeypatch, 1)
    gate = Gate()
    with RawServer(answering(gate)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        error = call.behind(gate, client, "retrieve", timeout_ms=30, retries=None)
        assert isinstance(error, errors.APITimeoutError)
        assert isinstance(error.__cause__, httpx.PoolTimeout)
        assert error.__cause__.request.method == "GET"
        assert not error.request_may_have_been_processed
        assert (server.connections, len(server.requests)) == (1, 1)
        call(client, "retrieve", timeout_ms=10_000)
        assert (server.connections, len(server.requests)) == (1, 2)
        assert waits == []


@pytest.mark.parametrize("answers", [[None], [Answer(500)], [Answer(200, b"<")]])
def test_a_call_that_fails_gives_its_place_back(
    call: Call, monkeypatch: pytest.MonkeyPatch, answers: list[Answer | None]
) -> None:
    """Whatever went wrong, the next call need not wait for it."""
    limit_connections(monkeypatch, 1)
    with RawServer(answering(Series(*answers * 3))) as server, EmissaryClient(KEY, server_url=server.url) as client:
        for _ in range(3):
            with pytest.raises(errors.EmissaryClientError) as caught:
                call(client, "retrieve", retries=None, timeout_ms=5000)
            assert not isinstance(caught.value, errors.APITimeoutError)
        assert call(client, "retrieve", retries=None, timeout_ms=5000).id == "job"
        assert len(server.requests) == 4


def test_a_server_that_cannot_be_reached_gives_its_place_back(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is for the next call, to a server that can."""
    limit_connections(monkeypatch, 1)
    with (
        refusing_url() as nobody,
        RawServer(answering(well_behaved)) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        for _ in range(3):
            with pytest.raises(errors.NoResponseError, match="ConnectError"):
                call(client, "retrieve", retries=None, timeout_ms=5000, server_url=nobody)
        assert call(client, "retrieve", timeout_ms=5000).id == "job"
