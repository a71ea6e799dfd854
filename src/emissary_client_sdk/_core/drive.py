"""The two drivers of a flow. Nothing else in this package sleeps or sends."""

from __future__ import annotations

import time
from functools import lru_cache
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypeVar

from .._transport import AsyncDefaultClient, DefaultClient
from .flow import Resolve, Send, Wait

if TYPE_CHECKING:
    from .flow import Flow

T = TypeVar("T")


def run(flow: Flow[T], client: Any) -> T:
    """Run a flow to its end with a synchronous client, in this thread."""
    try:
        command = next(flow)
        while True:
            try:
                if isinstance(command, Send):
                    answer = _send(client, command)
                elif isinstance(command, Wait):
                    answer = time.sleep(command.seconds)
                else:
                    answer = _refuse(command)
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


async def run_async(flow: Flow[T], client: Any) -> T:
    """Run a flow to its end with an asynchronous client, on asyncio or trio."""
    try:
        command = next(flow)
        while True:
            try:
                if isinstance(command, Send):
                    answer = await _send_async(client, command)
                elif isinstance(command, Wait):
                    import anyio

                    answer = await anyio.sleep(command.seconds)
                else:
                    answer = await command.awaitable
            except Exception as error:  # noqa: BLE001  # the flow decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


def _send(client: Any, command: Send) -> tuple[Any, bytes]:
    if isinstance(client, DefaultClient):
        return client.fetch(command.request, bare=command.bare)
    response = client.send(command.request, **_options(type(client)))
    return response, response.read()


async def _send_async(client: Any, command: Send) -> tuple[Any, bytes]:
    if isinstance(client, AsyncDefaultClient):
        return await client.fetch(command.request, bare=command.bare)
    response = await client.send(command.request, **_options(type(client)))
    return response, await response.aread()


@lru_cache(maxsize=64)
def _options(kind: type) -> dict[str, Any]:
    """What a kind of client can be told: the key goes with a redirect, so it must not be followed."""
    parameters = signature(kind.send).parameters.values()
    takes = any(p.name == "follow_redirects" or p.kind is Parameter.VAR_KEYWORD for p in parameters)
    return {"follow_redirects": False} if takes else {}


def _refuse(command: Resolve) -> None:
    close = getattr(command.awaitable, "close", None)
    if close is not None:
        close()  # a coroutine that is never awaited would warn
    raise TypeError(
        "a hook of a synchronous call must not be asynchronous; call the method with _async instead"
    )
