"""The benchmark's server: HTTP/1.1 over loopback, one process, answers made beforehand.

It parses no more of a request than it must, so that what is measured is the client:
``python -m tests.benchmarks.server`` prints its port and serves until it is terminated.
"""

import asyncio
import gc
import re
import sys
from functools import lru_cache

from .answers import answer

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REASONS = {200: "OK", 201: "Created", 404: "Not Found"}


@lru_cache(maxsize=64)
def _response(target: bytes) -> bytes:
    """Return the whole response to a request whose line starts so: ``GET /path``."""
    method, path = target.decode("ascii").split(" ")
    status, body = answer(method, path)
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        "date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "server: benchmark\r\n"
        "content-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\n"
        "x-request-id: 0b5f7c3e-7e0c-4b55-8b5e-0f7f4f2a9d11\r\n"
        "\r\n"
    )
    return head.encode("ascii") + body


class _Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that has arrived in full."""
        rest = self._received + data
        while (end := rest.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(rest, 0, end)
            after = end + 4 + (int(length[1]) if length else 0)
            if len(rest) < after:
                break
            self._transport.write(_response(rest[: rest.index(b" HTTP/")]))
            rest = rest[after:]
        self._received = rest


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    gc.disable()  # nothing here is a cycle, and a collection would show up as a client's slow request
    asyncio.run(_serve())
