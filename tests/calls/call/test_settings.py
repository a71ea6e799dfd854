"""Values of configurations that are empty or almost right, and exceptions of the caller's own client."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk._call.drivers import run
from emissary_client_sdk._flows.polling import Poller
from emissary_client_sdk._flows.waiting import TRAINING_JOB
from emissary_client_sdk.trainingjobs import RETRIEVE

from ...support.calling import client_of

if TYPE_CHECKING:
    from ...support.calling import Call

SERVER = "http://127.0.0.1:8765"


def url_of(client: EmissaryClient) -> str:
    """Return the server's URL."""
    return client.sdk_configuration.get_server_details()[0]


def test_empty_server_url_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's URL counts, then the default."""
    assert url_of(EmissaryClient("key", server_url="")) == "https://api.withemissary.com"
    monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", SERVER)
    assert url_of(EmissaryClient("key", server_url="")) == SERVER


def test_empty_server_url_of_a_call_is_not_given(call: Call) -> None:
    """The client's URL counts."""
    client = client_of(lambda request: httpx.Response(200, json=[{"id": str(request.url)}]), server_url=SERVER)
    assert call(client, "projects.list", server_url="")[0].id == f"{SERVER}/v1/projects"


@pytest.mark.parametrize("url", [f"{SERVER}/v1", f"{SERVER}/v1/"])
def test_url_may_end_in_v1(url: str) -> None:
    """It is the beginning of each path, which other clients take as part of the URL."""
    assert url_of(EmissaryClient("key", server_url=url)) == SERVER


@pytest.mark.parametrize(
    ("exception", "attempts"),
    [
        (socket.gaierror(-2, "Name or service not known"), 2),
        (OSError(101, "Network is unreachable"), 2),
        (ssl.SSLError(1, "record layer failure"), 2),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), 1),
    ],
)
def test_exceptions_of_another_library(call: Call, waits: list[float], exception: Exception, attempts: int) -> None:
    """They are documented errors, with the usual rules: a certificate that is refused is not tried again."""
    requests: list[Any] = []

    def fail(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        raise exception

    with pytest.raises(errors.NoResponseError):
        call(client_of(fail, retry_config=1), "projects.list")
    assert (len(requests), len(waits)) == (attempts, attempts - 1)


def test_exception_about_a_file_is_the_callers(call: Call) -> None:
    """An OSError that names a file is not one of the network."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise FileNotFoundError(2, "No such file or directory", "train.jsonl")

    with pytest.raises(FileNotFoundError):
        call(client_of(fail), "projects.list")


@pytest.mark.parametrize("reads", [True, False])
def test_client_that_raises_for_status(call: Call, reads: bool) -> None:
    """An event hook that raises the response leads to the error of its status, as without it."""

    def check(response: httpx.Response) -> None:
        if reads:
            response.read()
        response.raise_for_status()

    async def check_async(response: httpx.Response) -> None:
        if reads:
            await response.aread()
        response.raise_for_status()

    hooks: Any = {"response": [check_async if call.is_async else check]}
    transport = httpx.MockTransport(lambda _: httpx.Response(403, stream=httpx.ByteStream(b'{"error": "not yours"}')))
    with call.http_client(httpx, transport=transport, event_hooks=hooks) as http:
        client = EmissaryClient("key", **{"async_client" if call.is_async else "client": http})
        with pytest.raises(errors.APIErrorForbidden, match="not yours" if reads else "Forbidden"):
            call(client, "projects.list")


def test_longest_of_several_pauses_counts(call: Call, waits: list[float]) -> None:
    """Of several Retry-After headers, separate or joined by a proxy."""
    answers = [
        httpx.Response(503, headers=[("retry-after", "2"), ("retry-after", "5")]),
        httpx.Response(503, headers={"retry-after": "7, 3"}),
        httpx.Response(200, json=[]),
    ]
    assert call(client_of(lambda _: answers.pop(0)), "projects.list") == []
    assert waits == [5.0, 7.0]


def test_wait_ends_under_a_frozen_clock() -> None:
    """The pauses count if the clock stands still, as it does in tests that freeze time."""
    polls = [{"id": "t", "status": "Running"}] * 50
    client = client_of(lambda _: httpx.Response(200, json=polls.pop()))
    options = {"poll_interval_ms": 1, "total_timeout_ms": 20}
    ids = {"project_id": "p", "training_job_id": "t"}
    poller = Poller(client.training_jobs, TRAINING_JOB, RETRIEVE, options, ids, clock=lambda: 1.0)
    with pytest.raises(errors.WaitTimeoutError):
        run(poller.follow(None), client.sdk_configuration.client)
