"""The configuration of a client: server, key, timeout, retries, hooks, logger and HTTP clients."""

from __future__ import annotations

import os
import sys
import warnings
from collections import abc
from typing import TYPE_CHECKING, Any

from ._auth import ApiKey
from ._transport.asyncclient import AsyncDefaultClient
from ._transport.client import DefaultClient
from ._validation import (
    require_client,
    require_headers,
    require_instance,
    require_server_url,
    require_text,
    require_timeout,
)
from ._version import __title__, __version__
from ._wire import KEY_VARIABLES
from .hooks import SDKHooks
from .httpclient import AsyncHttpClient, HttpClient, loaded_libraries
from .types.unset import UNSET, Unset
from .utils.logger import get_default_logger
from .utils.retries import require_retries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .models.security import Security
    from .profiles import Profile
    from .utils.logger import Logger
    from .utils.retries import RetryConfig

__all__ = ["SERVERS", "SDKConfiguration"]

SERVERS = ["https://api.withemissary.com"]
"""The platform's servers; ``server_idx`` is an index of this list."""

_SERVER_URL_VARIABLE = "EMISSARY_CLIENT_SERVER_URL"
_USER_AGENT = f"{__title__}/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"


class SDKConfiguration:
    """The configuration of a client. Its parameters are those of ``EmissaryClient``, in the order of release 0.4.

    :param client: Synchronous HTTP client; None for the SDK's own.
    :param async_client: Asynchronous HTTP client; None for the SDK's own.
    :param debug_logger: Object with a ``debug`` method; None for the logger ``emissary_client_sdk``.
    :param security: A ``Security``, or a function that returns one.
    :param server_url: URL of the server.
    :param server_idx: Index of the server in ``SERVERS``.
    :param user_agent: Value of the header ``User-Agent``.
    :param retry_config: Retries of all calls: a RetryConfig, a number, None for no retries, UNSET for the default.
    :param timeout_ms: Timeout of each attempt, in milliseconds; None for 60,000 (5,000 to connect).
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
        retry_config: RetryConfig | int | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> None:
        for name, given, is_async in (("client", client, False), ("async_client", async_client, True)):
            if given is not None:
                require_client(name, given, is_async=is_async)
        if debug_logger is not None and not callable(getattr(debug_logger, "debug", None)):
            kind = type(debug_logger).__name__
            raise TypeError(f"debug_logger must have a debug method like logging.Logger; {kind} has none")
        if timeout_ms is not None:
            require_timeout("timeout_ms", timeout_ms)
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
        self.http_headers: dict[str, str] = {}
        self.profile: Profile | None = None
        self._closed = False
        self._lender: SDKConfiguration | None = None
        self._given: dict[str, Any] = {"client": client, "async_client": async_client}
        self._own: dict[str, Any] = {}
        self._hooks = SDKHooks()
        self.limiters: dict[Any, Any] = {}  # of ``_call.limiter``
        self.creating: dict[Any, Any] = {}  # of ``_flows.creation``
        self.get_server_details()  # report an index out of range now

    @property
    def closed(self) -> bool:
        """Whether the client is closed, or the one that lends its connections."""
        return self._closed or (self._lender is not None and self._lender.closed)

    @property
    def server_url(self) -> str | None:
        """URL of the server, without a trailing slash; empty or None if ``server_idx`` selects it."""
        return self._server_url

    @server_url.setter
    def server_url(self, url: str | None) -> None:
        self._server_url = url and require_server_url("server_url", require_text("server_url", url))

    @property
    def user_agent(self) -> str:
        """Value of the header ``User-Agent``."""
        return self._user_agent

    @user_agent.setter
    def user_agent(self, user_agent: str) -> None:
        if user_agent is not _USER_AGENT:
            require_headers("user_agent", {"User-Agent": require_text("user_agent", user_agent)})
        self._user_agent = user_agent

    @property
    def client(self) -> HttpClient:
        """The synchronous HTTP client: the caller's, or the SDK's own, created at first use."""
        given: HttpClient | None = self._given["client"] or self._own.get("client")
        return given or self._own.setdefault("client", DefaultClient())  # of two threads one wins

    @client.setter
    def client(self, client: HttpClient) -> None:
        require_client("client", client, is_async=False)
        self._given["client"] = client

    @property
    def async_client(self) -> AsyncHttpClient:
        """The asynchronous HTTP client: the caller's, or the SDK's own, created at first use."""
        given: AsyncHttpClient | None = self._given["async_client"] or self._own.get("async_client")
        return given or self._own.setdefault("async_client", AsyncDefaultClient())

    @async_client.setter
    def async_client(self, client: AsyncHttpClient) -> None:
        require_client("async_client", client, is_async=True)
        self._given["async_client"] = client

    def get_server_details(self) -> tuple[str, dict[str, str]]:
        """Return the server URL without a trailing slash, and its variables, which are always empty.

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
        """Return the hooks of the client. Hooks can be registered at any time."""
        return self._hooks

    def set_hooks(self, hooks: SDKHooks) -> None:
        """Replace the hooks of the client."""
        self._hooks = hooks

    def use_hooks(self, hooks: SDKHooks) -> None:
        """Set the hooks of a new client, and let its ``sdk_init`` hooks replace the server and the HTTP client."""
        self.set_hooks(hooks)
        if hooks.sdk_init_hooks:
            before = self.get_server_details()[0], self.client
            url, client = hooks.sdk_init(*before)
            url = require_server_url("server_url", require_text("server_url", url))
            if url != before[0]:
                self.server_url = url
            if client is not before[1]:
                self.client = client

    def derive(
        self,
        *,
        retries: RetryConfig | int | Unset | None = UNSET,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
        server_url: str | None = None,
    ) -> SDKConfiguration:
        """Return a configuration that borrows the connections, hooks and key of this one.

        ``EmissaryClient.with_options`` documents the arguments.
        """
        derived = object.__new__(type(self))
        derived.__dict__.update(self.__dict__)  # a copy of __getstate__ would have connections of its own
        derived._lender = self
        if not isinstance(retries, Unset):
            derived.retry_config = require_retries("retries", retries)
        if timeout_ms is not None:
            require_timeout("timeout_ms", timeout_ms)
            derived.timeout_ms = timeout_ms
        if http_headers is not None:
            derived.http_headers = self.with_headers(require_headers("http_headers", http_headers))
        if server_url:
            derived.server_url = server_url
        return derived

    def with_headers(self, headers: dict[str, str]) -> dict[str, str]:
        """Return the headers of a call with those of the client that they do not replace."""
        given = {name.lower() for name in headers}
        return {**{name: value for name, value in self.http_headers.items() if name.lower() not in given}, **headers}

    def close(self) -> None:
        """Close the SDK's own HTTP clients, not the caller's or borrowed ones. Calls then raise ClientClosedError."""
        self._closed = True
        if self._lender is not None:
            return
        for client in self._own.values():
            client.close()

    async def aclose(self) -> None:
        """Close the SDK's own HTTP clients and wait until the connections of this event loop are closed."""
        self._closed = True
        if self._lender is not None:
            return
        if "client" in self._own:
            self._own["client"].close()
        if "async_client" in self._own:
            await self._own["async_client"].aclose()

    def __repr__(self) -> str:
        shown = ("server_url", "server_idx", "retry_config", "timeout_ms", "user_agent")
        # A debugger may show a configuration whose constructor failed.
        fields = ", ".join(f"{name}={getattr(self, name, None)!r}" for name in shown)
        return f"{type(self).__name__}({fields})"

    def __getstate__(self) -> dict[str, Any]:
        for name, given in self._given.items():
            if any(isinstance(given, (library.Client, library.AsyncClient)) for library in loaded_libraries()):
                raise TypeError(
                    f"an EmissaryClient with its own {name} cannot be pickled: {type(given).__qualname__} holds open"
                    " connections"
                )
        # A copy of a derived configuration has connections of its own, which it closes.
        return {**self.__dict__, "_own": {}, "limiters": {}, "creating": {}, "_closed": self.closed, "_lender": None}


def find_profile(name: str | None) -> Profile | None:
    """Return the profile with this name, or that of the environment; None for neither and for an empty name.

    A warning names variables that take precedence over a profile that the caller chose.
    """
    chosen = os.environ.get("EMISSARY_PROFILE", "").strip() if name is None else name
    if not chosen:
        return None
    from .profiles import load_profile  # a client without a profile does not import it

    profile = load_profile(chosen)
    variables = [one for one in (*KEY_VARIABLES, _SERVER_URL_VARIABLE) if os.environ.get(one, "").strip()]
    if name and variables:
        verb = "take" if len(variables) > 1 else "takes"
        message = f"{' and '.join(variables)} of the environment {verb} precedence over the profile {name!r}"
        warnings.warn(message, UserWarning, stacklevel=3)
    return profile


def find_server_url(
    given: str | None, index: int | None, url_params: Mapping[str, str] | None, profile: Profile | None
) -> str | None:
    """Return the URL of the server of the arguments, the environment or the profile; None for one of ``SERVERS``."""
    url = given or None  # an empty value of a configuration counts as not given
    if url is None and index is None:
        if variable := os.environ.get(_SERVER_URL_VARIABLE, "").strip():
            url = require_server_url(_SERVER_URL_VARIABLE, variable)
        elif profile is not None:
            url = profile.server_url
    if url is None or url_params is None:
        return url
    require_text("server_url", url)
    require_instance("url_params", url_params, abc.Mapping, "a mapping of str to str")
    try:
        return url.format_map(url_params)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(f"url_params cannot fill in server_url {url!r}: {type(error).__name__} {error}") from None
