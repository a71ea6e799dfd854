"""Uvicorn in a thread, started and stopped within milliseconds. The only file that knows uvicorn."""

import asyncio
import contextlib
import functools
import socket
import threading
from collections.abc import Generator
from concurrent.futures import Future

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from .answers import DROP

_GRACE = 0.05  # seconds that an answer on its way is waited for when the server stops


class Runner(uvicorn.Server):
    """Uvicorn's server, but woken up by ``stop`` where the original looks every tenth of a second."""

    def __init__(self, app: ASGIApp) -> None:
        async def with_drop(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {DROP: functools.partial(self._drop, scope["client"])}
            await app(scope, receive, send)

        config = uvicorn.Config(
            with_drop,
            http="h11",  # the one that is always installed, so that everybody has the same emulator
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,  # the application's logging is not ours to set up
            proxy_headers=False,  # a connection is known by its true address
            server_header=False,
            date_header=False,
        )
        super().__init__(config)
        self.ready: Future[asyncio.AbstractEventLoop] = Future()
        self._stopped = asyncio.Event()

    def run_until_stopped(self, listener: socket.socket) -> None:
        """Serve in this thread; ``ready`` is done when it does, or says why it does not."""
        try:
            asyncio.run(self.serve(sockets=[listener]))
        except BaseException as error:
            if self.ready.done():
                raise
            self.ready.set_exception(error)

    def stop(self) -> None:
        """Make the server end, from any thread."""
        self.ready.result().call_soon_threadsafe(self._stopped.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting connections and say so."""
        await super().startup(sockets=sockets)
        self.ready.set_result(asyncio.get_running_loop())

    async def main_loop(self) -> None:
        """Wait for ``stop``."""
        await self._stopped.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything: an idle connection at once, one with an answer on its way after a moment."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for transport in self._transports():
            transport.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _GRACE
        at_work = self.server_state
        while (at_work.connections or at_work.tasks) and loop.time() < deadline:  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.001)
        for transport in self._transports():
            transport.abort()

    def _transports(self) -> list[asyncio.Transport]:
        return [connection.transport for connection in self.server_state.connections]

    def _drop(self, client: tuple[str, int]) -> None:
        peers = ((transport, transport.get_extra_info("peername") or ()) for transport in self._transports())
        for transport in [transport for transport, peer in peers if peer[:2] == client]:
            transport.abort()


@contextlib.contextmanager
def running(app: ASGIApp, listener: socket.socket) -> Generator[None, None, None]:
    """Serve an application on a socket that listens, in a thread of its own, until the block is left."""
    runner = Runner(app)
    thread = threading.Thread(target=runner.run_until_stopped, args=(listener,), name="emissary-emulator", daemon=True)
    thread.start()
    try:
        runner.ready.result()
        yield
    finally:
        if runner.ready.exception() is None:  # waits until it is known
            runner.stop()
        thread.join()
