"""A server of the standard library, run for the length of a block."""

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
    """Run it in a thread of its own, and close it in the end."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
