"""One interface to both of the SDK's own HTTP clients, so that a test is written once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from emissary_client_sdk._transport.asyncclient import AsyncDefaultClient
from emissary_client_sdk._transport.client import DefaultClient

from ...support.calling import Call

if TYPE_CHECKING:
    from ...support.calling import Way

SHORT = httpx.Timeout(10.0, read=0.1)
"""Nothing but the response times out, however busy the machine is."""


class Driver(Call):
    """Sends requests with a new client: in this thread, in one event loop of asyncio, or in a trio run for each."""

    def __init__(self, way: Way) -> None:
        super().__init__(way)
        self.client: Any = AsyncDefaultClient() if self.is_async else DefaultClient()

    def request(self, url: str, method: str = "GET", *, timeout: Any = 10.0, **options: Any) -> httpx.Request:
        """Return a request."""
        request: httpx.Request = self.client.build_request(method, url, timeout=timeout, **options)
        return request

    def send(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Send a request and return the response."""
        response: httpx.Response = self.run(partial(self.client.send, self.request(url, method, **options)))
        return response

    def stream(self, url: str, **options: Any) -> httpx.Response:
        """Send a request and return the response, which is not read."""
        response: httpx.Response = self.run(partial(self.client.send, self.request(url, **options), stream=True))
        return response

    def read(self, response: httpx.Response) -> bytes:
        """Read a response completely."""
        content: bytes = self.run(response.aread if self.is_async else response.read)
        return content

    def close(self) -> None:
        """Close the client's connections in the way of the mode."""
        self.run(self.client.aclose if self.is_async else self.client.close)
