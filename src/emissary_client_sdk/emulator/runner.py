"""Uvicorn in a thread, started and stopped within milliseconds. The only module that imports uvicorn."""

import asyncio
import contextlib
import functools
import socket
import threading
from collections.abc import Generator
from concurrent.futures import Future

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from .responses import DROP

_GRACE = 0.05  # seconds to complete a response when the server stops


class Runner(uvicorn.Server):
    """Uvicorn's server, woken up by ``stop``; the original polls every tenth of a second."""

    def __init__(self, app: ASGIApp) -> None:
        async def with_drop(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {DROP: functools.partial(self._drop, scope["client"])}
            await app(scope, receive, send)

        config = uvicorn.Config(
            with_drop,
            http="h11",  # always installed, so the emulator behaves the same everywhere
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,  # does not configure the application's logging
            proxy_headers=False,  # drops find a connection by its true address
            server_header=False,
            date_header=False,
        )
        super().__init__(config)
        self.ready: Future[asyncio.AbstractEventLoop] = Future()
        self._stopped = asyncio.Event()

    def run_until_stopped(self, listener: socket.socket) -> None:
        """Serve in this thread; ``ready`` completes once it does, or with the error that prevents it."""
        try:
            asyncio.run(self.serve(sockets=[listener]))
        except BaseException as error:
            if self.ready.done():
                raise
            self.ready.set_exception(error)

    def stop(self) -> None:
        """Stop the server, from any thread."""
        self.ready.result().call_soon_threadsafe(self._stopped.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting connections and complete ``ready``."""
        await super().startup(sockets=sockets)
        self.ready.set_result(asyncio.get_running_loop())

    async def main_loop(self) -> None:
        """Wait for ``stop``."""
        await self._stopped.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything: an idle connection at once, one with a pending response after a moment."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for transport in self._transports():
            transport.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _GRACE
        state = self.server_state
        while (state.connections or state.tasks) and loop.time() < deadline:  # noqa: ASYNC110  # there is no event
            await asyncio.sleep(0.001)
        for transport in self._transports():
            transport.abort()

    def _transports(self) -> list[asyncio.Transport]:
        return [connection.transport for connection in self.server_state.connections]

    def _drop(self, client: tuple[str, int]) -> None:
        peers = ((transport, transport.get_extra_info("peername") or ()) for transport in self._transports())
        for transport in [transport for transport, peer in peers if peer[:2] == client]:
            transport.close()  # sends what has been written; abort() would discard it


@contextlib.contextmanager
def running(app: ASGIApp, listener: socket.socket) -> Generator[None, None, None]:
    """Serve an application on a listening socket, in a thread of its own, until the block ends."""
    runner = Runner(app)
    thread = threading.Thread(target=runner.run_until_stopped, args=(listener,), name="emissary-emulator", daemon=True)
    thread.start()
    try:
        runner.ready.result()
        yield
    finally:
        if runner.ready.exception() is None:  # waits for the result
            runner.stop()
        thread.join()
