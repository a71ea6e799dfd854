"""Calls stepped by hand, clients whose server is a function, and a key that must be seen nowhere."""

import asyncio
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

import emissary_client_sdk
from emissary_client_sdk import EmissaryClient, models
from emissary_client_sdk._core.exchange import exchange
from emissary_client_sdk._core.flow import Resolve, Send, Wait
from emissary_client_sdk._core.operation import Operation
from emissary_client_sdk._core.request import Options
from emissary_client_sdk.types import UNSET

CANARY = "canary-key-0123456789"
BODY: dict[str, Any] = {"base_model": "llama", "train_dataset_id": "ds"}
PACKAGE = Path(emissary_client_sdk.__file__).parent

CREATE = Operation(
    "createTrainingJob",
    "POST",
    "/v1/projects/{project_id}/training-jobs",
    request=lambda: models.CreateTrainingJobRequest,
    result=lambda: models.TrainingJobSummary,
    creates=True,
)
RETRIEVE = Operation(
    "retrieveTrainingJobById",
    "GET",
    "/v1/projects/{project_id}/training-jobs/{training_job_id}",
    request=lambda: models.RetrieveTrainingJobByIDRequest,
    result=lambda: models.TrainingJobDetail,
)

Answer = Callable[[httpx.Request], httpx.Response]
in_both_ways = ("", "_async")


class Done:
    """The end of a stepped call."""

    def __init__(self, result: Any) -> None:
        self.result = result


class Call:
    """One call, stepped by hand: no clock but ``now``, no randomness but ``random``, no socket."""

    def __init__(
        self,
        client: EmissaryClient | None = None,
        operation: Operation[Any] = RETRIEVE,
        *,
        arguments: Mapping[str, Any] | None = None,
        http: Any = None,
        random: Callable[[], float] = lambda: 1.0,
        retries: Any = UNSET,
        server_url: Any = None,
        timeout_ms: Any = None,
        http_headers: Any = None,
    ) -> None:
        config = (client or EmissaryClient(CANARY)).sdk_configuration
        given: dict[str, Any] = {"project_id": "p"}
        given |= {"request_body": BODY} if operation is CREATE else {"training_job_id": "t"}
        self.now = 100.0
        self._flow = exchange(
            config,
            http or config.client,
            operation,
            {**given, **(arguments or {})},
            Options(retries, server_url, timeout_ms, http_headers),
            clock=lambda: self.now,
            random=random,
        )

    def _next(self, command: Callable[[], Any]) -> Any:
        try:
            return command()
        except StopIteration as end:
            return Done(end.value)

    def start(self) -> Any:
        """Begin the call; gives its first command."""
        return self._next(lambda: next(self._flow))

    def request(self) -> httpx.Request:
        """Begin the call; gives the request that it sends first."""
        return sent(self.start())

    def answer(self, status: int = 200, *, after: float = 0.0, **response: Any) -> Any:
        """Answer what was sent, so many seconds later; gives the next command."""
        self.now += after
        if not {"content", "json", "text"} & response.keys():
            response["content"] = b"{}"
        made = httpx.Response(status, **response)
        return self.reply((made, made.content))

    def reply(self, answer: Any) -> Any:
        """Answer a command with this; gives the next one."""
        return self._next(lambda: self._flow.send(answer))

    def fail(self, error: Exception, *, after: float = 0.0) -> Any:
        """Have a command fail with this, so many seconds later; gives the next one."""
        self.now += after
        return self._next(lambda: self._flow.throw(error))

    def wait(self, seconds: float = 0.0) -> httpx.Request:
        """Let a wait be over; gives the request of the next attempt."""
        self.now += seconds
        return sent(self.reply(None))


def sent(command: Any) -> httpx.Request:
    """Give the request of a command, which has to be one to send."""
    assert isinstance(command, Send), command
    request: httpx.Request = command.request
    return request


def seconds(command: Any) -> float:
    """Give the length of a command that has to be a wait."""
    assert isinstance(command, Wait), command
    return command.seconds


def resolved(command: Any) -> Any:
    """Give what the awaitable of a command gives."""
    assert isinstance(command, Resolve), command

    async def wait() -> Any:
        return await command.awaitable

    return asyncio.run(wait())


def client_of(answer: Answer, api_key: Any = CANARY, **options: Any) -> EmissaryClient:
    """Make a client for synchronous and asynchronous calls whose server is a function."""
    transport = httpx.MockTransport(answer)
    return EmissaryClient(
        api_key,
        client=httpx.Client(transport=transport),
        async_client=httpx.AsyncClient(transport=transport),
        **options,
    )


def call(client: EmissaryClient, name: str, /, **arguments: Any) -> Any:
    """Call a method of the training jobs, in an event loop of its own where it is asynchronous."""
    method = getattr(client.training_jobs, name)
    if not name.endswith("_async"):
        return method(**arguments)

    async def awaited() -> Any:
        async with client:
            return await method(**arguments)

    return asyncio.run(awaited())


def shown(error: BaseException) -> str:
    """Give all that a traceback can show of an error: every message, and the local variables of the SDK's frames."""
    seen: list[str] = []
    remaining: list[BaseException | None] = [error]
    known: list[BaseException | None] = [None]
    while remaining:
        one = remaining.pop()
        if one in known:
            continue
        assert one is not None
        known.append(one)
        remaining += [one.__cause__, one.__context__]
        seen += traceback.format_exception_only(one)
        for frame, line in traceback.walk_tb(one.__traceback__):
            if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
                where = f"{frame.f_code.co_filename}:{line}"
                seen += [f"{where} {name}={_safe_repr(value)}" for name, value in frame.f_locals.items()]
    return "\n".join(seen)


def _safe_repr(value: object) -> str:
    """Give a repr as newer interpreters do for a traceback: one that fails does not matter."""
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # half-made objects have such a repr
        return "<no repr>"
