"""The HTTP clients that the SDK makes for itself, on httpx's public transports.

``httpx.Client`` does more for a request than this SDK needs, and its pool looks at all of its connections for
each request. Here a request goes straight to a transport that has one connection (a lane), so that neither
many threads nor many tasks wait for one another. What a user expects of a default client holds all the same:
certificates and proxies from the environment, timeouts, compression, cookies, HTTP/2 where h2 is installed.
"""

from .asynchronous import AsyncDefaultClient
from .synchronous import DefaultClient

__all__ = ["AsyncDefaultClient", "DefaultClient"]
