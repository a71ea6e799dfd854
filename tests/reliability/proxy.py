"""A proxy on loopback between the SDK and the emulator. A fault decides what happens on each connection.

A fault is a function of a ``Link``. It runs in its own thread, and the connection is closed when it returns::

    def lose_the_response(link: Link) -> None:
        link.exchange()
        link.reset()

    with emulator.serve() as server, Proxy(server.port, [lose_the_response]) as proxy:
        ...  # the first connection loses its response, all others are relayed
        assert (proxy.connections, proxy.relayed) == (2, 2)
"""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from ..support.rawserver import PATIENCE, Connection, RawResponse, RawServer, Request

if TYPE_CHECKING:
    import ssl

_OF_THE_CONNECTION = ("connection", "content-length", "date", "server", "transfer-encoding")


class Link:
    """A connection of the SDK to the proxy.

    :ivar most: Number of requests that ``relay`` relays if its caller does not limit it; None for no limit.
    """

    def __init__(self, proxy: Proxy, connection: Connection) -> None:
        self.most: int | None = None
        self._proxy = proxy
        self._connection = connection
        self.send = connection.send
        self.respond = connection.respond
        self.reset = connection.reset
        self.hold = connection.hold
        self.pause = connection.pause

    def request(self) -> Request:
        """Read a request, which is not relayed.

        :raises ConnectionError: The SDK closes the connection instead.
        """
        request = self._connection.read_request()
        if request is None:
            raise ConnectionError("the client closed the connection")
        return request

    def exchange(self) -> RawResponse:
        """Read a request, let the emulator process it and return the response, which is not relayed."""
        request = self.request()
        self._proxy.count_relayed()
        emulator = http.client.HTTPConnection("127.0.0.1", self._proxy.target, timeout=PATIENCE)
        try:
            emulator.request(request.method, request.target, request.body, dict(request.headers))
            response = emulator.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            body = response.read()
        finally:
            emulator.close()
        kept = {name: value for name, value in headers.items() if name not in _OF_THE_CONNECTION}
        return RawResponse(response.status, body, kept)

    def relay(self, requests: int | None = None) -> None:
        """Relay that many requests and their responses, or all of them."""
        requests = self.most if requests is None else requests
        for _ in itertools.count() if requests is None else range(requests):
            self.respond(self.exchange())

    def wait_for_request(self) -> None:
        """Wait until a request begins to arrive."""
        self._connection.read()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Continue the connection with TLS, as the server."""
        self._connection.start_tls(context)


Script: TypeAlias = Callable[[Link], None]


class Proxy(RawServer):
    """The proxy; see the module.

    :param target: Port of the emulator.
    :param faults: Faults of the connections in their order; those after the last are relayed.
    :ivar relayed: Number of requests that reached the emulator.
    """

    def __init__(self, target: int, faults: Iterable[Script] = ()) -> None:
        super().__init__(self._run)
        self.target = target
        self.relayed = 0
        self._faults = iter(faults)
        self._lock = threading.Lock()

    def count_relayed(self) -> None:
        """Count a request that reaches the emulator."""
        with self._lock:
            self.relayed += 1

    def _run(self, connection: Connection) -> None:
        with self._lock:
            fault = next(self._faults, Link.relay)
        fault(Link(self, connection))
