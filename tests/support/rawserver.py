r"""A server made of plain sockets that does on each connection what a script says, and counts.

A script is a function of one ``Connection``; it runs in a thread of its own, and the connection closes when it
returns::

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-le")
        connection.reset()

    with RawServer(script) as server:
        ...
        assert server.connections == 1

``answering`` makes the script of a well-behaved server of a function from request to answer.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

PATIENCE = 10.0
"""Seconds for something that takes milliseconds; a test that waits as long as this has failed."""

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Request:
    """A request as it came.

    :ivar connection: the number of the connection that it came on, from 1.
    :ivar target: the path, or the whole URL where a proxy is asked.
    :ivar headers: by their names in lower case.
    """

    connection: int
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer to be sent; its ``content-length`` is added."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)

    def encode(self) -> bytes:
        """Give the bytes that go over the wire."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        if self.status not in (204, 304):
            lines.append(f"content-length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Connection:
    """A connection that a client has made.

    :ivar number: from 1, in the order of arrival.
    """

    def __init__(self, server: RawServer, sock: socket.socket, number: int) -> None:
        self.number = number
        self._server = server
        self._socket = sock
        self._received = b""

    def read(self) -> bytes:
        """Read what has come, at least one byte; none at the end of the stream."""
        if self._received:
            data, self._received = self._received, b""
            return data
        return self._socket.recv(65536)

    def read_request(self) -> Request | None:
        """Read one request and count it; None where the client closes instead."""
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self._received) < length:
            data = self._socket.recv(65536)
            if not data:
                return None
            self._received += data
        body, self._received = self._received[:length], self._received[length:]
        request = Request(self.number, method, target, headers, body)
        self.note(request)
        return request

    def note(self, request: Request) -> None:
        """Count a request that a script has read by itself."""
        self._server.note(request)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def answer(self, answer: Answer) -> None:
        """Send an answer."""
        self.send(answer.encode())

    def hold(self) -> None:
        """Say nothing until the client closes, or the server stops."""
        while self.read():
            pass

    def pause(self, seconds: float) -> bool:
        """Let a little time pass; true where the server stops meanwhile."""
        return self._server.stopping.wait(seconds)

    def reset(self) -> None:
        """Break the connection, so that the client gets a reset and not an end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on, as a server."""
        self._socket = context.wrap_socket(self._socket, server_side=True)
        self._server.replace(self.number, self._socket)

    @property
    def protocol(self) -> str | None:
        """What was negotiated with ALPN."""
        return self._socket.selected_alpn_protocol() if isinstance(self._socket, ssl.SSLSocket) else None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _read_until(self, end: bytes) -> bytes | None:
        while end not in self._received:
            data = self._socket.recv(65536)
            if not data:
                return None
            self._received += data
        head, _, self._received = self._received.partition(end)
        return head


Script: TypeAlias = Callable[[Connection], None]
Handler: TypeAlias = Callable[[Request], "Answer | None"]


def answering(handler: Handler) -> Script:
    """Make the script that answers each request with what the handler gives; with None it drops the connection."""

    def script(connection: Connection) -> None:
        while (request := connection.read_request()) is not None:
            answer = handler(request)
            if answer is None:
                connection.reset()
                return
            connection.answer(answer)

    return script


def silent(connection: Connection) -> None:
    """Take one request and never answer it: a script."""
    connection.read_request()
    connection.hold()


def trickling(before: bytes, piece: bytes, after: bytes = b"") -> Script:
    """Make the script of a server that sends the middle of an answer piece by piece, for half a second."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(before)
        for _ in range(100):
            if connection.pause(0.005):
                return
            connection.send(piece)
        connection.send(after)

    return script


class RawServer:
    """The server; it listens on a free port of the loopback address within its ``with`` block.

    A script that raises anything but an OSError fails the block at its end.

    :ivar requests: the requests that have come so far, each noted before it is answered.
    :ivar refusals: how many clients have broken off the TLS handshake.
    :ivar stopping: is set when the server stops.
    """

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.port}"
        self.requests: list[Request] = []
        self.refusals = 0
        self.stopping = threading.Event()
        self._changed = threading.Condition()
        self._accepted = 0
        self._open: dict[int, socket.socket] = {}
        self._errors: list[Exception] = []
        self._threads = [threading.Thread(target=self._accept, name="raw-server", daemon=True)]

    @property
    def connections(self) -> int:
        """How many connections have been made."""
        return self._accepted

    @property
    def open_connections(self) -> int:
        """How many of them are open on the server's side."""
        return len(self._open)

    def wait_until_open(self, count: int) -> bool:
        """Wait until just so many connections are open; false where that does not happen."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._open) == count, PATIENCE)

    def wait_for_requests(self, count: int) -> bool:
        """Wait until so many requests have come; false where that does not happen."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE)

    def note(self, request: Request) -> None:
        """Count a request."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()

    def replace(self, number: int, sock: socket.socket) -> None:
        """Take note of a connection's new socket."""
        with self._changed:
            self._open[number] = sock

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stopping.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes the thread that accepts
        self._threads[0].join(PATIENCE)
        self._listener.close()
        with self._changed:
            for sock in self._open.values():
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        if self._errors and exc_value is None:
            raise self._errors[0]

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self.stopping.is_set():
                sock.close()
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._changed:
                self._accepted += 1
                number = self._accepted
                self._open[number] = sock
            thread = threading.Thread(target=self._serve, args=(sock, number), name="raw-connection", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        connection = Connection(self, sock, number)
        try:
            if self._tls is not None:
                self._handshake(connection, self._tls)
            self._script(connection)
        except OSError:
            pass  # the client has gone
        except Exception as error:  # noqa: BLE001  # told at the end, in the test's own thread
            self._errors.append(error)
        finally:
            connection.close()
            sock.close()
            with self._changed:
                del self._open[number]
                self._changed.notify_all()

    def _handshake(self, connection: Connection, tls: ssl.SSLContext) -> None:
        try:
            connection.start_tls(tls)
        except OSError:
            self.refusals += 1
            raise


@contextlib.contextmanager
def refusing_url() -> Generator[str, None, None]:
    """Give the URL of a port that nobody listens on, and nobody else will meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
