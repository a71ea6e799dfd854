"""A training job costs money: how a create is repeated, and when it is not."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import BackoffStrategy, EmissaryClient, RetryConfig, errors, models

from ..support.answers import KEY, METHODS, Series
from ..support.rawserver import Answer, RawServer, answering, silent

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

    from ..support.calling import Call

STUBBORN = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 60_000), retry_connection_errors=True)


@pytest.mark.parametrize(
    "fault", [{"status": 429}, {"status": 429, "retry_after": 3}, {"status": 503, "retry_after": 3}]
)
def test_a_create_that_was_refused_is_repeated_and_makes_one_job(
    call: Call, client: EmissaryClient, platform: emulator.Server, waits: list[float], fault: dict[str, Any]
) -> None:
    """By default: the platform said that it did nothing."""
    platform.faults.add(operation="create", times=2, **fault)
    job = call(client, "create")
    assert [found.id for found in call(client, "list")] == [job.id]
    assert len(waits) == 2
    if "retry_after" in fault:
        assert waits == [3, 3]


@pytest.mark.parametrize("answer", [Answer(500), Answer(502), Answer(503), Answer(504), Answer(408), None])
def test_a_create_that_may_have_worked_is_not_repeated(call: Call, waits: list[float], answer: Answer | None) -> None:
    """By default, the caller is told instead."""
    with (
        RawServer(answering(Series(answer))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        pytest.raises(errors.EmissaryClientError) as caught,
    ):
        call(client, "create")
    assert (len(server.requests), waits) == (1, [])
    assert isinstance(caught.value, errors.NoResponseError if answer is None else models.SDKError)
    is_refusal = answer is not None and answer.status == 408
    assert caught.value.request_may_have_been_processed is not is_refusal


def test_a_create_that_times_out_is_not_repeated(call: Call, waits: list[float]) -> None:
    """The platform may still be at it."""
    with (
        RawServer(silent) as server,
        EmissaryClient(KEY, server_url=server.url, timeout_ms=150) as client,
        pytest.raises(errors.APITimeoutError) as caught,
    ):
        call(client, "create")
    assert (len(server.requests), waits) == (1, [])
    assert caught.value.request_may_have_been_processed


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429])
def test_a_create_that_was_refused_for_good(call: Call, waits: list[float], status: int) -> None:
    """The error says that there is no job."""
    with (
        RawServer(answering(Series(*[Answer(status)] * 4))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        pytest.raises(models.SDKError) as caught,
    ):
        call(client, "create")
    assert not caught.value.request_may_have_been_processed
    assert len(server.requests) == len(waits) + 1


def test_what_an_earlier_attempt_may_have_done_is_not_forgotten(call: Call, waits: list[float]) -> None:
    """The last attempt was refused, but the first may have made the job."""
    with (
        RawServer(answering(Series(None, Answer(400)))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        pytest.raises(models.SDKError) as caught,
    ):
        call(client, "create", retries=STUBBORN)
    assert (len(server.requests), len(waits)) == (2, 1)
    assert caught.value.request_may_have_been_processed


def test_a_create_whose_answer_was_lost_makes_one_job_when_repeated(
    call: Call, client: EmissaryClient, platform: emulator.Server, waits: list[float]
) -> None:
    """For the platform knows the repeated request by its Idempotency-Key."""
    platform.faults.add(operation="create", drop="after")
    job = call(client, "create", retries=STUBBORN)
    assert [found.id for found in call(client, "list")] == [job.id]
    assert len(waits) == 1


def test_each_create_has_one_key_and_keeps_it(call: Call, waits: list[float]) -> None:
    """The same on each attempt, another for another call: a UUID. No other method sends one."""
    with (
        RawServer(answering(Series(Answer(429), Answer(429)))) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
    ):
        for method in ("create", *METHODS):
            call(client, method)
    keys = [request.headers.get("idempotency-key") for request in server.requests]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert str(uuid.UUID(keys[0])) == keys[0]
    assert keys[3] is not None
    assert keys[4:] == [None] * 5
    assert len(waits) == 2


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key"])
def test_the_caller_s_own_key_wins(call: Call, client: EmissaryClient, name: str) -> None:
    """So a create can be repeated by another process, and there is still one job."""
    jobs = [call(client, "create", http_headers={name: "my-key"}) for _ in range(2)]
    assert jobs[0].id == jobs[1].id
    assert len(call(client, "list")) == 1
