"""The network stream of a connection: a short request is sent in one piece."""

from __future__ import annotations

import anyio
import httpcore
import pytest

from emissary_client_sdk._transport.stream import AsyncDeadlineStream, DeadlineStream, ResponseDeadline

HEAD, BODY, LONG = b"POST / HTTP/1.1\r\n\r\n", b"{}", b"x" * 10_000


class _Recorder(httpcore.NetworkStream):
    """A stream that records what is written, and answers each read with ``answer``."""

    def __init__(self, *, is_closed: bool = False) -> None:
        self.sent: list[bytes] = []
        self._is_closed = is_closed

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.sent.append(buffer)
        if self._is_closed:
            raise httpcore.WriteError

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        self.sent.append(b"(read)")
        return b"answer"


class _AsyncRecorder(httpcore.AsyncNetworkStream):
    """The asynchronous form of a recorder."""

    def __init__(self, recorder: _Recorder) -> None:
        self._recorder = recorder

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._recorder.write(buffer, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return self._recorder.read(max_bytes, timeout)


def exchange(recorder: _Recorder, writes: list[bytes], *, is_async: bool) -> bytes:
    """Write a request and read the beginning of the response."""
    if not is_async:
        stream = DeadlineStream(recorder, ResponseDeadline())
        for each in writes:
            stream.write(each, 1)
        return stream.read(100, 1)

    async def run() -> bytes:
        stream = AsyncDeadlineStream(_AsyncRecorder(recorder), ResponseDeadline())
        for each in writes:
            await stream.write(each, 1)
        return await stream.read(100, 1)

    answer: bytes = anyio.run(run)
    return answer


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(
    ("writes", "sent"),
    [
        ([HEAD], [HEAD]),
        ([HEAD, BODY], [HEAD + BODY]),
        ([HEAD, LONG, LONG], [HEAD + LONG, LONG]),
        ([HEAD, BODY, BODY], [HEAD + BODY, BODY]),
    ],
)
def test_head_is_sent_with_the_body(writes: list[bytes], sent: list[bytes], *, is_async: bool) -> None:
    """A long body is not copied, except for its first piece."""
    recorder = _Recorder()
    assert exchange(recorder, writes, is_async=is_async) == b"answer"
    assert recorder.sent == [*sent, b"(read)"]


@pytest.mark.parametrize("is_async", [False, True])
def test_answer_is_read_from_a_server_that_no_longer_reads(*, is_async: bool) -> None:
    """As httpcore does: a server may refuse a request before it has read it."""
    assert exchange(_Recorder(is_closed=True), [HEAD], is_async=is_async) == b"answer"
