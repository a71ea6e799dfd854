"""Results of handlers and faults as responses of Starlette."""

import asyncio
import contextlib
import hashlib
import json
import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .call import Download
from .faults import Fault
from .problem import Problem

DROP = "emissary.emulator.drop"
"""The ASGI extension with which a server lets its application close the connection: a callable."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def response(result: object, status: int, request: Request) -> Response:
    """Return the response for the result of a handler."""
    if isinstance(result, Download):
        return _download(result, request)
    if isinstance(result, Iterator):
        return StreamingResponse(_events(cast("Iterator[object]", result)), media_type="text/event-stream")
    return Response(status_code=status) if status == 204 else JSONResponse(result, status)


def problem(error: Problem) -> Response:
    """Return an error in the form that the API documents."""
    body: dict[str, object] = {"status": error.status, "error": error.error}
    if error.status == 404:
        body["code"] = error.code
    return JSONResponse(body, error.status, error.headers)


def faulty(fault: Fault, status: int) -> Response:
    """Return the response of a fault that has a status."""
    headers = None if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:.12g}"}
    if status in (204, 304):  # these never have a body
        return Response(status_code=status, headers=headers)
    if fault.body is None:
        return problem(Problem(status, "an injected fault", headers=headers))
    if isinstance(fault.body, str):
        return PlainTextResponse(fault.body, status, headers)
    return JSONResponse(fault.body, status, headers)


async def _events(values: Iterator[object]) -> AsyncGenerator[str]:
    for value in values:
        yield f"data: {json.dumps(value)}\n\n"
    yield "data: [DONE]\n\n"


def _download(file: Download, request: Request) -> Response:
    """Return a file, or the part of it that the request asks for."""
    size = len(file.content)
    etag = f'"{hashlib.sha256(file.content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes"}
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers=headers)
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    # A range of another version of the file is ignored, and so is one that is not understood.
    if match is None or not any(match.groups()) or request.headers.get("If-Range", etag) != etag:
        return Response(file.content, 200, headers, file.media_type)
    first, last = match.groups()
    start = int(first) if first else max(size - int(last), 0)
    stop = min(int(last) + 1, size) if first and last else size
    if start >= stop:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return Response(file.content[start:stop], 206, headers, file.media_type)


def late(response: ASGIApp, seconds: float) -> ASGIApp:
    """Return a response that comes some seconds late, unless the client disconnects first."""

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_disconnected(receive), seconds)
            return
        await response(scope, receive, send)

    return respond


async def dropped(scope: Scope, receive: Receive, _send: Send) -> None:
    """Close the connection and wait until it is closed.

    :raises ConnectionResetError: Called under a server that cannot close the connection.
    """
    extensions: dict[str, Any] = scope.get("extensions") or {}
    if DROP not in extensions:
        raise ConnectionResetError("an injected fault: the connection is dropped")
    extensions[DROP]()
    await _disconnected(receive)


def interrupted(response: ASGIApp) -> ASGIApp:
    """Return a response of which only the first half of the body is sent before the connection is closed."""

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        await response(scope, receive, collect)
        body: bytes = b"".join(message.get("body", b"") for message in messages)
        await send(messages[0])
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await dropped(scope, receive, send)

    return respond


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # the rest of a body
