"""The drivers: they execute the commands of a call, synchronously or asynchronously."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

from ..httpclient import loaded_libraries
from .commands import Compute, Gather, GetClient, Interruptible, Received, Send, Wait
from .concurrency import asynchronous_error, gather, gather_async
from .errors import undecoded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .commands import Command, Flow

T = TypeVar("T")

_CLOSING_SECONDS = 5.0  # for a server that is unreachable
_SHIELDED_SECONDS = 60.0  # for a call after an interrupt
_DRAINING_SECONDS = 0.1  # for the end of a finished response, after which its connection can be used again


def run(flow: Flow[T], client: Any) -> T:
    """Execute a call in this thread and return its result."""
    try:
        command = next(flow)
        while True:
            try:
                result = _execute(command, client)
            except Exception as error:  # noqa: BLE001  # the call decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(result)
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        flow.close()  # an interrupt or a cancellation leaves it unfinished


async def run_async(flow: Flow[T], client: Any) -> T:
    """Execute a call on asyncio or trio and return its result."""
    try:
        command = next(flow)
        while True:
            try:
                result = await _execute_async(command, client)
            except Exception as error:  # noqa: BLE001  # the call decides what it means
                command = flow.throw(error)
            else:
                command = flow.send(result)
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        flow.close()  # an interrupt or a cancellation leaves it unfinished


async def run_shielded(flow: Flow[None], client: Any) -> None:
    """Execute a call even if the task is cancelled, for a limited time."""
    with anyio.move_on_after(_SHIELDED_SECONDS, shield=True):
        await run_async(flow, client)


def close_response(response: Any, content: Iterator[bytes], *, is_finished: bool) -> None:
    """Close a streamed response.

    :param content: The rest of the response.
    :param is_finished: Whether nothing but the end of the response is missing. It is awaited for a moment.
    """
    limit = getattr(getattr(response, "stream", None), "limit", None)  # the SDK's own client has it
    if is_finished and limit is not None:
        limit(_DRAINING_SECONDS)
        with suppress(Exception):
            for _ in content:
                pass
    response.close()


async def close_response_async(response: Any, content: AsyncIterator[bytes], *, is_finished: bool) -> None:
    """Close a streamed response, even if the task is cancelled. The parameters are those of ``close_response``."""
    if is_finished:
        with anyio.move_on_after(_DRAINING_SECONDS), suppress(Exception):
            async for _ in content:
                pass
    with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
        await response.aclose()
        with suppress(Exception):  # trio warns of asynchronous generators, here of httpx, that are not exhausted
            while True:
                await anext(content)


def _execute(command: Command, client: Any) -> Any:
    if isinstance(command, Send):
        options = _send_options(client, command)
        received = Received(client.send(command.request, **options), b"")
        if command.stream and received.is_success:
            return received
        try:
            return received._replace(content=received.response.read())
        except BaseException as error:
            if "stream" in options:
                received.response.close()
            if (empty := undecoded(received, error)) is None:
                raise
            return empty
    if isinstance(command, GetClient):
        return client
    if isinstance(command, Wait):
        time.sleep(command.seconds)
        return None
    if isinstance(command, Compute):
        return command.function()
    if isinstance(command, Gather):
        return gather(command, lambda flow: run(flow, client))
    if isinstance(command, Interruptible):
        try:
            return run(command.flow, client)
        except Exception:
            raise
        except BaseException:
            with suppress(Exception):
                run(command.on_interrupt(), client)
            raise
    raise asynchronous_error("a hook or callback", command.awaitable)


async def _execute_async(command: Command, client: Any) -> Any:
    if isinstance(command, Send):
        options = _send_options(client, command)
        received = Received(await client.send(command.request, **options), b"")
        if command.stream and received.is_success:
            return received
        try:
            return received._replace(content=await received.response.aread())
        except BaseException as error:
            if "stream" in options:
                with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
                    await received.response.aclose()
            if (empty := undecoded(received, error)) is None:
                raise
            return empty
    if isinstance(command, GetClient):
        return client
    if isinstance(command, Wait):
        await anyio.sleep(command.seconds)
        return None
    if isinstance(command, Compute):
        return await anyio.to_thread.run_sync(command.function)
    if isinstance(command, Gather):
        return await gather_async(command, lambda flow: run_async(flow, client))
    if isinstance(command, Interruptible):
        try:
            return await run_async(command.flow, client)
        except Exception:
            raise
        except BaseException:
            with suppress(Exception):
                await run_shielded(command.on_interrupt(), client)
            raise
    return await command.awaitable


def _send_options(client: Any, command: Send) -> dict[str, Any]:
    """Return the options of ``send`` that keep a client from following redirects, which would forward the API key.

    A client of a library streams each response, which is read by the driver: if that fails, the status is known.
    """
    kind = client.__class__
    accepts = _class_accepts_follow_redirects(kind) if hasattr(kind, "send") else _accepts_follow_redirects(client.send)
    if not accepts and getattr(client, "follow_redirects", None) is True:
        raise ValueError(
            "the HTTP client follows redirects, which would forward the API key, and its send method does not accept"
            " follow_redirects=False"
        )
    options: dict[str, Any] = {"follow_redirects": False} if accepts else {}
    if command.stream or _is_of_library(kind):
        options["stream"] = True
    return options


@lru_cache(maxsize=64)
def _is_of_library(kind: Any) -> bool:
    """Return whether a client's method ``send`` is the one of httpx or httpx2; another one may read the response."""
    own = [client.send for library in loaded_libraries() for client in (library.Client, library.AsyncClient)]
    return getattr(kind, "send", None) in own


@lru_cache(maxsize=64)
def _class_accepts_follow_redirects(kind: Any) -> bool:
    return _accepts_follow_redirects(kind.send)


def _accepts_follow_redirects(send: Any) -> bool:
    parameters = signature(send).parameters.values()
    return any(p.name == "follow_redirects" or p.kind is Parameter.VAR_KEYWORD for p in parameters)
