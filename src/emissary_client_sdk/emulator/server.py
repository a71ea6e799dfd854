"""``serve`` and ``create_app``. The libraries of the extra are imported when one of them is called."""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING

from .._extras import missing_extra
from .call import Settings
from .learning.service import check_extra
from .store import Store

if TYPE_CHECKING:
    from .answers import Answers
    from .app import App
    from .faults import Faults
    from .testfunctions import Function

_log = logging.getLogger("emissary_client_sdk.emulator")
_BACKLOG = 2048


class Server:
    """A running emulator; ``serve`` yields one.

    :ivar url: Its URL, the client's ``server_url``.
    :ivar port: Its port.
    :ivar faults: The injected faults; see ``Faults.add``.
    :ivar answers: The answers of inference that were set; see ``Answers.set``.
    """

    def __init__(self, app: "App", url: str, port: int) -> None:
        self._app = app
        self.url = url
        self.port = port
        self.faults: Faults = app.faults
        self.answers: Answers = app.answers

    def reset(self) -> None:
        """Remove everything that was created, every fault and every answer."""
        self._app.reset()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


def create_app(
    *,
    database: "str | os.PathLike[str] | None" = None,
    job_seconds: float = 10.0,
    deploy_seconds: float = 5.0,
    api_key: str | None = None,
    strict: bool = False,
    learn: bool = False,
    rewards: "Mapping[str, Function] | None" = None,
    clock: Callable[[], float] = time.time,
) -> "App":
    """Return the emulator as an ASGI application, to run on another server or with ``httpx.ASGITransport``.

    The parameters and errors are those of ``serve``. The application also has ``faults``, ``answers``, ``reset()`` and
    ``close()``. A server that sends lifespan events closes it. A fault that drops the connection raises
    ConnectionResetError under a server that cannot.
    """
    return _app(database, Settings(job_seconds, deploy_seconds, api_key, strict, learn, rewards or {}, clock))


@contextlib.contextmanager
def serve(
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    database: "str | os.PathLike[str] | None" = None,
    job_seconds: float = 10.0,
    deploy_seconds: float = 5.0,
    api_key: str | None = None,
    strict: bool = False,
    learn: bool = False,
    rewards: "Mapping[str, Function] | None" = None,
    clock: Callable[[], float] = time.time,
) -> Generator[Server, None, None]:
    """Run the emulator in a thread for the duration of a ``with`` block. It listens when the block begins.

    :param port: The port to listen on; 0 is any free one.
    :param host: The address to listen on; the default can be reached from this machine only.
    :param database: The SQLite file that keeps everything; None is a database in memory.
    :param job_seconds: The time that a job takes, in seconds; with 0 it ends at once.
    :param deploy_seconds: The time that an engine or a deployment takes to start, in seconds.
    :param api_key: The only key that is accepted; None accepts any key that is not empty.
    :param strict: Whether a project, a dataset, a base model or a testing function has to exist before a request
        may name it.
    :param learn: Whether jobs train small, real models on their datasets. Their results and the answers of their
        deployments then follow from the data. A job takes as long as its training, and at least ``job_seconds``.
    :param rewards: Test functions by name, besides those of the emulator: each is called with a prompt, the expected
        and the predicted completion, and returns a number. Jobs name them in ``test_functions``.
    :param clock: Returns the time in UNIX seconds.
    :raises OSError: The address cannot be listened on, for example because the port is in use.
    :raises DatabaseError: The file cannot be opened, is not an SQLite database, or was made by another program.
    :raises ValueError: ``port`` is out of range, a number of seconds is negative, NaN or infinite, ``api_key``
        is empty, or there are ``rewards`` without ``learn``.
    :raises TypeError: One of the ``rewards`` is not a function.
    :raises ImportError: The extra ``emulator``, or ``learning`` for ``learn``, is not installed.
    """
    if not 0 <= port <= 65535:
        raise ValueError(f"port must be from 0 to 65535, not {port}")
    settings = Settings(job_seconds, deploy_seconds, api_key, strict, learn, rewards or {}, clock)
    with contextlib.closing(_app(database, settings)) as app:
        with _needing_the_extra():
            from .runner import running
        with _listen(host, port) as listener, running(app, listener):
            bound: int = listener.getsockname()[1]
            server = Server(app, f"http://{_reachable(host)}:{bound}", bound)
            kind = "trains small models" if learn else "trains nothing"
            _log.info("the Emissary emulator, which %s, is at %s", kind, server.url)
            yield server


def _app(database: "str | os.PathLike[str] | None", settings: Settings) -> "App":
    if settings.learn:
        check_extra("learn=True")
    with _needing_the_extra():
        from .app import App
    return App(Store(database), settings)


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is explicit: asyncio disables Nagle's algorithm only on a socket that names TCP, and with it
    # each response waits 40 ms for the client's acknowledgement of its first half.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # On POSIX this only skips the wait for closed connections; on Windows it would let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _reachable(host: str) -> str:
    """Return the host for a URL; an address that stands for every one cannot be connected to everywhere."""
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # not bound here
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _needing_the_extra() -> Generator[None, None, None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            missing_extra("the emulator", str(error.name).partition(".")[0], "emulator"), name=error.name
        ) from error
