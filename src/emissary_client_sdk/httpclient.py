"""The HTTP clients that the SDK accepts: any object with ``build_request`` and ``send``.

``httpx.Client`` and ``httpx.AsyncClient`` are such clients, and so are those of httpx2. This module imports neither.
"""

import sys
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["AsyncHttpClient", "HttpClient"]


class HttpResponse(Protocol):
    """The part of a response that the SDK uses, besides ``read`` or ``aread``."""

    @property
    def status_code(self) -> int:
        """Status of the response."""
        ...

    @property
    def headers(self) -> Any:
        """Headers of the response."""
        ...


class _RequestBuilder(Protocol):
    @property
    def build_request(self) -> "Callable[..., Any]":
        """Build a request from ``method``, ``url``, ``headers`` and, if needed, ``content`` and ``timeout``.

        Uploads also pass ``data`` and ``files``.
        """
        ...


@runtime_checkable
class HttpClient(_RequestBuilder, Protocol):
    """A synchronous HTTP client."""

    def send(self, request: Any) -> HttpResponse:
        """Send the request and return the response. Streamed calls also pass ``stream=True``."""
        ...


@runtime_checkable
class AsyncHttpClient(_RequestBuilder, Protocol):
    """An asynchronous HTTP client."""

    async def send(self, request: Any) -> HttpResponse:
        """Send the request and return the response. Streamed calls also pass ``stream=True``."""
        ...


def loaded_libraries() -> "list[ModuleType]":
    """Return httpx and httpx2 if the program has imported them; otherwise nothing raises their exceptions."""
    return [module for name in ("httpx", "httpx2") if (module := sys.modules.get(name)) is not None]
