"""The client: closing, pickling, ``dir``, repr, threads."""

import asyncio
import copy
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import httpx2
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors
from emissary_client_sdk.sdkconfiguration import SERVERS
from emissary_client_sdk.trainingjobs import TrainingJobs
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from .support import CANARY, Call, client_of


def key() -> str:
    """Give a key, as a function that can be pickled."""
    return "from-function"


def through_pickle(client: EmissaryClient) -> Any:
    """Give what comes out of a pickle of a client."""
    return pickle.loads(pickle.dumps(client))  # noqa: S301  # it was made here


def note(*_: Any) -> None:
    """Do nothing, as a hook that can be pickled."""


def test_dir() -> None:
    """``training_jobs`` is in ``dir``, for completion, and is made once."""
    client = EmissaryClient(CANARY)
    assert {"training_jobs", "close", "aclose", "sdk_configuration"} <= set(dir(client))
    assert isinstance(client.training_jobs, TrainingJobs)
    assert client.training_jobs is client.training_jobs


def test_repr() -> None:
    """A repr names the server and whether the client is closed, and never the key."""
    client = EmissaryClient(CANARY)
    assert repr(client) == f"<EmissaryClient {SERVERS[0]}>"
    client.close()
    assert repr(client) == f"<EmissaryClient closed {SERVERS[0]}>"


def test_the_repr_of_a_client_that_is_not_made_yet() -> None:
    """A debugger or a traceback may ask for the repr of a client whose constructor has failed."""
    assert "EmissaryClient" in repr(EmissaryClient.__new__(EmissaryClient))


def test_with() -> None:
    """``with`` closes what the SDK made, and a closed client may be closed again."""
    with EmissaryClient(CANARY) as client:
        assert isinstance(client, EmissaryClient)
        _ = client.sdk_configuration.client
    client.close()
    with pytest.raises(errors.ClientClosedError):
        client.training_jobs.list(project_id="p")


def test_async_with() -> None:
    """``async with`` closes both kinds, and a closed client may be closed again."""

    async def use() -> None:
        async with EmissaryClient(CANARY) as client:
            _ = client.sdk_configuration.client, client.sdk_configuration.async_client
        await client.aclose()
        with pytest.raises(errors.ClientClosedError):
            await client.training_jobs.list_async(project_id="p")

    asyncio.run(use())


@pytest.mark.parametrize("way", ["close", "aclose"])
@pytest.mark.parametrize("name", ["client", "async_client"])
def test_what_the_sdk_made_is_closed(name: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either way of closing reaches the clients that the SDK made."""
    client = EmissaryClient(CANARY)
    own: Any = getattr(client.sdk_configuration, name)
    kind: Any = own.__class__
    closed: list[str] = []

    async def aclose(_: Any) -> None:
        closed.append("aclose")

    def close(_: Any) -> None:
        closed.append("close")

    monkeypatch.setattr(kind, "close", close)
    monkeypatch.setattr(kind, "aclose", aclose, raising=False)
    if way == "close":
        client.close()
    else:
        asyncio.run(client.aclose())
    assert closed == ["aclose" if (way, name) == ("aclose", "async_client") else "close"]


def test_what_a_caller_passed_in_stays_open() -> None:
    """A caller's clients are never closed by the SDK."""
    client = client_of(lambda _: httpx.Response(200, json=[]))
    http: Any = client.sdk_configuration.client
    asynchronous: Any = client.sdk_configuration.async_client
    client.close()
    asyncio.run(client.aclose())
    assert not http.is_closed
    assert not asynchronous.is_closed


def test_clients_are_made_once_and_late() -> None:
    """The SDK's own HTTP clients are made when they are asked for, and then are the same ones."""
    config = EmissaryClient(CANARY).sdk_configuration
    assert config.client is config.client
    assert config.async_client is config.async_client


@pytest.mark.parametrize("twin_of", [through_pickle, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_pickles(twin_of: Any) -> None:
    """A pickle keeps the configuration, and its key works."""
    hooks = SDKHooks()
    hooks.register_before_request_hook(note)
    retries = RetryConfig("backoff", BackoffStrategy(1, 2, 3, 4), True)
    client = EmissaryClient(
        CANARY, server_url="https://mine.example/a/", retry_config=retries, timeout_ms=1234, hooks=hooks
    )
    before = Call(client).request()
    _ = client.training_jobs, client.sdk_configuration.async_client
    twin: EmissaryClient = twin_of(client)
    request = Call(twin).request()
    assert (request.url, request.headers) == (before.url, before.headers)
    assert request.headers["X-API-Key"] == CANARY
    config = twin.sdk_configuration
    assert (config.retry_config, config.timeout_ms) == (retries, 1234)
    assert config.get_hooks().before_request_hooks == [note]
    assert config.client is not client.sdk_configuration.client
    assert twin.training_jobs.sdk_configuration is config


def test_pickles_of_functions_and_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that gives the key stays a function; a key from the environment goes along."""
    twin: EmissaryClient = pickle.loads(pickle.dumps(EmissaryClient(key)))  # noqa: S301  # it was made here
    assert Call(twin).request().headers["X-API-Key"] == "from-function"
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", "from-environment")
    pickled = pickle.dumps(EmissaryClient())
    monkeypatch.delenv("EMISSARY_CLIENT_API_KEY")
    twin = pickle.loads(pickled)  # noqa: S301  # it was made here
    assert Call(twin).request().headers["X-API-Key"] == "from-environment"


class Own(httpx.Client):
    """A caller's own kind of client."""


@pytest.mark.parametrize(
    "http",
    [httpx.Client(), httpx2.Client(), Own()],
    ids=lambda http: type(http).__module__,
)
def test_a_callers_client_does_not_pickle(http: Any) -> None:
    """A client with open connections cannot be pickled, and the error says which argument it is."""
    with pytest.raises(
        TypeError, match=f"with a client of the caller's cannot be pickled: {type(http).__name__} holds"
    ):
        pickle.dumps(EmissaryClient(CANARY, client=http))


def test_a_callers_async_client_does_not_pickle() -> None:
    """The same holds for the asynchronous client."""
    with pytest.raises(TypeError, match="with a async_client of the caller's cannot be pickled: AsyncClient holds"):
        pickle.dumps(EmissaryClient(CANARY, async_client=httpx.AsyncClient()))


class Portable:
    """A caller's client that can be pickled."""

    def build_request(self, method: str, url: Any, **options: Any) -> httpx.Request:
        """Make a request."""
        return httpx.Request(method, url, headers=options["headers"], content=options["content"])

    def send(self, request: httpx.Request) -> httpx.Response:
        """Answer it."""
        return httpx.Response(200, json=[{"id": request.headers["X-API-Key"]}])


def test_a_callers_client_that_pickles() -> None:
    """A caller's client that can be pickled goes along."""
    twin: EmissaryClient = pickle.loads(pickle.dumps(EmissaryClient(CANARY, client=Portable())))  # noqa: S301  # made here
    assert twin.training_jobs.list(project_id="p")[0].id == CANARY


def test_many_threads() -> None:
    """One client serves many threads, each with the key of its own call."""
    keys = iter([f"key-{n:04}" for n in range(64)])
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["X-API-Key"])
        return httpx.Response(200, json=[])

    client = client_of(answer, api_key=lambda: next(keys))

    def run(_: int) -> int:
        return len(client.training_jobs.list(project_id="p"))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(64)))
    assert results == [0] * 64
    assert sorted(seen) == [f"key-{n:04}" for n in range(64)]


@pytest.mark.parametrize("text", ["", "x"])
def test_the_seeds_way_of_passing_a_key(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``api_key=os.getenv(…, "")`` works with the variable and without it."""
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", text)
    client = EmissaryClient(api_key=os.getenv("EMISSARY_CLIENT_API_KEY", ""))
    if text:
        assert Call(client).request().headers["X-API-Key"] == text
    else:
        with pytest.raises(errors.MissingAPIKeyError):
            Call(client).start()
