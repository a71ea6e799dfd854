r"""A server of plain sockets that runs a script on each connection, and counts connections and requests.

A script is a function of one ``Connection``. It runs in its own thread, and the connection is closed when it returns::

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-le")
        connection.reset()

    with RawServer(script) as server:
        ...
        assert server.connections == 1

``responding`` returns the script of a well-behaved server for a function from request to response.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import struct
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from typing_extensions import Self

PATIENCE = 120
"""Seconds to wait for something that takes milliseconds, unless the machine is busy; then the test has failed."""

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Request:
    """A received request.

    :ivar connection: Number of its connection, from 1.
    :ivar target: The path, or the whole URL in a request to a proxy.
    :ivar headers: Headers by their names in lower case.
    """

    connection: int
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class RawResponse:
    """A response; ``encode`` adds its ``content-length``."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)

    def encode(self) -> bytes:
        """Return the response as bytes."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        if self.status not in (204, 304):
            lines.append(f"content-length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Connection:
    """One connection of a client.

    :ivar number: Number of the connection, from 1, in the order of arrival.
    """

    def __init__(self, server: RawServer, sock: socket.socket, number: int) -> None:
        self.number = number
        self._server = server
        self._socket = sock
        self._received = b""

    def read(self) -> bytes:
        """Return received data, or an empty bytes object at the end of the stream."""
        if self._received:
            data, self._received = self._received, b""
            return data
        return self._socket.recv(65536)

    def read_request(self) -> Request | None:
        """Return the next request and count it; return None if the client closes the connection instead."""
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
        self._server.note(request)
        return request

    def send(self, data: bytes) -> None:
        """Send data as it is."""
        self._socket.sendall(data)

    def send_unencrypted(self, data: bytes) -> None:
        """Send data as it is on a connection with TLS."""
        with socket.socket(fileno=os.dup(self._socket.fileno())) as plain:
            plain.sendall(data)

    def respond(self, response: RawResponse) -> None:
        """Send a response."""
        self.send(response.encode())

    def hold(self) -> None:
        """Read and send nothing until the client closes the connection or the server stops."""
        while self.read():
            pass

    def pause(self, seconds: float) -> bool:
        """Wait; return True if the server stops meanwhile."""
        return self._server.stopping.wait(seconds)

    def reset(self) -> None:
        """Close the connection with a TCP reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Continue the connection with TLS, as the server."""
        self._socket = context.wrap_socket(self._socket, server_side=True)
        self._server.replace(self.number, self._socket)

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
Handler: TypeAlias = Callable[[Request], "RawResponse | None"]


def responding(handler: Handler) -> Script:
    """Return a script that sends the handler's response to each request, and resets the connection for None."""

    def script(connection: Connection) -> None:
        while (request := connection.read_request()) is not None:
            response = handler(request)
            if response is None:
                connection.reset()
                return
            connection.respond(response)

    return script


def silent(connection: Connection) -> None:
    """Read one request and never respond; a script."""
    connection.read_request()
    connection.hold()


def trickling(before: bytes, piece: bytes, after: bytes | None = None) -> Script:
    """Return a script that sends ``piece`` every 5 ms: a hundred times before ``after``, or until the server stops."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(before)
        for _ in itertools.count() if after is None else range(100):
            if connection.pause(0.005):
                return
            connection.send(piece)
        connection.send(after or b"")

    return script


class RawServer:
    """A server on a free port of the loopback address, which listens during its ``with`` block.

    The end of the block raises the exception of a script, except an OSError.

    :ivar requests: The requests so far, each added before its response is sent.
    :ivar refusals: Number of failed TLS handshakes.
    :ivar stopping: Event that is set when the server stops.
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
        """Number of connections so far."""
        return self._accepted

    @property
    def open_connections(self) -> int:
        """Number of connections that are open on the server's side."""
        return len(self._open)

    def wait_until_open(self, count: int) -> bool:
        """Wait until ``count`` connections are open; return whether that happened."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._open) == count, PATIENCE)

    def wait_for_requests(self, count: int) -> bool:
        """Wait for ``count`` requests; return whether they came."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE)

    def note(self, request: Request) -> None:
        """Add a request."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()

    def replace(self, number: int, sock: socket.socket) -> None:
        """Replace the socket of a connection."""
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
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes the accepting thread
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
            pass  # the client has closed the connection
        except Exception as error:  # noqa: BLE001  # raised at the end, in the thread of the test
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
    """Yield the URL of a port that refuses connections during the block."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
