"""What the two default clients share: making requests and finishing responses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_SECONDS = 60.0
DEFAULT_TIMEOUT = httpx.Timeout(DEFAULT_SECONDS, connect=5.0)
_WITHOUT_BODY = frozenset({"GET", "DELETE"})
_DEFAULT_TIMEOUTS = DEFAULT_TIMEOUT.as_dict()


class Body(httpx.ByteStream):
    """A body that is sent in one piece, or in none where it is empty.

    httpx's own is sent by an asynchronous generator, which a cancelled request leaves half way; trio warns of that.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._pieces = [content] if content else []

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Pieces(self._pieces)


class _Pieces(AsyncIterator[bytes]):
    """Gives each piece once."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._left = pieces.copy()

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


_NO_BODY = Body(b"")


def build_request(
    method: str,
    url: httpx.URL | str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    timeout: float | None = None,
    bare: bool = False,
    **options: Any,
) -> httpx.Request:
    """Make a request; without a timeout (in seconds) it gets the default one.

    :param bare: nobody but the transport will look at the request, and its headers hold a Host.
    """
    # A copy, for a hook may change the timeouts of its request.
    timeouts = _DEFAULT_TIMEOUTS.copy() if timeout is None else httpx.Timeout(timeout).as_dict()
    extensions = {"timeout": timeouts}
    if bare:
        # Given a stream, httpx has nothing to find out about the body.
        stream = Body(content) if content else _NO_BODY
        request = httpx.Request(method, url, headers=headers, stream=stream, extensions=extensions)
        if method not in _WITHOUT_BODY:
            request.headers["content-length"] = str(len(content or b""))
        request.read()  # whoever is given an error may look at its request
        return request
    request = httpx.Request(method, url, headers=headers, content=content, extensions=extensions, **options)
    if content is not None:
        request.stream = Body(content)
    return request


def timeouts(request: httpx.Request) -> dict[str, float | None]:
    """Give a request's timeouts in seconds: the default ones for a request that a hook made without any."""
    found: dict[str, float | None] | None = request.extensions.get("timeout")
    if found is None:
        found = request.extensions["timeout"] = DEFAULT_TIMEOUT.as_dict()
    return found


_NOTEWORTHY = frozenset({b"content-encoding", b"set-cookie"})


def noteworthy(response: httpx.Response) -> frozenset[bytes]:
    """Name the headers of a response that ask for more than to read its body, in one pass over them."""
    # A look-up by name has httpx find the encoding of all headers first, at the price of many such passes.
    return _NOTEWORTHY.intersection([name.lower() for name, _ in response.headers.raw])


@cache
def accepted_encodings() -> str:
    """The compressions that this installation of httpx can undo."""
    with httpx.Client(transport=httpx.BaseTransport(), trust_env=False) as client:
        return client.headers["accept-encoding"]


def deadline(seconds: float | None) -> float:
    """By when, on the monotonic clock, the whole of a body has to be here.

    httpx's own timeout begins anew with each piece, so that a server which trickles would never be given up.
    """
    return inf if seconds is None else monotonic() + seconds


def require_in_time(end: float, request: httpx.Request) -> None:
    """Raise httpx.ReadTimeout where the time for the body is over."""
    if monotonic() > end:
        raise httpx.ReadTimeout("the answer did not arrive in time", request=request)


class OwnClient:
    """The base of the HTTP clients that the SDK makes for itself."""

    build_request = staticmethod(build_request)


class Cookies:
    """The cookies of one client: a load balancer may use one to keep a caller on the same machine."""

    __slots__ = ("_jar",)

    def __init__(self) -> None:
        self._jar: httpx.Cookies | None = None

    def add_to(self, request: httpx.Request) -> None:
        """Send what the servers have set so far."""
        if self._jar is not None and "cookie" not in request.headers:
            try:
                self._jar.set_cookie_header(request)
            except UnicodeEncodeError:
                self._jar = None  # a server has set what no header can hold

    def take_from(self, response: httpx.Response) -> None:
        """Keep what a response sets."""
        if self._jar is None:
            self._jar = httpx.Cookies()
        self._jar.extract_cookies(response)


def finish(
    request: httpx.Request, response: httpx.Response, body: list[bytes], cookies: Cookies, *, bare: bool
) -> tuple[httpx.Response, bytes]:
    """Give the response and its content, and keep its cookies.

    :param body: the body, which is taken out: no local variable of a failure's frames may show it.
    :param bare: the content of a plain success is enough, so that the response need not hold it. To make it
        hold it costs more than the rest of this module.
    """
    response.request = request
    asked = noteworthy(response)
    if b"set-cookie" in asked:
        cookies.take_from(response)
    if bare and 200 <= response.status_code < 300 and b"content-encoding" not in asked:
        return response, body.pop()
    whole = httpx.Response(
        response.status_code,
        headers=response.headers,
        content=body.pop(),
        request=request,
        extensions=response.extensions,
    )
    return whole, whole.content
