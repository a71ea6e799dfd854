"""Debian's nginx as a reverse proxy on loopback, run as the current user in a temporary directory."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..support.rawserver import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Generator

PROGRAM = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))

_CONFIGURATION = """
%(user)s
pid nginx.pid;
worker_processes 1;
events {}
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
    limit_conn_zone $server_addr zone=all:64k;
    server {
        listen 127.0.0.1:%(port)d;
        location / { proxy_pass http://127.0.0.1:%(upstream)d; %(directives)s }
    }
}
"""


class Nginx:
    """A running nginx.

    :ivar port: Its port.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def reload(self) -> None:
        """Reload the configuration: a new worker replaces the old one, which closes its idle connections."""
        with self.request("/idle") as idle:
            idle.recv(65536)
            before = self._workers()
            self.process.send_signal(signal.SIGHUP)
            while idle.recv(65536):
                pass
        while before & self._workers():  # it ends after it has closed the other idle connections, too
            time.sleep(0.005)

    def _workers(self) -> set[str]:
        """Return the process IDs of the workers."""
        number = self.process.pid
        return set(Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split())

    def close_idle_connections(self) -> None:
        """Wait until the connections that are idle now have timed out."""
        with self.request("/idle") as idle:
            while idle.recv(65536):
                pass

    @contextlib.contextmanager
    def request(self, path: str) -> Generator[socket.socket]:
        """Send a request on a new connection and yield the connection."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
            yield connection


@contextlib.contextmanager
def nginx(upstream: int, directives: str) -> Generator[Nginx]:
    """Run nginx in front of a port, with directives for the location; skip the test if nginx is not installed."""
    if PROGRAM is None:
        pytest.skip("nginx is not installed")
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as directory:
        port: int = listener.getsockname()[1]
        values = {"user": user, "port": port, "upstream": upstream, "directives": directives}
        Path(directory, "nginx.conf").write_text(_CONFIGURATION % values, encoding="ascii")
        process = subprocess.Popen(
            [PROGRAM, "-e", "stderr", "-p", directory, "-c", "nginx.conf", "-g", "daemon off;"],
            stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            env={**os.environ, "NGINX": f"{listener.fileno()};"},  # it inherits the socket, as after an upgrade
        )
        try:
            yield Nginx(process, port)
        finally:
            process.terminate()
            process.wait()
