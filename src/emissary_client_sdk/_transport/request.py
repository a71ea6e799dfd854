"""Requests of the SDK's own HTTP clients, and their timeouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


def build_request(
    method: str,
    url: httpx.URL | str,
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
    extensions: Mapping[str, Any] | None = None,
    **body: Any,
) -> httpx.Request:
    """Return a request.

    :param timeout: Seconds, or None for no timeout.
    :param body: The other arguments of ``httpx.Request``: ``content``, ``data``, ``files``, ``json`` and ``params``.
    """
    timeouts = (timeout if isinstance(timeout, httpx.Timeout) else httpx.Timeout(timeout)).as_dict()
    extensions = {**(extensions or {}), "timeout": timeouts}
    request = httpx.Request(method, url, headers=headers, extensions=extensions, **body)
    request.headers.setdefault("Accept-Encoding", "gzip, deflate")
    return request


def timeouts_of(request: httpx.Request) -> dict[str, float | None]:
    """Return the timeouts of a request in seconds; a request that a hook made without any gets the default ones."""
    timeouts: dict[str, float | None] = request.extensions.setdefault("timeout", DEFAULT_TIMEOUT.as_dict())
    return timeouts
