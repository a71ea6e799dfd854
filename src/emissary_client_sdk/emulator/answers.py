"""Answers that are no plain success: the contract's errors, a late answer, and none at all."""

import asyncio
import contextlib
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from .faults import Fault

DROP = "emissary.emulator.drop"
"""The ASGI extension by which a server lets its application close the connection: a callable."""


class Problem(Exception):
    """An error to answer with.

    :param status: the HTTP status.
    :param error: what is wrong, for a person.
    :param code: the same for a program, where the contract has one.
    """

    def __init__(
        self, status: int, error: str, *, code: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.code = code
        self.headers = headers

    def response(self) -> Response:
        """Put the error as the contract has it."""
        body: dict[str, object] = {"status": self.status, "error": self.error}
        if self.code is not None:
            body["code"] = self.code
        return JSONResponse(body, self.status, self.headers)


def faulty(fault: Fault, status: int) -> Response:
    """Make the answer of a fault that asks for a status."""
    headers = None if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:.12g}"}
    if status in (204, 304):  # these never have a body
        return Response(status_code=status, headers=headers)
    if fault.body is None:
        code = "object_not_found" if status == 404 else None
        return Problem(status, "a fault on request", code=code, headers=headers).response()
    if isinstance(fault.body, str):
        return PlainTextResponse(fault.body, status, headers)
    return JSONResponse(fault.body, status, headers)


class Late(Response):
    """An answer that comes some seconds late, unless the client goes away first."""

    def __init__(self, answer: Response, seconds: float) -> None:
        super().__init__(status_code=answer.status_code)
        self._answer = answer
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then answer."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_disconnected(receive), self._seconds)
            return
        await self._answer(scope, receive, send)


class Dropped(Response):
    """No answer: the connection is closed.

    :raises ConnectionResetError: when called under a server that cannot do so; the server then decides.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI has it
        """Close the connection and see it closed."""
        extensions: dict[str, Any] = scope.get("extensions") or {}
        if DROP not in extensions:
            raise ConnectionResetError("a fault on request: the connection is dropped")
        extensions[DROP]()
        await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # what is left of a body
