"""A proxy on loopback between the SDK and the emulator, which does to each connection what a fault says.

A fault is a function of one ``Link``; it runs in a thread of its own, and the connection closes when it returns.
The proxy counts what passes it::

    def lose_the_answer(link: Link) -> None:
        link.exchange()
        link.reset()

    with emulator.serve() as server, Proxy(server.port, [lose_the_answer]) as proxy:
        ...  # the first connection loses its answer, all others are passed on as they are
        assert (proxy.connections, proxy.requests) == (2, 2)
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from typing_extensions import Self

PATIENCE = 10.0
"""Seconds for something that takes milliseconds; what waits as long as this has failed."""

_END_OF_HEAD = b"\r\n\r\n"
_HOST = "127.0.0.1"


class Message(NamedTuple):
    """A request or an answer: its first line and headers, and its body."""

    head: bytes
    body: bytes

    def encode(self) -> bytes:
        """Give the bytes that go over the wire."""
        return self.head + _END_OF_HEAD + self.body


class _Stream:
    """Messages out of a socket; their bodies have a Content-Length or there is none."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self._received = b""

    def read(self) -> Message | None:
        """Read a message; None where the connection ends first."""
        while _END_OF_HEAD not in self._received:
            if not self._receive():
                return None
        head, _, rest = self._received.partition(_END_OF_HEAD)
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._received = rest
        while len(self._received) < length:
            if not self._receive():
                return None
        body, self._received = self._received[:length], self._received[length:]
        return Message(head, body)

    def _receive(self) -> bool:
        data = self.socket.recv(65536)
        self._received += data
        return bool(data)


class Link:
    """A connection that the SDK has made to the proxy, and the proxy's own to the emulator behind it."""

    def __init__(self, proxy: Proxy, sock: socket.socket) -> None:
        self._proxy = proxy
        self._client = _Stream(sock)
        self._server: _Stream | None = None

    def request(self) -> Message:
        """Read a request; it gets no farther than here.

        :raises ConnectionError: the SDK closed the connection instead.
        """
        request = self._client.read()
        if request is None:
            raise ConnectionError("the client closed the connection")
        return request

    def exchange(self) -> Message:
        """Read a request, let the emulator act on it and give the emulator's answer, which gets no farther."""
        request = self.request()
        self._proxy.count_request()
        with contextlib.suppress(OSError):
            if self._server is not None and not select.select([self._server.socket], [], [], 0)[0]:
                return self._ask(self._server, request)
        self._disconnect()
        self._server = _Stream(socket.create_connection((_HOST, self._proxy.target), PATIENCE))
        return self._ask(self._server, request)

    def relay(self, requests: int | None = None) -> None:
        """Pass on so many requests and their answers, or all there are."""
        while requests != 0:
            self.send(self.exchange().encode())
            requests = None if requests is None else requests - 1

    def send(self, data: bytes) -> None:
        """Send bytes to the SDK as they are."""
        self._client.socket.sendall(data)

    def wait_for_request(self) -> None:
        """Wait until a request begins to arrive, and leave it unread."""
        self._client.socket.recv(1, socket.MSG_PEEK)

    def hold(self) -> None:
        """Say nothing until the SDK closes the connection, or the proxy stops."""
        while self._client.socket.recv(65536):
            pass

    def pause(self, seconds: float) -> bool:
        """Let a little time pass; false where the proxy stops meanwhile."""
        return not self._proxy.stopping.wait(seconds)

    def reset(self) -> None:
        """Break the connection, so that the SDK meets a reset and not an end."""
        self._client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.socket.close()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on, as a server."""
        self._client.socket = context.wrap_socket(self._client.socket, server_side=True)

    def close(self) -> None:
        """Close both connections."""
        self._disconnect()
        self._client.socket.close()

    def _disconnect(self) -> None:
        if self._server is not None:
            self._server.socket.close()

    @staticmethod
    def _ask(server: _Stream, request: Message) -> Message:
        server.socket.sendall(request.encode())
        answer = server.read()
        if answer is None:
            raise ConnectionError("the emulator closed the connection")
        return answer


Script: TypeAlias = Callable[[Link], None]


class Proxy:
    """The proxy; it listens on a free port of the loopback address within its ``with`` block.

    A script that raises anything but an OSError fails the block at its end.

    :param target: the emulator's port.
    :param faults: what befalls the connections, one after another; those after the last are passed on as they are.
    :param refusals: how many attempts to connect are refused first; ``attempt_failed`` has to tell of each.

    :ivar connections: how many connections have been made.
    :ivar requests: how many requests have reached the emulator.
    :ivar stopping: is set when the proxy stops.
    """

    def __init__(self, target: int, faults: Iterable[Script] = (), *, refusals: float = 0) -> None:
        self.target = target
        self._faults = iter(faults)
        self._refusals = refusals
        self._listener = socket.socket()
        self._listener.bind((_HOST, 0))  # as long as it does not listen, whoever connects is refused
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{_HOST}:{self.port}"
        self.connections = self.requests = 0
        self.stopping = threading.Event()
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._acceptor: threading.Thread | None = None
        self._errors: list[Exception] = []

    def attempt_failed(self) -> None:
        """Take note that an attempt to connect was refused; after the last of them the proxy listens."""
        if self._acceptor is None:
            self._refusals -= 1
            self._listen_when_it_is_time()

    def count_request(self) -> None:
        """Count a request that reaches the emulator."""
        with self._changed:
            self.requests += 1
            self._changed.notify_all()

    def wait_until_open(self, count: int) -> bool:
        """Wait until just so many connections are open; false where that does not happen."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._open) == count, PATIENCE)

    def wait_for_requests(self, count: int) -> bool:
        """Wait until so many requests have reached the emulator; false where that does not happen."""
        with self._changed:
            return self._changed.wait_for(lambda: self.requests >= count, PATIENCE)

    def __enter__(self) -> Self:
        self._listen_when_it_is_time()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stopping.set()
        if self._acceptor is not None:
            socket.create_connection((_HOST, self.port)).close()  # wakes the thread that accepts
            self._acceptor.join(PATIENCE)
        self._listener.close()
        with self._changed:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
            threads = list(self._threads)
        for thread in threads:
            thread.join(PATIENCE)
        if self._errors and exc_value is None:
            raise self._errors[0]

    def _listen_when_it_is_time(self) -> None:
        if self._refusals <= 0:
            self._listener.listen(256)
            self._acceptor = threading.Thread(target=self._accept, name="fault-proxy", daemon=True)
            self._acceptor.start()

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self.stopping.is_set():
                sock.close()
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            fault = next(self._faults, Link.relay)
            thread = threading.Thread(target=self._serve, args=(sock, fault), name="fault-proxy-link", daemon=True)
            with self._changed:
                self.connections += 1
                self._open.add(sock)
                self._threads.add(thread)
            thread.start()

    def _serve(self, sock: socket.socket, fault: Script) -> None:
        link = Link(self, sock)
        try:
            fault(link)
        except OSError:
            pass  # the SDK has gone, or the emulator
        except Exception as error:  # noqa: BLE001  # told at the end, in the test's own thread
            self._errors.append(error)
        finally:
            link.close()
            with self._changed:
                self._open.discard(sock)
                self._threads.discard(threading.current_thread())
                self._changed.notify_all()
