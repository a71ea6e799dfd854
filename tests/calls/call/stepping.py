"""A call stepped by hand: no clock but ``now``, no randomness but ``random``, no socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, chat, errors, trainingjobs
from emissary_client_sdk._call.call import Resource, call
from emissary_client_sdk._call.commands import GetClient, Received, Resolve, Send, Wait
from emissary_client_sdk._call.options import InferenceOptions, option_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from emissary_client_sdk._call.operation import Operation

CREATE, RETRIEVE, CHAT = trainingjobs.CREATE, trainingjobs.RETRIEVE, chat.CREATE
CANARY = "canary-key-0123456789"
BODY: dict[str, Any] = {"base_model": "llama", "train_dataset_id": "ds"}
_ARGUMENTS: dict[str, dict[str, Any]] = {
    CREATE.id: {"project_id": "p", "request_body": BODY},
    RETRIEVE.id: {"project_id": "p", "training_job_id": "t"},
    CHAT.id: {"model": "m", "messages": []},
}
_OPTIONS = option_types(InferenceOptions)
RETRIEVE_LINE = "GET /v1/projects/p/training-jobs/t"
SERVER = "https://api.withemissary.com"

both = pytest.mark.parametrize("operation", [CREATE, RETRIEVE], ids=["create", "retrieve"])


class Done(NamedTuple):
    """The end of a stepped call."""

    result: Any


class Stepped:
    """One call; each method returns the next command of the call, or ``Done``.

    A response or a failure begins the call, or ends its pause, if it has not been done before.
    """

    def __init__(
        self,
        client: EmissaryClient | None = None,
        operation: Operation[Any] = RETRIEVE,
        *,
        http: Any = None,
        random: Callable[[], float] = lambda: 1.0,
        deadline: float | None = None,
        stream: bool = False,
        **arguments: Any,
    ) -> None:
        config = (client or EmissaryClient(CANARY)).sdk_configuration
        self.now = 100.0
        self._http = http or config.client
        given = {**_ARGUMENTS.get(operation.id, {}), **arguments}
        self._flow = call(
            Resource(config),
            operation,
            {name: given.pop(name) for name in list(given) if name in _OPTIONS},
            clock=lambda: self.now,
            random=random,
            deadline=deadline,
            stream=stream,
            **given,
        )

        self._command: Any = None

    def _next(self, step: Callable[[], Any]) -> Any:
        try:
            self._command = step()
            if isinstance(self._command, GetClient):
                self._command = self._flow.send(self._http)
        except StopIteration as end:
            self._command = Done(end.value)
        return self._command

    def start(self) -> Any:
        """Begin the call."""
        return self._next(lambda: next(self._flow))

    def request(self) -> httpx.Request:
        """Begin the call and return its first request."""
        return sent(self.start())

    def wait(self) -> httpx.Request:
        """End a pause and return the request of the next attempt."""
        self.now += pause(self._command)
        return sent(self.reply(None))

    def reply(self, result: Any) -> Any:
        """Send the result of a command."""
        return self._next(lambda: self._flow.send(result))

    def respond(self, status: int = 200, *, after: float = 0.0, **response: Any) -> Any:
        """Send a response, that many seconds later."""
        self._attempt()
        self.now += after
        if not {"content", "json", "text"} & response.keys():
            response["content"] = b'{"id": "t"}' if status < 300 else b""
        made = httpx.Response(status, **response)
        return self.reply(Received(made, made.content))

    def fail(self, failure: Any) -> Any:
        """Fail an attempt, with a status, a status and headers, or an exception."""
        if not isinstance(failure, Exception):
            answer: tuple[int, dict[str, str]] = (failure, {}) if isinstance(failure, int) else failure
            return self.respond(answer[0], headers=answer[1], content=b"")
        self._attempt()
        return self._next(lambda: self._flow.throw(failure))

    def end(self, failure: Any) -> errors.EmissaryClientError:
        """Fail the last attempt and return the error of the call."""
        with pytest.raises(errors.EmissaryClientError) as caught:
            self.fail(failure)
        return caught.value

    def _attempt(self) -> None:
        if self._command is None:
            self.start()
        elif isinstance(self._command, Wait):
            self.wait()


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
    return Stepped(operation=operation, **options).end(failure)
