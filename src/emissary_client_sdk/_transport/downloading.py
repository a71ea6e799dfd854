"""HTTP clients for files, whose content is handed on piece by piece and never held as a whole.

They speak with hosts that are not the platform, so they know nothing of its key, send a request as it was made,
and send back no cookie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import anyio
import anyio.to_thread
import httpx

from .lanes import tls_context
from .messages import DEFAULT_TIMEOUT, OwnClient

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_LARGEST_REFUSAL = 1 << 16  # bytes kept of an answer that is not the file; more than that is no explanation
_CLOSING_SECONDS = 5.0  # for a goodbye to a peer that may be gone


class Sink(Protocol):
    """Where a file's content goes. Its methods may wait for the disk."""

    def begin(self, response: httpx.Response) -> bool:
        """Look at an answer's status and headers; whether its content is to be written."""
        ...

    def write(self, part: bytes) -> None:
        """Take the next piece."""
        ...

    def end(self, *, finished: bool) -> None:
        """Take note that no more comes; ``finished``: because that was all."""
        ...


class FileClient(OwnClient):
    """Gives the driver an answer whose content has gone into a sink: None then stands for the content."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._http = httpx.Client(verify=tls_context(), timeout=DEFAULT_TIMEOUT)

    def fetch(self, request: httpx.Request, *, bare: bool = False) -> tuple[httpx.Response, bytes | None]:  # noqa: ARG002
        """Send a request, and hand on or read what comes."""
        response = self._http.send(request, stream=True, follow_redirects=False)
        try:
            if not self._sink.begin(response):
                refusal = bytearray()
                for part in response.iter_raw():
                    refusal += part
                    if len(refusal) > _LARGEST_REFUSAL:
                        break
                return response, bytes(refusal[:_LARGEST_REFUSAL])
            finished = False
            try:
                for part in response.iter_raw():
                    self._sink.write(part)
                finished = True
            finally:
                self._sink.end(finished=finished)
            return response, None
        finally:
            response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()


class AsyncFileClient(OwnClient):
    """The same for an event loop, which does not wait for the disk: a thread does."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._http = httpx.AsyncClient(verify=tls_context(), timeout=DEFAULT_TIMEOUT)

    async def fetch(self, request: httpx.Request, *, bare: bool = False) -> tuple[httpx.Response, bytes | None]:  # noqa: ARG002
        """Send a request, and hand on or read what comes."""
        response = await self._http.send(request, stream=True, follow_redirects=False)
        try:
            if not await anyio.to_thread.run_sync(self._sink.begin, response):
                refusal = bytearray()
                async for part in response.aiter_raw():
                    refusal += part
                    if len(refusal) > _LARGEST_REFUSAL:
                        break
                return response, bytes(refusal[:_LARGEST_REFUSAL])
            finished = False
            try:
                async for part in response.aiter_raw():
                    await anyio.to_thread.run_sync(self._sink.write, part)
                finished = True
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(lambda: self._sink.end(finished=finished))
            return response, None
        finally:
            with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
                await response.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
            await self._http.aclose()
