"""The number of requests at a time that a client sends to a model, adapted to the responses."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk._call.commands import Received, Wait
from emissary_client_sdk._call.limiter import Limiter, Pacing, limiter_of

from ...support.answers import KEY
from ...support.calling import Call, client_of
from .stepping import CHAT, Stepped

ANSWER, REFUSAL, UNAVAILABLE = 200, 429, 503


class Requests:
    """Requests within a limit, without a clock or a server."""

    def __init__(self) -> None:
        self.now = 0.0
        self.limiter = Limiter(lambda: self.now)
        self.sent: list[object] = []

    def fill(self) -> int:
        """Send as many requests as the limit allows; return the number of those in flight."""
        while self.send() is None:
            pass
        return len(self.sent)

    def send(self) -> float | None:
        """Send a request, or return the seconds after which to ask again."""

        def attempt() -> Any:
            return (yield "sent")  # pyright: ignore[reportUnknownVariableType]  # what a test sends

        flow: Any = self.limiter.attempt(attempt())
        command = next(flow)
        if isinstance(command, Wait):
            flow.close()
            return command.seconds
        self.sent.append(flow)
        return None

    def end(self, outcome: int | Exception, **headers: str) -> bool:
        """End the oldest request, and return whether it is to be repeated."""
        flow = self.sent.pop(0)
        received = None
        if isinstance(outcome, int):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            received = Received(httpx.Response(outcome, headers=named), b"")
        try:
            flow.send((received, outcome if received is None else None))  # type: ignore[attr-defined]
        except StopIteration as stop:
            return bool(stop.value[2])
        raise AssertionError("the flow goes on")

    def cancel(self) -> None:
        """Cancel the oldest request."""
        self.sent.pop(0).close()  # type: ignore[attr-defined]


def test_limit_grows_while_answers_come() -> None:
    """It starts low and doubles with each round of answers, but only as far as it is used."""
    requests = Requests()
    assert requests.fill() == 4
    for _ in range(4):
        requests.end(ANSWER)
    assert requests.fill() == 8
    while requests.sent:
        requests.end(ANSWER)
    for _ in range(20):
        requests.send()
        requests.end(ANSWER)
    assert requests.limiter.limit == 16


@pytest.mark.parametrize("outcome", [REFUSAL, UNAVAILABLE, httpx.ReadTimeout("")])
def test_limit_is_halved_once(outcome: int | Exception) -> None:
    """For all requests that were refused together. Other failures do not change it."""
    requests = Requests()
    requests.fill()
    for other in (400, httpx.ConnectError(""), RuntimeError()):
        assert not requests.end(other)
        requests.send()
    assert requests.limiter.limit == 4
    for _ in range(3):
        assert requests.end(outcome) is isinstance(outcome, int)
    assert requests.limiter.limit == 2


def test_accepted_number_is_found_and_kept() -> None:
    """After a refusal the limit returns to the accepted number, holds it, and then tries more, faster and faster."""
    requests, capacity, refused = Requests(), 6, list[int]()
    for number in range(400):
        in_flight = requests.fill()
        excess = in_flight - capacity
        if excess > 0:
            refused.append(number)
            for _ in range(excess):
                assert requests.end(REFUSAL)
        else:
            requests.end(ANSWER)
    assert all(later - earlier > 48 for earlier, later in pairwise(refused[1:]))
    assert len(refused) > 3
    capacity = 1000
    for _ in range(150):
        requests.fill()
        requests.end(ANSWER)
    assert requests.limiter.limit > 20


def test_retry_after_pauses_all_requests() -> None:
    """Also those that are answered meanwhile are not followed by others; a very long pause is an error."""
    requests = Requests()
    requests.fill()
    assert requests.end(REFUSAL, retry_after="7")
    requests.end(ANSWER)
    assert requests.send() == 1  # then it asks again
    requests.now = 6.5
    assert requests.send() == 0.5
    requests.now = 7
    requests.cancel()
    requests.cancel()
    assert requests.send() is None
    assert not requests.end(REFUSAL, retry_after="3600")


def test_pause_that_is_longer_than_the_patience() -> None:
    """It is made once, for all that were refused together."""
    requests = Requests()
    requests.fill()
    assert [requests.end(UNAVAILABLE, retry_after="30") for _ in range(4)] == [True] * 4
    requests.now = 30
    requests.send()
    assert not requests.end(UNAVAILABLE, retry_after="30")


@pytest.mark.parametrize(("status", "most"), [(REFUSAL, 300), (UNAVAILABLE, 200)])
def test_refused_requests_are_repeated_within_bounds(status: int, most: int) -> None:
    """With short pauses, which become longer; an answer starts again."""
    requests, count = Requests(), 0
    for _ in range(2):
        while requests.send() is not None:
            requests.now += 1
        requests.end(ANSWER)
        count = 0
        while True:
            while (pause := requests.send()) is not None:
                requests.now += pause
            if not requests.end(status):
                break
            count += 1
        assert 120 < count < most
    assert requests.now < 300


def test_calls_outside_of_batches_respect_a_pause() -> None:
    """A refusal with Retry-After concerns all calls of the client to that model, for a while."""
    client = EmissaryClient(KEY)
    first = Stepped(client, CHAT)
    assert first.respond(429, headers={"retry-after": "5"}) == Wait(5)
    assert isinstance(Stepped(client, CHAT).start(), Wait)
    other = Stepped(client, CHAT, model="another")
    assert not isinstance(other.start(), Wait)
    assert limiter_of(client.sdk_configuration, "m").pause() > 4


def test_requests_of_a_batch_are_repeated(call: Call, waits: list[float]) -> None:
    """Refusals do not count as retries; another failure does."""
    statuses = [200, 429, 503, 429, 200, 500, 200]

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(statuses.pop(0), json={"data": []})

    client = client_of(respond)
    results = call(
        client,
        "classification.create_many",
        model="m",
        inputs=["x"] * 3,
        max_concurrency=1,
        retries=None,
        return_exceptions=True,
    )
    assert sum(isinstance(result, errors.APIServerError) for result in results) == 1
    assert statuses == [200]
    call.close_client(client)
    assert waits


def test_request_that_is_always_refused() -> None:
    """It finally fails, although others are answered meanwhile."""
    requests = Requests()
    pacing = Pacing(EmissaryClient(KEY).sdk_configuration, requests.limiter, "m")

    def attempt() -> Any:
        return Received(httpx.Response(REFUSAL), b""), None
        yield

    count, pacing.is_refused = 0, True
    while pacing.is_refused and count < 150:
        requests.now += 1
        list(pacing.attempt(attempt()))
        count += 1
        assert requests.send() is None
        requests.end(ANSWER)
    assert count == 100
