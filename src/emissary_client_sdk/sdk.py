"""The client: wiring, ownership of the HTTP clients, closing, pickling."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .sdkconfiguration import SDKConfiguration, server_url_from_environment
from .types.unset import UNSET
from .utils.apikey import ApiKey
from .utils.checks import require_instance, require_text, server_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from ._hooks.sdkhooks import SDKHooks
    from .httpclient import AsyncHttpClient, HttpClient
    from .trainingjobs import TrainingJobs
    from .types import OptionalNullable
    from .utils.logger import Logger
    from .utils.retries import RetryConfig

__all__ = ["EmissaryClient"]


class EmissaryClient:
    """A client of the Emissary platform, for synchronous and asynchronous use.

    It opens no connection before its first call. Use it with ``with`` or ``async with``, or call ``close`` or
    ``aclose`` in the end. One client serves many threads, works in one event loop after another and after
    ``os.fork``, and pickles to its configuration.

    :param api_key: the API key, or a function that gives it, which is asked for each call. Missing or empty:
        the environment variable ``EMISSARY_CLIENT_API_KEY``.
    :param server_idx: the index of the server in ``SERVERS``.
    :param server_url: the server's URL. Missing, with no ``server_idx``: ``EMISSARY_CLIENT_SERVER_URL``, then
        the platform's own.
    :param url_params: values for names in braces in ``server_url``.
    :param client: an HTTP client of your own for synchronous calls: an ``httpx.Client``, or anything with
        ``build_request`` and ``send``. It keeps its headers, timeout, proxies and event hooks, and is not
        closed with this client.
    :param async_client: the same for asynchronous calls, such as an ``httpx.AsyncClient``.
    :param retry_config: the retries of all calls: a RetryConfig, None for none, UNSET for the default ones.
    :param timeout_ms: the timeout of all calls, in milliseconds; None for 60,000 (5,000 to connect).
    :param debug_logger: an object with a method ``debug``; None for the logger ``emissary_client_sdk``, which
        ``EMISSARY_CLIENT_DEBUG`` makes write to standard error.
    :param hooks: code of yours that sees each request, response and failure.
    :raises TypeError: an argument has the wrong type.
    :raises ValueError: an argument has a value that cannot work, such as a URL without a scheme.
    """

    sdk_configuration: SDKConfiguration

    def __init__(
        self,
        api_key: str | Callable[[], str | None] | None = None,
        server_idx: int | None = None,
        server_url: str | None = None,
        url_params: Mapping[str, str] | None = None,
        client: HttpClient | None = None,
        async_client: AsyncHttpClient | None = None,
        retry_config: OptionalNullable[RetryConfig] = UNSET,
        timeout_ms: int | None = None,
        debug_logger: Logger | None = None,
        hooks: SDKHooks | None = None,
    ) -> None:
        key: Any = ApiKey(api_key)
        api_key = None  # a traceback that shows this frame's locals must not show the key
        key.check()
        if hooks is not None:
            from ._hooks.sdkhooks import SDKHooks

            require_instance("hooks", hooks, SDKHooks, "an SDKHooks")
        if server_url is None and server_idx is None:
            server_url = server_url_from_environment()
        if server_url is not None and url_params is not None:
            server_url = _fill_in(require_text("server_url", server_url), url_params)
        self.sdk_configuration = SDKConfiguration(
            client=client,
            async_client=async_client,
            debug_logger=debug_logger,
            security=key,
            server_url=server_url,
            server_idx=server_idx,
            retry_config=retry_config,
            timeout_ms=timeout_ms,
        )
        if hooks is not None:
            self._use(hooks)

    def _use(self, hooks: SDKHooks) -> None:
        config = self.sdk_configuration
        config.set_hooks(hooks)
        if hooks.sdk_init_hooks:
            before = config.get_server_details()[0], config.client
            url, client = hooks.sdk_init(*before)
            url = server_base("server_url", require_text("server_url", url))
            if url != before[0]:
                config.server_url = url
            if client is not before[1]:
                config.client = client

    @cached_property
    def training_jobs(self) -> TrainingJobs:
        """The training jobs of a project: create, list, retrieve, delete, cancel, list_checkpoints."""
        from .trainingjobs import TrainingJobs

        return TrainingJobs(self.sdk_configuration)

    def close(self) -> None:
        """Close the connections that this client made. It may be called again; a call after it is an error.

        From within an event loop ``aclose`` is better: it waits until the loop's connections are closed.
        """
        self.sdk_configuration.close()

    async def aclose(self) -> None:
        """Close the connections that this client made, synchronous and asynchronous ones."""
        await self.sdk_configuration.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        config = getattr(self, "sdk_configuration", None)
        if config is None:  # a debugger may ask after a constructor that failed
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__}{' closed' if config.closed else ''} {config.get_server_details()[0]}>"

    def __getstate__(self) -> dict[str, Any]:
        return {"sdk_configuration": self.sdk_configuration}


def _fill_in(server_url: str, url_params: Mapping[str, str]) -> str:
    require_instance("url_params", url_params, Mapping, "a mapping of str to str")
    try:
        return server_url.format_map(url_params)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(
            f"url_params does not fill in server_url {server_url!r}: {type(error).__name__} {error}"
        ) from None
