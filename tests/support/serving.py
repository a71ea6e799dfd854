"""A server of the standard library that runs during a block."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import socketserver
    from collections.abc import Generator

ServerT = TypeVar("ServerT", bound="socketserver.BaseServer")


@contextmanager
def serving(server: ServerT) -> Generator[ServerT]:
    """Run a server in its own thread and close it at the end."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
