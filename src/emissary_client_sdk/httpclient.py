"""The HTTP clients that the SDK can work with: any object with ``build_request`` and ``send``.

``httpx.Client`` and ``httpx.AsyncClient`` are such, and so are those of httpx2. Nothing here imports either.
"""

import sys
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["AsyncHttpClient", "HttpClient"]


class HttpResponse(Protocol):
    """What is used of a response, beside its ``read`` or ``aread``."""

    @property
    def status_code(self) -> int:
        """The answer's status."""
        ...

    @property
    def headers(self) -> Any:
        """The answer's headers."""
        ...


@runtime_checkable
class HttpClient(Protocol):
    """What is used of a synchronous client."""

    @property
    def build_request(self) -> "Callable[..., Any]":
        """Make a request of ``method`` and ``url``, with ``headers``, ``content`` and perhaps ``timeout``."""
        ...

    def send(self, request: Any) -> HttpResponse:
        """Send it and read the answer."""
        ...


@runtime_checkable
class AsyncHttpClient(Protocol):
    """What is used of an asynchronous client."""

    @property
    def build_request(self) -> "Callable[..., Any]":
        """Make a request of ``method`` and ``url``, with ``headers``, ``content`` and perhaps ``timeout``."""
        ...

    async def send(self, request: Any) -> HttpResponse:
        """Send it and read the answer."""
        ...


def loaded_libraries() -> "list[ModuleType]":
    """Httpx and its continuation, as far as somebody has imported them; nobody else raises their exceptions."""
    return [module for name in ("httpx", "httpx2") if (module := sys.modules.get(name)) is not None]
