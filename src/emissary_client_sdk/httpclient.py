"""The HTTP clients that the SDK can work with: any object with ``build_request`` and ``send``.

``httpx.Client`` and ``httpx.AsyncClient`` are such, and so are those of httpx2. Nothing here imports either.
"""

import sys
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import httpx

__all__ = ["AsyncHttpClient", "HttpClient"]


@runtime_checkable
class HttpClient(Protocol):
    """What is used of a synchronous client."""

    @property
    def build_request(self) -> "Callable[..., httpx.Request]":
        """Make a request of ``method`` and ``url``, with ``headers``, ``content`` and perhaps ``timeout``."""
        ...

    def send(self, request: "httpx.Request") -> "httpx.Response":
        """Send it and read the answer."""
        ...


@runtime_checkable
class AsyncHttpClient(Protocol):
    """What is used of an asynchronous client."""

    @property
    def build_request(self) -> "Callable[..., httpx.Request]":
        """Make a request of ``method`` and ``url``, with ``headers``, ``content`` and perhaps ``timeout``."""
        ...

    async def send(self, request: "httpx.Request") -> "httpx.Response":
        """Send it and read the answer."""
        ...


def loaded_libraries() -> "list[ModuleType]":
    """Httpx and its continuation, as far as somebody has imported them; nobody else raises their exceptions."""
    return [module for name in ("httpx", "httpx2") if (module := sys.modules.get(name)) is not None]
