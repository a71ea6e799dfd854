"""HTTP clients for a file, whose content goes piece by piece to the disk and is never held as a whole.

They send a request as it is, to any host, and know nothing of the SDK's configuration.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from .._transport.content import AsyncContent, Content, with_content
from .._transport.pool import CLOSING_SECONDS, AsyncConnectionPool, ConnectionPool

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self

    from .partialfile import PartialFile

STORED = "emissary_stored"  # response extension: whether the content went into the file
_MAX_REFUSAL = 1 << 16  # bytes of an unsuccessful response's content that are kept
_MAX_HELD = 1 << 20  # bytes that one thread writes; more would leave the processor's cache before they are written
_MAX_HELD_SECONDS = 0.1


def _completed(response: httpx.Response, content: bytes, *, stored: bool) -> httpx.Response:
    completed = with_content(response, content)
    completed.extensions[STORED] = stored
    return completed


class FileClient:
    """An ``HttpClient`` that stores the content of a response in its file and returns the response without it.

    The extension ``STORED`` of the response says whether it did. Redirects are never followed.
    """

    def __init__(self, file: PartialFile) -> None:
        self._file = file
        self._pool = ConnectionPool()

    def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request and return the response."""
        response = self._pool.send(request, stream=True)
        response.request = request
        try:
            is_wanted = self._file.begin(response)
            response.stream = Content(response, is_streamed=True)
            if not is_wanted:
                start = b"" if response.is_success else next(response.iter_raw(_MAX_REFUSAL), b"")
                return _completed(response, start, stored=False)
            finished = False
            try:
                for data in response.iter_raw():
                    self._file.write(data)
                finished = True
            finally:
                self._file.end(finished=finished)
            return _completed(response, b"", stored=True)
        finally:
            response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()


class AsyncFileClient:
    """The asynchronous ``FileClient``. A thread waits for the disk instead of the event loop."""

    def __init__(self, file: PartialFile) -> None:
        self._file = file
        self._pool = AsyncConnectionPool()

    async def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request and return the response."""
        response = await self._pool.send(request, stream=True)
        response.request = request
        try:
            is_wanted = await anyio.to_thread.run_sync(self._file.begin, response)
            response.stream = AsyncContent(response, is_streamed=True)
            if not is_wanted:
                start = b"" if response.is_success else await anext(response.aiter_raw(_MAX_REFUSAL), b"")
                return _completed(response, start, stored=False)
            await self._store(response)
            return _completed(response, b"", stored=True)
        finally:
            with anyio.move_on_after(CLOSING_SECONDS, shield=True):
                await response.aclose()

    async def _store(self, response: httpx.Response) -> None:
        held: list[bytes] = []
        size = 0
        written = monotonic()
        finished = False
        try:
            async for data in response.aiter_raw():
                held.append(data)
                size += len(data)
                if size >= _MAX_HELD or monotonic() - written >= _MAX_HELD_SECONDS:
                    # A thread costs as much as reading several pieces.
                    pieces, held = held, []
                    await anyio.to_thread.run_sync(self._write, pieces)
                    size, written = 0, monotonic()
            finished = True
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._end, held, finished)

    def _write(self, pieces: list[bytes]) -> None:
        for data in pieces:
            self._file.write(data)

    def _end(self, pieces: list[bytes], finished: bool) -> None:
        try:
            self._write(pieces)
        finally:
            self._file.end(finished=finished)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        with anyio.move_on_after(CLOSING_SECONDS, shield=True):
            await self._pool.aclose()
