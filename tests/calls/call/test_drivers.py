"""The drivers execute the commands of a flow; no other code sleeps or sends."""

import ast
import asyncio
import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

import emissary_client_sdk
from emissary_client_sdk import SDKHooks
from emissary_client_sdk._call.commands import Flow, GetClient, Received, Resolve, Send, Wait
from emissary_client_sdk._call.drivers import run, run_async

from ...support.calling import Call, client_of

PACKAGE = Path(emissary_client_sdk.__file__).parent
every_way = pytest.mark.parametrize("call", ["sync", "async", "trio"], indirect=True)


def drive(call: Call, flow: Any) -> Any:
    """Execute a flow and return its result."""
    with call.http_client(httpx, transport=httpx.MockTransport(respond)) as http:
        return call.run(lambda: (run_async if call.is_async else run)(flow, http))


def respond(request: httpx.Request) -> httpx.Response:
    """Respond with the status in the path, or refuse the connection."""
    status = request.url.path.strip("/")
    if not status:
        raise httpx.ConnectError("refused", request=request)
    return httpx.Response(int(status), text="hello")


def send(status: str = "", *, stream: bool = False) -> Send:
    """Return a command."""
    return Send(httpx.Request("GET", f"https://api.example/{status}"), stream)


@every_way
def test_driver_sends_and_sleeps(call: Call, waits: list[float]) -> None:
    """A driver sends, sleeps and returns the result; a streamed response is unread unless it is unsuccessful."""

    def flow() -> Flow[Any]:
        received = yield send("200")
        nothing = yield Wait(1.5)
        streamed = yield send("200", stream=True)
        failed = yield send("500", stream=True)
        return received, nothing, streamed, failed

    received, nothing, streamed, failed = drive(call, flow())
    assert (received, nothing) == (Received(received.response, b"hello"), None)
    assert received.is_success
    assert (streamed.content, failed.content, failed.is_success) == (b"", b"hello", False)
    assert waits == [1.5]


@every_way
def test_exceptions_are_thrown_into_the_flow(call: Call) -> None:
    """A flow may continue after an exception of a command, or raise another one."""

    def flow(fail: bool) -> Flow[str]:
        for _ in range(2):
            with pytest.raises(httpx.ConnectError):
                yield send()
        if fail:
            raise KeyError("mine")
        return "failed"

    assert drive(call, flow(False)) == "failed"
    with pytest.raises(KeyError):
        drive(call, flow(True))


@every_way
def test_flow_may_end_before_its_first_command(call: Call) -> None:
    """A flow may end before its first command."""

    def flow() -> Flow[int]:
        return 3
        yield Wait(0)

    assert drive(call, flow()) == 3


@every_way
def test_flow_can_ask_for_the_client(call: Call) -> None:
    """The driver returns the HTTP client that it sends with."""

    def flow() -> Flow[Any]:
        return (yield GetClient())

    assert hasattr(drive(call, flow()), "build_request")


def test_awaitables_are_awaited() -> None:
    """The asynchronous driver sends the value of an awaitable, or throws its exception."""

    async def value(error: Exception | None = None) -> int:
        if error:
            raise error
        return 3

    def flow() -> Flow[Any]:
        first = yield Resolve(value())
        with pytest.raises(KeyError):
            yield Resolve(value(KeyError("mine")))
        return first

    assert asyncio.run(run_async(flow(), None)) == 3


class Later:
    """An awaitable that is not a coroutine."""

    def __await__(self) -> Any:
        """Return nothing."""
        return iter(())


@pytest.mark.parametrize("create", [partial(asyncio.sleep, 0), Later], ids=["coroutine", "awaitable"])
def test_asynchronous_hook_in_a_synchronous_call_is_refused(create: Callable[[], Any]) -> None:
    """It is an error that names the remedy, and leaves no coroutine that was never awaited."""
    hooks = SDKHooks()
    hooks.register_before_request_hook(lambda _context, _request: create())
    client = client_of(lambda _: httpx.Response(200, json=[]), hooks=hooks)
    with pytest.raises(TypeError, match=r"a hook or callback of a synchronous call must not be asynchronous; .*_async"):
        client.training_jobs.list(project_id="p")
    gc.collect()  # would warn about the coroutine


def _calls(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= {name} & {"sleep", "send", "urlopen", "get_event_loop"}
    return found


def test_only_the_drivers_sleep_and_send() -> None:
    """Outside of the drivers and the HTTP clients nothing sleeps or sends."""
    excluded = {"emulator", "_transport", "cli", "httpfile.py"}
    files = [path for path in PACKAGE.rglob("*.py") if not excluded & set(path.relative_to(PACKAGE).parts)]
    busy = {path.relative_to(PACKAGE).as_posix(): calls for path in files if (calls := _calls(path))}
    assert busy == {"_call/drivers.py": {"sleep", "send"}}
