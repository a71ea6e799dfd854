"""Streamed completions: context managers that iterate over typed chunks."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from .._call.call import call
from .._call.drivers import close_response, close_response_async, pieces, pieces_async, run, run_async
from .._call.errors import classify
from .._call.operation import Resource, as_twin, expanded, operation_of, returning_async
from .._call.request import extra_body_of
from .._validation import require_headers
from .events import Chunks, ChunkT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import FunctionType, TracebackType
    from typing import Concatenate

    from typing_extensions import Self

    from .._auth import ApiKey
    from .._call.call import Flow
    from .._call.operation import Operation

P = ParamSpec("P")
FunctionT = TypeVar("FunctionT", bound="Callable[..., Any]")
ResourceT = TypeVar("ResourceT", bound=Resource)

_ACCEPT = "text/event-stream, application/json"
_NOT_ENTERED = "use the stream in a with statement"


class _Stream(Generic[ChunkT]):
    def __init__(
        self,
        client: Any,
        flow: Callable[[], Flow[Any]],
        operation: Operation[Any],
        key: ApiKey,
        chunk_type: type[ChunkT],
    ) -> None:
        self._client = client
        self._flow = flow
        self._operation = operation
        self._key = key
        self._chunk_type: type[ChunkT] = chunk_type
        self._response: Any = None
        self._chunks: Chunks[ChunkT] | None = None
        self._ready: Iterator[ChunkT] = iter(())
        self._is_over = False

    @property
    def text(self) -> str:
        """The text so far, of the first choice."""
        return "" if self._chunks is None else self._chunks.text

    def _opened(self, response: Any) -> None:
        line = f"{self._operation.http_method} {self._operation.path}"
        content_type = str(response.headers.get("content-type", ""))
        self._response = response
        self._chunks = Chunks(self._chunk_type, line, content_type, self._key.redact)

    def _require_chunks(self) -> Chunks[ChunkT]:
        if self._chunks is None:
            raise RuntimeError(_NOT_ENTERED)
        return self._chunks

    def _feed(self, chunks: Chunks[ChunkT], piece: bytes | None) -> None:
        self._is_over = piece is None
        self._ready = chunks.end() if piece is None else chunks.feed(piece)

    def _fail(self, chunks: Chunks[ChunkT], error: Exception) -> None:
        self._is_over = True
        known = classify(error)
        if known is None:
            raise error
        if not chunks.is_done:
            self._key.redact_error(error)
            raise chunks.interrupted(known[1]) from error


class Stream(_Stream[ChunkT]):
    """A streamed completion: a context manager and an iterator over its chunks.

    The request is sent when the ``with`` block is entered. The connection is closed when it is left.
    """

    _pieces: Iterator[bytes]

    def __enter__(self) -> Self:
        self._opened(run(self._flow(), self._client))
        self._pieces = pieces(self._response)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        close_response(self._response)

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
            if self._is_over:
                raise StopIteration
            try:
                self._feed(chunks, next(self._pieces, None))
            except Exception as error:  # noqa: BLE001  # raised again unless the completion is finished
                self._fail(chunks, error)


class AsyncStream(_Stream[ChunkT]):
    """A streamed completion: an asynchronous context manager and an iterator over its chunks.

    The request is sent when the ``async with`` block is entered. The connection is closed when it is left.
    """

    _pieces: AsyncIterator[bytes]

    async def __aenter__(self) -> Self:
        self._opened(await run_async(self._flow(), self._client))
        self._pieces = pieces_async(self._response)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await close_response_async(self._response, self._pieces)

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
            if self._is_over:
                raise StopAsyncIteration
            try:
                self._feed(chunks, await anext(self._pieces, None))
            except Exception as error:  # noqa: BLE001  # raised again unless the completion is finished
                self._fail(chunks, error)


def streaming(chunk_type: Callable[[], type[Any]]) -> Callable[[FunctionT], FunctionT]:
    """Declare a method that streams what the ``create`` method of its resource returns.

    :param chunk_type: Returns the model of a chunk.
    """

    def declare(function: FunctionT) -> FunctionT:
        signature = expanded(cast("FunctionType", function))

        @wraps(signature)
        def method(self: Resource, /, **arguments: Any) -> Any:
            signature(self, **arguments)
            return Stream(*_settings(self, self.sdk_configuration.client, arguments), chunk_type())

        cast("Any", method).__chunk_type__ = chunk_type
        return cast("FunctionT", method)

    return declare


def asynchronous_stream(
    method: Callable[Concatenate[ResourceT, P], Stream[ChunkT]],
) -> Callable[Concatenate[ResourceT, P], AsyncStream[ChunkT]]:
    """Return the async twin of a declared method that streams."""
    declared: Any = method
    signature = returning_async(declared.__wrapped__)

    @wraps(signature)
    def async_method(self: Resource, /, **arguments: Any) -> Any:
        signature(self, **arguments)
        settings = _settings(self, self.sdk_configuration.async_client, arguments)
        return AsyncStream(*settings, declared.__chunk_type__())

    twin: Callable[Concatenate[ResourceT, P], AsyncStream[ChunkT]] = as_twin(async_method, method)
    return twin


def _settings(
    resource: Any, client: Any, arguments: dict[str, Any]
) -> tuple[Any, Callable[[], Flow[Any]], Operation[Any], ApiKey]:
    operation = operation_of(resource.create)

    def flow() -> Flow[Any]:
        streamed = {
            **arguments,
            "extra_body": {**extra_body_of(arguments), "stream": True},
            "http_headers": {"Accept": _ACCEPT, **require_headers("http_headers", arguments.get("http_headers") or {})},
        }
        return call(resource.sdk_configuration, client, operation, streamed, stream=True)

    return client, flow, operation, resource.sdk_configuration.key
