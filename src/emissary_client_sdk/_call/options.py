"""The options that every method accepts."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from ..types.unset import UNSET, Unset
from ..utils.retries import RetryConfig


class CallOptions(TypedDict, total=False):
    """The options of one call."""

    retries: RetryConfig | int | Unset | None
    """Retries of this call: a RetryConfig, a number, or None for no retries. Default: the client's."""
    server_url: str | None
    """URL of another server for this call."""
    timeout_ms: int | None
    """Timeout of each attempt, in milliseconds. Default: the client's."""
    http_headers: Mapping[str, str] | None
    """Headers for this call; they replace the SDK's own."""


OPTION_DEFAULTS: dict[str, Any] = {"retries": UNSET, "server_url": None, "timeout_ms": None, "http_headers": None}
OPTION_TYPES: dict[str, Any] = CallOptions.__annotations__
OPTION_DOCS = (
    ":param retries: Retries of this call: a RetryConfig, a number, or None for no retries. Default: the client's.",
    ":param server_url: URL of another server for this call.",
    ":param timeout_ms: Timeout of each attempt, in milliseconds. Default: the client's.",
    ":param http_headers: Headers for this call; they replace the SDK's own.",
)
COMMON_ERROR_DOCS = (
    ":raises SDKError: Any other unsuccessful response, or a response that does not match the API description.",
    ":raises NoResponseError: No response was received.",
    ":raises TypeError: An argument has the wrong type; nothing was sent.",
    ":raises ValueError: An argument has an invalid value; nothing was sent.",
)
