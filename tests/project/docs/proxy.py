"""A small HTTP proxy. A program in the README uses it."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from typing_extensions import override


class Proxy(ThreadingHTTPServer):
    """Forwards requests.

    :ivar seen: Requested URLs.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        """URL of the proxy."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Forward the request to the URL of its first line, and return the response."""
        assert isinstance(self.server, Proxy)
        self.server.seen.append(self.path)
        answer = httpx.get(self.path, headers=dict(self.headers.items()), trust_env=False)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
