"""A gateway before the platform: it drops the Idempotency-Key, answers late, and goes on after the client has left."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from typing_extensions import override

from ...support.rawserver import PATIENCE


class Gateway(ThreadingHTTPServer):
    """Forwards requests.

    :param url: URL of the platform.
    :param held: End of the path of the POST requests that wait.
    :ivar released: When it is set, waiting requests are forwarded.
    :ivar is_released_by_list: Whether the next list of what they create releases them.
    :ivar passed: Set when one of them has been forwarded.
    """

    daemon_threads = True

    def __init__(self, url: str, held: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = url
        self.held = held
        self.released = threading.Event()
        self.is_released_by_list = False
        self.passed = threading.Event()

    @property
    def url(self) -> str:
        """URL of the gateway."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Gateway)
        self._forward()
        if self.server.is_released_by_list and self.path.endswith(self.server.held):
            self.server.released.set()

    def do_POST(self) -> None:
        assert isinstance(self.server, Gateway)
        is_held = self.path.endswith(self.server.held)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if is_held:
            assert self.server.released.wait(PATIENCE)
        with contextlib.suppress(ConnectionError):  # the client has left
            self._forward(body)
        if is_held:
            self.server.passed.set()

    def _forward(self, body: bytes = b"") -> None:
        assert isinstance(self.server, Gateway)
        dropped = {"idempotency-key", "host", "content-length"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        url = self.server.target + self.path
        answer = httpx.request(self.command, url, headers=headers, content=body, trust_env=False, timeout=PATIENCE)
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
