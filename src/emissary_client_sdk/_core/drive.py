"""The drivers of a flow. Nothing else in this package sleeps or sends.

An answer goes through a list and not through a variable: a traceback that shows a frame's local variables must not
show a body, in which a server may have repeated the key.
"""

from __future__ import annotations

import time
from functools import lru_cache
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .._transport.messages import OwnClient
from .flow import Emit, Send, Wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .._transport import AsyncDefaultClient, DefaultClient
    from .flow import Command, EmittingFlow, Flow

T = TypeVar("T")


def run(flow: Flow[T], client: Any) -> T:
    """Run a flow to its end with a synchronous client, in this thread."""
    answers: list[Any] = []
    try:
        command = next(flow)
        while True:
            try:
                answers.append(_obey(command, client))
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(answers.pop())
    except StopIteration as end:
        result: T = end.value
        return result


async def run_async(flow: Flow[T], client: Any) -> T:
    """Run a flow to its end with an asynchronous client, on asyncio or trio."""
    answers: list[Any] = []
    try:
        command = next(flow)
        while True:
            try:
                answers.append(await _obey_async(command, client))
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(answers.pop())
    except StopIteration as end:
        result: T = end.value
        return result


def iterate(flow: EmittingFlow, client: Any) -> Iterator[Any]:
    """Run a flow with a synchronous client, and give what it emits on its way."""
    answers: list[Any] = []
    try:
        command = next(flow)
        while True:
            try:
                if isinstance(command, Emit):
                    answers.append(None)
                    yield command.value
                else:
                    answers.append(_obey(command, client))
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(answers.pop())
    except StopIteration:
        return


async def iterate_async(flow: EmittingFlow, client: Any) -> AsyncIterator[Any]:
    """Run a flow with an asynchronous client, and give what it emits on its way."""
    answers: list[Any] = []
    try:
        command = next(flow)
        while True:
            try:
                if isinstance(command, Emit):
                    answers.append(None)
                    yield command.value
                else:
                    answers.append(await _obey_async(command, client))
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(answers.pop())
    except StopIteration:
        return


def _obey(command: Command, client: Any) -> Any:
    if isinstance(command, Send):
        if isinstance(client, OwnClient):
            return cast("DefaultClient", client).fetch(command.request, bare=command.bare)
        response = client.send(command.request, **_options_of(client))
        return response, response.read()
    if isinstance(command, Wait):
        time.sleep(command.seconds)
        return None
    close = getattr(command.awaitable, "close", None)
    if close is not None:
        close()  # a coroutine that is never awaited would warn
    raise TypeError("a hook of a synchronous call must not be asynchronous; call the method with _async instead")


async def _obey_async(command: Command, client: Any) -> Any:
    if isinstance(command, Send):
        if isinstance(client, OwnClient):
            return await cast("AsyncDefaultClient", client).fetch(command.request, bare=command.bare)
        response = await client.send(command.request, **_options_of(client))
        return response, await response.aread()
    if isinstance(command, Wait):
        import anyio

        await anyio.sleep(command.seconds)
        return None
    return await command.awaitable


def _options_of(client: Any) -> dict[str, Any]:
    """Say what a client is told: the key would go along with a redirect, so it must not follow one."""
    kind = client.__class__
    can_follow = _can_follow_redirects(kind) if hasattr(kind, "send") else _takes_follow_redirects(client.send)
    if not can_follow and getattr(client, "follow_redirects", None) is True:
        raise ValueError(
            "client follows redirects, with which the API key would go, and its send cannot be told not to"
            " (follow_redirects=False)"
        )
    return {"follow_redirects": False} if can_follow else {}


@lru_cache(maxsize=64)
def _can_follow_redirects(kind: Any) -> bool:
    return _takes_follow_redirects(kind.send)


def _takes_follow_redirects(send: Any) -> bool:
    parameters = signature(send).parameters.values()
    return any(p.name == "follow_redirects" or p.kind is Parameter.VAR_KEYWORD for p in parameters)
