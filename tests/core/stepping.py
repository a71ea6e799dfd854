"""A call stepped by hand: no clock but ``now``, no randomness but ``random``, no socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk._core.call import Received, Resolve, Send, Wait, call
from emissary_client_sdk._core.operation import operation_of
from emissary_client_sdk.chat import ChatCompletions
from emissary_client_sdk.trainingjobs import TrainingJobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from emissary_client_sdk._core.operation import Operation

CANARY = "canary-key-0123456789"
BODY: dict[str, Any] = {"base_model": "llama", "train_dataset_id": "ds"}
CREATE = operation_of(TrainingJobs.create)
RETRIEVE = operation_of(TrainingJobs.retrieve)
CHAT = operation_of(ChatCompletions.create)
_ARGUMENTS: dict[str, dict[str, Any]] = {
    CREATE.id: {"project_id": "p", "request_body": BODY},
    RETRIEVE.id: {"project_id": "p", "training_job_id": "t"},
    CHAT.id: {"model": "m", "messages": []},
}
RETRIEVE_LINE = "GET /v1/projects/p/training-jobs/t"
SERVER = "https://api.withemissary.com"

both = pytest.mark.parametrize("operation", [CREATE, RETRIEVE], ids=["create", "retrieve"])


class Done(NamedTuple):
    """The end of a stepped call."""

    result: Any


class Stepped:
    """One call; each method returns the next command of the call, or ``Done``."""

    def __init__(
        self,
        client: EmissaryClient | None = None,
        operation: Operation[Any] = RETRIEVE,
        *,
        http: Any = None,
        random: Callable[[], float] | None = lambda: 1.0,
        deadline: float | None = None,
        stream: bool = False,
        **arguments: Any,
    ) -> None:
        config = (client or EmissaryClient(CANARY)).sdk_configuration
        self.now = 100.0
        self._flow = call(
            config,
            http or config.client,
            operation,
            {**_ARGUMENTS.get(operation.id, {}), **arguments},
            clock=lambda: self.now,
            random=random,
            deadline=deadline,
            stream=stream,
        )

    def _next(self, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except StopIteration as end:
            return Done(end.value)

    def start(self) -> Any:
        """Begin the call."""
        return self._next(lambda: next(self._flow))

    def request(self) -> httpx.Request:
        """Begin the call and return its first request."""
        return sent(self.start())

    def reply(self, result: Any) -> Any:
        """Send the result of a command."""
        return self._next(lambda: self._flow.send(result))

    def respond(self, status: int = 200, *, after: float = 0.0, **response: Any) -> Any:
        """Send a response, that many seconds later."""
        self.now += after
        if not {"content", "json", "text"} & response.keys():
            response["content"] = b'{"id": "t"}' if status < 300 else b""
        made = httpx.Response(status, **response)
        return self.reply(Received(made, made.content))

    def fail(self, error: Exception) -> Any:
        """Throw the exception of a command into the call."""
        return self._next(lambda: self._flow.throw(error))

    def end(self, failure: Any) -> errors.EmissaryClientError:
        """Fail the last attempt and return the error of the call."""
        with pytest.raises(errors.EmissaryClientError) as caught:
            self.fail_with(failure)
        return caught.value

    def fail_with(self, failure: Any) -> Any:
        """Fail an attempt, with a status, a status and headers, or an exception."""
        if isinstance(failure, Exception):
            return self.fail(failure)
        answer: tuple[int, dict[str, str]] = (failure, {}) if isinstance(failure, int) else failure
        return self.respond(answer[0], headers=answer[1], content=b"")

    def wait(self, seconds: float = 0.0) -> httpx.Request:
        """End a pause and return the request of the next attempt."""
        self.now += seconds
        return sent(self.reply(None))


def sent(command: Any) -> httpx.Request:
    """Return the request of a command, which must be ``Send``."""
    assert isinstance(command, Send), command
    request: httpx.Request = command.request
    return request


def pause(command: Any) -> float:
    """Return the length of a pause."""
    assert isinstance(command, Wait), command
    return command.seconds


def resolved(command: Any) -> Any:
    """Return the value of the awaitable of a command."""
    assert isinstance(command, Resolve), command

    async def wait() -> Any:
        return await command.awaitable

    return asyncio.run(wait())


def failed(failure: Any, *, operation: Operation[Any] = RETRIEVE, **arguments: Any) -> errors.EmissaryClientError:
    """Return the error of a call that is not retried."""
    options: Any = {"retries": None, **arguments}
    stepped = Stepped(operation=operation, **options)
    stepped.start()
    return stepped.end(failure)
