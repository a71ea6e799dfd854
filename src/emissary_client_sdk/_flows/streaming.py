"""Streamed completions: context managers that iterate over typed chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, get_args

from .._call.call import Resource, call
from .._call.commands import Flow
from .._call.drivers import close_response, close_response_async, run, run_async
from .._call.errors import classify
from .._call.request import extra_body_of
from .._call.twins import Public
from .._validation import require_headers
from ..utils.responseinfo import InfoSource
from .events import Chunks, ChunkT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from typing_extensions import Self

    from .._auth import ApiKey
    from .._call.operation import Operation

P = ParamSpec("P")
ResourceT = TypeVar("ResourceT", bound=Resource)

_ACCEPT = "text/event-stream, application/json"

Opening: TypeAlias = Flow[tuple[Any, InfoSource, Chunks[ChunkT]]]
"""A flow that opens a stream. It returns the unread response, the facts about it, and its chunks."""


def open_stream(
    resource: Resource,
    operation: Operation[Any],
    chunk_type: type[ChunkT],
    options: Mapping[str, Any],
    **arguments: Any,
) -> Opening[ChunkT]:
    """Ask for a streamed response."""
    streamed = {
        **options,
        "extra_body": {**extra_body_of(options), "stream": True},
        "http_headers": {"Accept": _ACCEPT, **require_headers("http_headers", options.get("http_headers") or {})},
    }
    response, info = yield from call(resource, operation, streamed, stream=True, **arguments)
    line, content_type = f"{operation.http_method} {operation.path}", str(response.headers.get("content-type", ""))
    return response, info, Chunks(chunk_type, line, content_type, resource.sdk_configuration.key.redact)


class _BaseStream(Generic[ChunkT]):
    """The state of a stream.

    :param opening: Returns the flow that opens the stream.
    :param client: HTTP client that sends the request.
    """

    _response_info: InfoSource | None = None

    def __init__(self, opening: Callable[[], Opening[ChunkT]], client: Any, key: ApiKey) -> None:
        self._opening = opening
        self._client = client
        self._key = key
        self._response: Any = None
        self._chunks: Chunks[ChunkT] | None = None
        self._ready: Iterator[ChunkT] = iter(())
        self._is_over = False
        self._is_closed = False

    @property
    def text(self) -> str:
        """The text so far, of the first choice."""
        return "" if self._chunks is None else self._chunks.text

    def _require_new(self) -> None:
        if self._chunks is not None:
            raise RuntimeError("a stream can be entered once: call the method again for another completion")

    def _close(self) -> bool:
        """Record that the block is left; return whether the completion is finished."""
        self._is_closed = True
        return self._chunks is not None and self._chunks.is_done

    def _require_chunks(self) -> Chunks[ChunkT]:
        if self._chunks is None:
            raise RuntimeError("use the stream in a with statement")
        if self._is_closed and not self._chunks.is_done:
            raise self._chunks.interrupted("the stream was left before the completion was finished")
        return self._chunks

    def _feed(self, chunks: Chunks[ChunkT], piece: bytes | None) -> None:
        self._is_over = piece is None
        self._ready = chunks.end() if piece is None else chunks.feed(piece)

    def _fail(self, chunks: Chunks[ChunkT], error: Exception) -> None:
        self._is_over = True
        known = classify(error)
        if known is None:
            raise error
        self._key.redact_error(error)
        raise chunks.interrupted(known[1]) from error


class Stream(_BaseStream[ChunkT]):
    """A streamed completion: a context manager and an iterator over its chunks.

    The request is sent when the ``with`` block is entered. The connection is closed when it is left.
    """

    _pieces: Iterator[bytes]

    def __enter__(self) -> Self:
        self._require_new()
        self._response, self._response_info, self._chunks = run(self._opening(), self._client)
        self._pieces = iter(self._response.iter_bytes())
        return self

    def __exit__(self, *_: object) -> None:
        close_response(self._response, self._pieces, is_finished=self._close())

    def __iter__(self) -> Iterator[ChunkT]:
        return self

    def __next__(self) -> ChunkT:
        """Return the next chunk.

        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        """
        chunks = self._require_chunks()
        while True:
            for chunk in self._ready:
                return chunk
            if self._is_over or chunks.is_done:
                raise StopIteration
            try:
                self._feed(chunks, next(self._pieces, None))
            except Exception as error:  # noqa: BLE001  # raised again unless the completion is finished
                self._fail(chunks, error)


class AsyncStream(_BaseStream[ChunkT]):
    """A streamed completion: an asynchronous context manager and an iterator over its chunks.

    The request is sent when the ``async with`` block is entered. The connection is closed when it is left.
    """

    _pieces: AsyncIterator[bytes]

    async def __aenter__(self) -> Self:
        self._require_new()
        self._response, self._response_info, self._chunks = await run_async(self._opening(), self._client)
        self._pieces = aiter(self._response.aiter_bytes())
        return self

    async def __aexit__(self, *_: object) -> None:
        await close_response_async(self._response, self._pieces, is_finished=self._close())

    def __aiter__(self) -> AsyncIterator[ChunkT]:
        return self

    async def __anext__(self) -> ChunkT:
        """Return the next chunk.

        :raises StreamInterruptedError: The stream ended early; ``error.text`` is the text so far.
        """
        chunks = self._require_chunks()
        while True:
            for chunk in self._ready:
                return chunk
            if self._is_over or chunks.is_done:
                raise StopAsyncIteration
            try:
                self._feed(chunks, await anext(self._pieces, None))
            except Exception as error:  # noqa: BLE001  # raised again unless the completion is finished
                self._fail(chunks, error)


def stream_twins(
    opening: Callable[Concatenate[ResourceT, P], Opening[ChunkT]],
) -> tuple[
    Callable[Concatenate[ResourceT, P], Stream[ChunkT]], Callable[Concatenate[ResourceT, P], AsyncStream[ChunkT]]
]:
    """Return the methods that stream what a flow opens: ``_stream`` becomes ``stream`` and ``stream_async``."""
    public = Public(opening)

    def method(self: ResourceT, /, *args: P.args, **kwargs: P.kwargs) -> Stream[ChunkT]:
        public.check(kwargs)
        config = self.sdk_configuration
        opening(self, *args, **kwargs).close()  # report a missing argument now
        return Stream(lambda: opening(self, *args, **kwargs), config.client, config.key)

    def async_method(self: ResourceT, /, *args: P.args, **kwargs: P.kwargs) -> AsyncStream[ChunkT]:
        public.check(kwargs)
        config = self.sdk_configuration
        opening(self, *args, **kwargs).close()
        return AsyncStream(lambda: opening(self, *args, **kwargs), config.async_client, config.key)

    chunks = get_args(get_args(get_args(public.result)[-1])[-1])
    plain: Any = Stream
    asynchronous: Any = AsyncStream
    return public.describe(method, plain[chunks]), public.describe(async_method, asynchronous[chunks], "_async")
