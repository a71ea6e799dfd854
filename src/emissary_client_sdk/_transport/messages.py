"""What the two default clients share: making requests and finishing responses."""

from __future__ import annotations

from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_DEFAULT_EXTENSIONS = {"timeout": DEFAULT_TIMEOUT.as_dict()}


def build_request(
    method: str,
    url: httpx.URL | str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    timeout: float | None = None,
    **options: Any,
) -> httpx.Request:
    """Make a request; without a timeout (in seconds) it gets the default one."""
    extensions = _DEFAULT_EXTENSIONS if timeout is None else {"timeout": httpx.Timeout(timeout).as_dict()}
    return httpx.Request(method, url, headers=headers, content=content, extensions=extensions, **options)


def timeouts(request: httpx.Request) -> dict[str, float | None]:
    """Give a request's timeouts in seconds: the default ones for a request that a hook made without any."""
    found: dict[str, float | None] = request.extensions.setdefault("timeout", DEFAULT_TIMEOUT.as_dict())
    return found


@cache
def accepted_encodings() -> str:
    """The compressions that this installation of httpx can undo."""
    with httpx.Client(transport=httpx.BaseTransport(), trust_env=False) as client:
        return client.headers["accept-encoding"]


class Deadline:
    """How long the whole of a body may take to arrive.

    httpx's own timeout begins anew with each piece, so that a server which trickles would never be given up.
    """

    __slots__ = ("_at",)

    def __init__(self, seconds: float | None) -> None:
        self._at = None if seconds is None else monotonic() + seconds

    def check(self) -> None:
        """Raise httpx.ReadTimeout where the time is up."""
        if self._at is not None and monotonic() > self._at:
            raise httpx.ReadTimeout("the answer did not arrive in time")


class Cookies:
    """The cookies of one client: a load balancer may use one to keep a caller on the same machine."""

    __slots__ = ("_jar",)

    def __init__(self) -> None:
        self._jar: httpx.Cookies | None = None

    def add_to(self, request: httpx.Request) -> None:
        """Send what the servers have set so far."""
        if self._jar is not None and "cookie" not in request.headers:
            self._jar.set_cookie_header(request)

    def take_from(self, response: httpx.Response) -> None:
        """Keep what a response sets."""
        if "set-cookie" in response.headers:
            if self._jar is None:
                self._jar = httpx.Cookies()
            self._jar.extract_cookies(response)


def finish(
    request: httpx.Request, response: httpx.Response, body: bytes, *, bare: bool
) -> tuple[httpx.Response, bytes]:
    """Give the response with its content.

    :param bare: the content of a plain success is enough, so that the response need not hold it. To make it
        hold it costs more than the rest of this module.
    """
    if bare and response.is_success and "content-encoding" not in response.headers:
        response.request = request
        return response, body
    whole = httpx.Response(
        response.status_code,
        headers=response.headers,
        content=body,
        request=request,
        extensions=response.extensions,
    )
    return whole, whole.content
