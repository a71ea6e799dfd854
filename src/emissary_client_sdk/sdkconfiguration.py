"""The configuration of a client: server, key, timeout, retries, hooks, logger and HTTP clients."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from ._version import __title__, __version__
from .types.unset import UNSET, Unset
from .utils.apikey import ApiKey
from .utils.checks import (
    require_client,
    require_instance,
    require_text,
    require_timeout,
    require_user_agent,
    server_base,
)
from .utils.logger import get_default_logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._hooks.sdkhooks import SDKHooks
    from .httpclient import AsyncHttpClient, HttpClient
    from .models.security import Security
    from .utils.logger import Logger
    from .utils.retries import RetryConfig

__all__ = ["SERVERS", "SDKConfiguration"]

SERVERS = ["https://api.withemissary.com"]
"""The platform's servers; ``server_idx`` is an index of this list."""

_SERVER_URL_VARIABLE = "EMISSARY_CLIENT_SERVER_URL"
_USER_AGENT = f"{__title__}/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"


class SDKConfiguration:
    """What a client was configured with. Its arguments are those of ``EmissaryClient``, in an older order.

    :param client: the synchronous HTTP client; None for the SDK's own.
    :param async_client: the asynchronous HTTP client; None for the SDK's own.
    :param debug_logger: an object with a method ``debug``; None for the logger ``emissary_client_sdk``.
    :param security: a ``Security``, or a function that gives one.
    :param server_url: the server's URL.
    :param server_idx: the server's index in ``SERVERS``.
    :param user_agent: the value of the header ``User-Agent``.
    :param retry_config: the retries of all calls; UNSET for the default ones, None for none.
    :param timeout_ms: the timeout of all calls, in milliseconds; None for 60 s (5 s to connect).
    """

    def __init__(
        self,
        client: HttpClient | None = None,
        async_client: AsyncHttpClient | None = None,
        debug_logger: Logger | None = None,
        security: Security | Callable[[], Security] | None = None,
        server_url: str | None = "",
        server_idx: int | None = None,
        language: str = "python",
        openapi_doc_version: str = "1.0.0",
        sdk_version: str = __version__,
        gen_version: str = __version__,
        user_agent: str = _USER_AGENT,
        retry_config: RetryConfig | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> None:
        for name, given, is_async in (("client", client, False), ("async_client", async_client, True)):
            if given is not None:
                require_client(name, given, is_async=is_async)
        if debug_logger is not None and not callable(getattr(debug_logger, "debug", None)):
            kind = type(debug_logger).__name__
            raise TypeError(f"debug_logger must have a method debug, as a logging.Logger has; {kind} has none")
        if timeout_ms is not None:
            require_timeout(timeout_ms)
        self.debug_logger: Logger = get_default_logger() if debug_logger is None else debug_logger
        self.key = security if isinstance(security, ApiKey) else ApiKey(security)
        self.security: Security | Callable[[], Security] = self.key if security is None else security
        self.server_url = server_url
        self.server_idx = server_idx
        self.language = language
        self.openapi_doc_version = openapi_doc_version
        self.sdk_version = sdk_version
        self.gen_version = gen_version
        self.user_agent = user_agent
        self.retry_config = require_retries("retry_config", retry_config)
        self.timeout_ms = timeout_ms
        self.closed = False
        self.header_cache: tuple[object, Any] | None = None  # _core.request keeps the prepared headers here
        self._given: dict[str, Any] = {"client": client, "async_client": async_client}
        self._own: dict[str, Any] = {}
        self._hooks: SDKHooks | None = None
        self.get_server_details()  # an index out of range is told of now

    @property
    def server_url(self) -> str | None:
        """The server's URL, without a slash at its end; empty or None for the one that the index names."""
        return self._server_url

    @server_url.setter
    def server_url(self, url: str | None) -> None:
        self._server_url = url and server_base("server_url", require_text("server_url", url))

    @property
    def user_agent(self) -> str:
        """The value of the header ``User-Agent``."""
        return self._user_agent

    @user_agent.setter
    def user_agent(self, user_agent: str) -> None:
        require_user_agent(require_text("user_agent", user_agent))
        self._user_agent = user_agent

    @property
    def client(self) -> HttpClient:
        """The synchronous HTTP client: the caller's, or the SDK's own, which is made when it is asked for."""
        client: HttpClient = self._given["client"] or self._make("client", "DefaultClient")
        return client

    @client.setter
    def client(self, client: HttpClient) -> None:
        require_client("client", client, is_async=False)
        self._given["client"] = client

    @property
    def async_client(self) -> AsyncHttpClient:
        """The asynchronous HTTP client: the caller's, or the SDK's own."""
        client: AsyncHttpClient = self._given["async_client"] or self._make("async_client", "AsyncDefaultClient")
        return client

    @async_client.setter
    def async_client(self, client: AsyncHttpClient) -> None:
        require_client("async_client", client, is_async=True)
        self._given["async_client"] = client

    def _make(self, name: str, kind: str) -> Any:
        if name not in self._own:
            from . import _transport

            self._own.setdefault(name, getattr(_transport, kind)())  # of two threads one wins
        return self._own[name]

    def get_server_details(self) -> tuple[str, dict[str, str]]:
        """Give the server's URL, without a slash at its end, and its variables, of which there are none.

        :raises ValueError: ``server_idx`` is not an index of ``SERVERS``.
        """
        if self.server_url:
            return self.server_url, {}
        if self.server_idx is None:
            return SERVERS[0], {}
        index = self.server_idx
        require_instance("server_idx", index, int, "an int")
        if not 0 <= index < len(SERVERS):
            raise ValueError(f"server_idx must be from 0 to {len(SERVERS) - 1}, not {index}")
        return SERVERS[index], {}

    def get_hooks(self) -> SDKHooks:
        """Give the client's hooks; one can be registered with them at any time."""
        if self._hooks is None:
            from ._hooks.sdkhooks import SDKHooks

            self._hooks = SDKHooks()
        return self._hooks

    @property
    def has_call_hooks(self) -> bool:
        """Whether any hook runs during a call."""
        return self._hooks is not None and self._hooks.has_call_hooks

    def set_hooks(self, hooks: SDKHooks) -> None:
        """Use these hooks from now on."""
        self._hooks = hooks

    def close(self) -> None:
        """Close what the SDK made, and never a caller's client; no call can be made after that."""
        self.closed = True
        for client in self._own.values():
            client.close()

    async def aclose(self) -> None:
        """Close what the SDK made, and wait for the running event loop's connections to be closed."""
        self.closed = True
        if "client" in self._own:
            self._own["client"].close()
        if "async_client" in self._own:
            await self._own["async_client"].aclose()

    def __repr__(self) -> str:
        shown = ("server_url", "server_idx", "retry_config", "timeout_ms", "user_agent")
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__name__}({fields})"

    def __getstate__(self) -> dict[str, Any]:
        from .httpclient import loaded_libraries  # no other use of a configuration needs it

        for name, given in self._given.items():
            if any(isinstance(given, (library.Client, library.AsyncClient)) for library in loaded_libraries()):
                raise TypeError(
                    f"an EmissaryClient with a {name} of the caller's cannot be pickled:"
                    f" {type(given).__qualname__} holds open connections"
                )
        return {**self.__dict__, "_own": {}, "header_cache": None}


def require_retries(name: str, retries: object) -> RetryConfig | Unset | None:
    """Check an argument that says how to retry."""
    if retries is None or isinstance(retries, Unset):
        return retries
    from .utils.retries import RetryConfig

    if not isinstance(retries, RetryConfig):
        raise TypeError(f"{name} must be a RetryConfig, None or UNSET, not {type(retries).__name__}")
    return retries


def server_url_from_environment() -> str | None:
    """The server's URL that the environment names, for a client that was given none."""
    return os.environ.get(_SERVER_URL_VARIABLE) or None
