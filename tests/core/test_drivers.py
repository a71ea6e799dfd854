"""The two drivers of a flow, and that nothing else sleeps or sends."""

import ast
import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import httpx
import pytest
import trio

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk._core.drive import run, run_async
from emissary_client_sdk._core.flow import Flow, Resolve, Send, Wait
from emissary_client_sdk._hooks import SDKHooks

from .support import CANARY, PACKAGE, call, client_of

REQUEST = httpx.Request("GET", "https://api.example")
Driver = Callable[[Flow[Any], httpx.MockTransport], Any]


def drive(flow: Flow[Any], transport: httpx.MockTransport) -> Any:
    """Run a flow synchronously."""
    with httpx.Client(transport=transport) as client:
        return run(flow, client)


def drive_async(flow: Flow[Any], transport: httpx.MockTransport) -> Any:
    """Run a flow on asyncio."""
    return asyncio.run(_drive_async(flow, transport))


def drive_trio(flow: Flow[Any], transport: httpx.MockTransport) -> Any:
    """Run a flow on trio."""
    return trio.run(_drive_async, flow, transport)


async def _drive_async(flow: Flow[Any], transport: httpx.MockTransport) -> Any:
    async with httpx.AsyncClient(transport=transport) as client:
        return await run_async(flow, client)


drivers = pytest.mark.parametrize("driver", [drive, drive_async, drive_trio])


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the list of the sleeps, none of which takes time."""
    seconds: list[float] = []

    async def sleep(duration: float) -> None:
        seconds.append(duration)

    monkeypatch.setattr("time.sleep", seconds.append)
    monkeypatch.setattr(anyio, "sleep", sleep)
    return seconds


@drivers
def test_commands_are_obeyed(driver: Driver, slept: list[float]) -> None:
    """A driver sends, sleeps, answers the flow and gives its result."""

    def flow() -> Flow[Any]:
        answer = yield Send(REQUEST, bare=False)
        nothing = yield Wait(1.5)
        return answer, nothing

    (response, content), nothing = driver(flow(), httpx.MockTransport(lambda _: httpx.Response(200, text="hello")))
    assert (response.status_code, content, nothing) == (200, b"hello", None)
    assert slept == [1.5]


@drivers
def test_exceptions_reach_the_flow(driver: Driver) -> None:
    """What sending raises is thrown into the flow, which may go on or end with another error."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    def flow() -> Flow[str]:
        seen: list[str] = []
        for _ in range(2):
            try:
                yield Send(REQUEST, bare=False)
            except httpx.ConnectError as error:
                seen.append(str(error))
        return " ".join(seen)

    def failing() -> Flow[None]:
        try:
            yield Send(REQUEST, bare=False)
        except httpx.ConnectError as error:
            raise KeyError("mine") from error

    assert driver(flow(), httpx.MockTransport(refuse)) == "refused refused"
    with pytest.raises(KeyError):
        driver(failing(), httpx.MockTransport(refuse))


@drivers
def test_a_flow_that_does_nothing(driver: Driver) -> None:
    """A flow may end before its first command, with a result or an error."""

    def nothing(error: Exception | None = None) -> Flow[int]:
        if error:
            raise error
        return 3
        yield Wait(0)

    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    assert driver(nothing(), transport) == 3
    with pytest.raises(KeyError):
        driver(nothing(KeyError("mine")), transport)


def test_awaitables_are_awaited() -> None:
    """The asynchronous driver gives the flow what an awaitable gives, or its exception."""

    async def value(error: Exception | None = None) -> int:
        if error:
            raise error
        return 3

    def flow() -> Flow[Any]:
        first = yield Resolve(value())
        try:
            yield Resolve(value(KeyError("mine")))
        except KeyError as error:
            return first, error.args
        raise AssertionError("nothing was thrown in")

    assert asyncio.run(run_async(flow(), None)) == (3, ("mine",))


class Later:
    """Can be awaited, and is no coroutine."""

    def __await__(self) -> Any:
        """Give nothing."""
        return iter(())


@pytest.mark.parametrize("make", [lambda: asyncio.sleep(0), Later], ids=["coroutine", "awaitable"])
@pytest.mark.parametrize("kind", ["before_request", "after_success", "after_error"])
def test_an_asynchronous_hook_in_a_synchronous_call(kind: str, make: Callable[[], Awaitable[None]]) -> None:
    """It is a TypeError that says what to do, and no coroutine is left behind that was never awaited."""
    hooks = SDKHooks()

    def hook(*_: Any) -> Awaitable[None]:
        return make()

    getattr(hooks, f"register_{kind}_hook")(hook)
    client = client_of(lambda _: httpx.Response(500 if kind == "after_error" else 200, json=[]), hooks=hooks)
    with pytest.raises(TypeError, match=r"a hook of a synchronous call must not be asynchronous; .*_async instead"):
        client.training_jobs.list(project_id="p")
    gc.collect()  # a warning about the coroutine would come from here, and warnings are errors


@pytest.mark.parametrize("suffix", ["", "_async"])
def test_a_retry_sleeps(suffix: str, slept: list[float]) -> None:
    """A call sleeps for what the flow says, and succeeds in the end."""
    answers = iter([httpx.Response(503, headers={"Retry-After": "7"}), httpx.Response(200, json=[])])
    assert call(client_of(lambda _: next(answers)), f"list{suffix}", project_id="p") == []
    assert slept == [7.0]


@pytest.mark.parametrize("suffix", ["", "_async"])
def test_redirects_are_not_followed(suffix: str) -> None:
    """A caller's client that would follow redirects is told not to: the key would go along."""
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(302, headers={"Location": "https://elsewhere.example"})

    transport = httpx.MockTransport(answer)
    client = EmissaryClient(
        CANARY,
        server_url="https://api.example",
        client=httpx.Client(transport=transport, follow_redirects=True),
        async_client=httpx.AsyncClient(transport=transport, follow_redirects=True),
    )
    with pytest.raises(Exception, match="redirect, which is not followed"):
        call(client, f"list{suffix}", project_id="p")
    assert hosts == ["api.example"]


class Minimal:
    """The least that a client must have: ``send`` takes a request and nothing else."""

    def __init__(self) -> None:
        self.http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[])))

    def build_request(self, method: str, url: str, **options: Any) -> httpx.Request:
        """Make a request."""
        return self.http.build_request(method, url, **options)

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        return self.http.send(request)


class Proxy:
    """Passes everything on to another client, as a library for tracing might."""

    def __init__(self) -> None:
        self.http = Minimal()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.http, name)


def test_a_minimal_client() -> None:
    """A client whose ``send`` takes nothing but the request works."""
    assert EmissaryClient(CANARY, client=Minimal()).training_jobs.list(project_id="p") == []


@pytest.mark.parametrize(
    "client", [Proxy(), SimpleNamespace(**{n: getattr(Minimal(), n) for n in ("build_request", "send")})]
)
def test_a_client_whose_class_has_no_send(client: Any) -> None:
    """A client works whose methods belong to the object and not to its class."""
    assert EmissaryClient(CANARY, client=client).training_jobs.list(project_id="p") == []


def _calls(path: Path) -> set[str]:
    """Name the methods of a file that are called by a name that stands for sleeping or for sending."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= {name} & {"sleep", "send", "fetch", "request", "get_event_loop"}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names} & {"sleep"}
    return found


def test_only_the_drivers_sleep_and_send() -> None:
    """Outside the drivers and the transports no file of the SDK calls anything that sleeps or sends."""
    files = [path for path in PACKAGE.rglob("*.py") if not {"emulator", "_transport"} & set(path.parts)]
    busy = {path.relative_to(PACKAGE).as_posix(): calls for path in files if (calls := _calls(path))}
    assert busy.pop("_core/drive.py") >= {"sleep", "send"}
    assert busy.pop("_core/exchange.py", {"request"}) == {"request"}  # of the log
    assert busy.pop("_core/operation.py", set()) == set()
    assert busy == {}
