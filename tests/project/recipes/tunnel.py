"""A tunneling proxy and a platform behind TLS. The recipe on proxies and certificates needs both."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import override

from emissary_client_sdk import emulator

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class Tunnels(socketserver.ThreadingTCPServer):
    """A proxy that supports CONNECT only.

    :ivar seen: Requested hosts and ports.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        """URL of the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Tunnel(socketserver.StreamRequestHandler):
    rbufsize = 0  # the tunneled bytes follow the header

    @override
    def handle(self) -> None:
        assert isinstance(self.server, Tunnels)
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.seen.append(target)
        host, port = target.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as beyond:
            self.connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pour, args=(beyond, self.connection), daemon=True)
            back.start()
            _pour(self.connection, beyond)
            back.join()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def platform_over_tls(certificate: Path, api_key: str) -> Generator[str, None, None]:
    """Run the emulator behind TLS and yield its URL."""
    app = emulator.create_app(api_key=api_key, job_seconds=0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, ssl_certfile=certificate, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            app.close()
