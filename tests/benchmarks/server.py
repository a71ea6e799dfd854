"""The benchmark's server: HTTP/1.1 on the loopback interface, one process, responses made in advance.

It parses as little of a request as possible, so that the figures show the work of the client. ``python -m
tests.benchmarks.server`` prints its port and serves until it is terminated.
"""

import asyncio
import gc
import json
import re
import sys
from collections import Counter
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO

from .responses import chunks, response

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FILE = re.compile(rb"GET /files/(\d+)")
_MODEL = re.compile(rb'"model": ?"([^"]*)"')
_STREAM = re.compile(rb'"stream": ?true')
_BODY_START = 65536  # bytes that are searched for the model
_REASONS = {200: "OK", 201: "Created", 404: "Not Found", 429: "Too Many Requests"}
_LIMITED = b"limited-"  # a model such as limited-20 answers 20 requests at a time, and refuses others
_LIMITED_SECONDS = 0.05


def _head(status: int, **headers: object) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", "date: Thu, 01 Jan 2026 00:00:00 GMT", "server: benchmark"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "x-request-id: 0b5f7c3e-7e0c-4b55-8b5e-0f7f4f2a9d11", "", ""]).encode()


@lru_cache(maxsize=64)
def _response(request_line: bytes, model: bytes, is_streamed: bool) -> bytes:
    if is_streamed:
        values = chunks(int(model.partition(b"-")[2]))
        events = [b"data: %b\n\n" % json.dumps(value, separators=(",", ":")).encode() for value in values]
        pieces = [b"%x\r\n%b\r\n" % (len(event), event) for event in [*events, b"data: [DONE]\n\n", b""]]
        return _head(200, content_type="text/event-stream", transfer_encoding="chunked") + b"".join(pieces)
    status, body = response(request_line.decode(), model.decode())
    return _head(status, content_type="application/json; charset=utf-8", content_length=len(body)) + body


@lru_cache(maxsize=4)
def _file(megabytes: int) -> IO[bytes]:
    """Return a file of this size, which takes no place on the disk."""
    file = TemporaryFile()  # noqa: SIM115  # open as long as the process
    file.truncate(megabytes * 1_000_000)
    return file


_REFUSAL = _head(429, content_type="application/json", content_length=2) + b"{}"
_in_progress: Counter[bytes] = Counter()
_sending: set[asyncio.Future[int]] = set()


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._received = bytearray()
        self._needed = 1  # bytes of the current request, or of its start

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= self._needed and (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._received, 0, end)
            self._needed = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < self._needed:
                return
            body_end = min(self._needed, end + _BODY_START)
            model = _MODEL.search(self._received, end, body_end)
            is_streamed = _STREAM.search(self._received, end, body_end) is not None
            line = bytes(self._received[: self._received.index(b" HTTP/")])
            if file := _FILE.match(line):
                self._send_file(int(file[1]))
            else:
                self._respond(bytes(model[1]) if model else b"", line, is_streamed)
            del self._received[: self._needed]
            self._needed = 1

    def _respond(self, model: bytes, line: bytes, is_streamed: bool) -> None:
        content = _response(line, model, is_streamed)
        if not model.startswith(_LIMITED):
            self._transport.write(content)
        elif _in_progress[model] >= int(model.removeprefix(_LIMITED)):
            self._transport.write(_REFUSAL)
        else:
            _in_progress[model] += 1
            asyncio.get_running_loop().call_later(_LIMITED_SECONDS, self._finish, model, content)

    def _send_file(self, megabytes: int) -> None:
        length = megabytes * 1_000_000
        self._transport.write(_head(200, content_type="application/octet-stream", content_length=length, etag='"1"'))
        sending = asyncio.get_running_loop().sendfile(self._transport, _file(megabytes))
        _sending.add(task := asyncio.ensure_future(sending))
        task.add_done_callback(_sending.discard)

    def _finish(self, model: bytes, content: bytes) -> None:
        _in_progress[model] -= 1
        self._transport.write(content)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    gc.disable()  # a collection would look like a slow client
    asyncio.run(_serve())
