"""``serve`` and ``create_app``. What needs the extra is imported when one of them is called."""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from .store import Store

if TYPE_CHECKING:
    from .app import App
    from .faults import Faults

_log = logging.getLogger("emissary_client_sdk.emulator")
_BACKLOG = 2048


class Server:
    """An emulator that is running; ``serve`` makes it.

    :ivar url: where it listens, for the client's ``server_url``.
    :ivar port: its port.
    :ivar faults: the faults that are asked for; see ``Faults.add``.
    """

    def __init__(self, app: "App", url: str, port: int) -> None:
        self._app = app
        self.url = url
        self.port = port
        self.faults: Faults = app.faults

    def reset(self) -> None:
        """Remove every job of every project, and every fault that is still asked for."""
        self._app.reset()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


def create_app(
    *,
    database: "str | os.PathLike[str] | None" = None,
    job_seconds: float = 10.0,
    api_key: str | None = None,
    clock: Callable[[], float] = time.time,
) -> "App":
    """Make the emulator as an ASGI application, for a server of one's own or for ``httpx.ASGITransport``.

    Besides being one, it has ``faults``, ``reset()`` and ``close()``; under a server that sends it the
    events of its lifespan it closes by itself. Where the server cannot drop a connection, a fault that asks
    for it raises ConnectionResetError.

    :param database: the SQLite file that keeps the jobs; None keeps them in memory.
    :param job_seconds: how long a job takes from its creation to its end, in seconds; with 0 it ends at once.
    :param api_key: the only key that is accepted; None accepts any key that is not empty.
    :param clock: tells the time in UNIX seconds.
    :raises DatabaseError: if the file cannot be opened, is no SQLite database or has something else in it.
    :raises ValueError: if ``job_seconds`` is negative, NaN or infinite, or ``api_key`` is empty.
    :raises ImportError: if the extra is not installed: ``pip install "emissary-client-sdk[emulator]"``.
    """
    with _needing_the_extra():
        from .app import make_app
    store = Store(database)
    try:
        return make_app(store, job_seconds=job_seconds, api_key=api_key, clock=clock)
    except ValueError:
        store.close()
        raise


@contextlib.contextmanager
def serve(
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    database: "str | os.PathLike[str] | None" = None,
    job_seconds: float = 10.0,
    api_key: str | None = None,
    clock: Callable[[], float] = time.time,
) -> Generator[Server, None, None]:
    """Run the emulator in a thread for the length of a ``with`` block. It listens when the block begins.

    :param port: the port to listen on; 0 is any that is free.
    :param host: the address to listen on; the default is reached from this machine only.
    :param database: the SQLite file that keeps the jobs; None is a database in memory, gone afterwards.
    :param job_seconds: how long a job takes from its creation to its end, in seconds; with 0 it ends at once.
    :param api_key: the only key that is accepted; None accepts any key that is not empty.
    :param clock: tells the time in UNIX seconds.
    :raises OSError: if the address cannot be listened on, because the port is taken for instance.
    :raises DatabaseError: if the file cannot be opened, is no SQLite database or has something else in it.
    :raises ValueError: if ``port`` is none, ``job_seconds`` is negative, NaN or infinite, or ``api_key`` is empty.
    :raises ImportError: if the extra is not installed: ``pip install "emissary-client-sdk[emulator]"``.
    """
    with _needing_the_extra():
        from .runner import running
    if not 0 <= port <= 65535:
        raise ValueError(f"port must be from 0 to 65535, not {port}")
    with contextlib.ExitStack() as stack:
        app = create_app(database=database, job_seconds=job_seconds, api_key=api_key, clock=clock)
        stack.callback(app.close)
        listener = stack.enter_context(_listen(host, port))
        taken: int = listener.getsockname()[1]
        stack.enter_context(running(app, listener))
        server = Server(app, f"http://{_reachable(host)}:{taken}", taken)
        _log.info("the Emissary emulator, which trains nothing, is at %s", server.url)
        yield server


def _listen(host: str, port: int) -> socket.socket:
    # Made with its protocol said outright: asyncio switches Nagle's algorithm off only for a socket that says TCP,
    # and with it on, each answer waits 40 ms for the client's acknowledgement of its first half.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Only on POSIX does this just mean not to wait for connections that are over; on Windows it would let two
        # servers have one port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _reachable(host: str) -> str:
    """Put the host as a URL has it; one that stands for every address cannot be connected to everywhere."""
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # not bound here
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _needing_the_extra() -> Generator[None, None, None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f'the emulator needs {error.name}: pip install "emissary-client-sdk[emulator]"', name=error.name
        ) from error
