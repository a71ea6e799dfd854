"""Bytes that are not quite HTTP, to the SDK's own HTTP clients and to a caller's."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emissary_client_sdk import EmissaryClient, errors

from ...support.answers import KEY
from ...support.rawserver import Connection, RawServer
from .support import LIST, examples, operations, outcome

if TYPE_CHECKING:
    from collections.abc import Generator

    from ...support.calling import Call
    from ..operations.declared import Declared

TIMEOUT_MS = 4000
"""Longer than any of these responses takes: a call that times out has waited for data that does not come."""

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
MEGABYTE = 1 << 20
fragments = st.sampled_from(
    [
        b"HTTP/1.1 ",
        b"HTTP/1.0 ",
        b"HTTP/2 ",
        b"200 OK\r\n",
        b"204 No\r\n",
        b"999 \r\n",
        b"101 Up\r\n",
        b"100 \r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b": ",
        b"Content-Length: ",
        b"0\r\n",
        b"5\r\n",
        b"-1\r\n",
        b"1, 1\r\n",
        b"\x00",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"[]",
        b"{}",
    ]
)
noise = st.lists(fragments | st.binary(max_size=8), max_size=12).map(b"".join)
clients = pytest.mark.parametrize("is_own", [True, False], ids=["own", "caller's"])


class Wire(RawServer):
    """A server that reads a request, sends ``response`` and closes the connection."""

    response = b""

    def __init__(self) -> None:
        super().__init__(self._respond)

    def _respond(self, connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.send(self.response)


@contextlib.contextmanager
def wire(call: Call, *, is_own: bool = True) -> Generator[tuple[Wire, EmissaryClient]]:
    """Run a server, and yield it with a client."""
    with Wire() as server, contextlib.ExitStack() as stack:
        options: dict[str, Any] = {"server_url": server.url, "timeout_ms": TIMEOUT_MS, "retry_config": None}
        if not is_own:
            options |= call.using(stack.enter_context(call.http_client(httpx)))
        client = EmissaryClient(KEY, **options)
        stack.callback(call.close_client, client)
        yield server, client


def test_any_bytes(call: Call) -> None:
    """The call returns a value or raises a documented error, and does not wait for more."""
    with wire(call) as (server, client):

        @examples(25)
        @given(
            operations,
            noise,
            st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n"]),
        )
        @example(LIST, b"\r\n[]", OK)
        def check(declared: Declared, rest: bytes, start: bytes) -> None:
            server.response = start + rest
            assert not isinstance(outcome(call, client, declared), errors.APITimeoutError)

        check()


@pytest.mark.parametrize("status", [100, 101, 103, 199, 204, 205, 206, 304, 451, 599, 600, 999])
def test_any_status(call: Call, status: int) -> None:
    """A number of three digits is a success, an error with that status, or not a response."""
    with wire(call) as (server, client):
        server.response = f"HTTP/1.1 {status} \r\nContent-Length: 2\r\n\r\n[]".encode()
        result = outcome(call, client, LIST)
    if status < 200:
        assert type(result) is errors.NoResponseError or (type(result), status) == (errors.SDKError, 101)
    elif status == 204:  # it has no content, whatever its headers say
        assert type(result) is errors.ResponseValidationError
    elif status < 300:
        assert result == []
    else:
        assert isinstance(result, errors.SDKError)
        assert result.status_code == status


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NO_RESPONSES: dict[str, bytes] = {
    "nothing": b"",
    "status line": OK,
    "half a header": OK + b"Content-Le",
    "half a body": OK + b"Content-Length: 3\r\n\r\n[]",
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
    "negative length": OK + b"Content-Length: -2\r\n\r\n[]",
    "length in words": OK + b"Content-Length: two\r\n\r\n[]",
    "length of 5000 digits": OK + b"Content-Length: 1" + b"0" * 5000 + b"\r\n\r\n[]",
    "unknown transfer coding": OK + b"Transfer-Encoding: nonsense\r\n\r\n[]",
    "half a chunk": CHUNKED + b"5\r\n[]",
    "invalid chunk size": CHUNKED + b"zz\r\n[]\r\n0\r\n\r\n",
    "chunk of 10**30 bytes": CHUNKED + b"F" * 25 + b"\r\n[]",
    "header without a name": OK + b": x\r\nContent-Length: 2\r\n\r\n[]",
    "NUL in a header": OK + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n[]",
    "status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n[]",
    "another protocol": b"220 mail.example ESMTP\r\n",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "header of a megabyte": OK + b"X: " + b"x" * MEGABYTE + b"\r\nContent-Length: 2\r\n\r\n[]",
    "a megabyte of headers": OK + b"X: y\r\n" * (MEGABYTE // 6) + b"Content-Length: 2\r\n\r\n[]",
    "a megabyte without a line end": b"x" * MEGABYTE,
    "2,000 interim responses": b"HTTP/1.1 103 Early\r\n\r\n" * 2000,
    "invalid gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    "truncated gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 11\r\n\r\n" + gzip.compress(b"[]")[:11],
}


@clients
@pytest.mark.parametrize("response", NO_RESPONSES.values(), ids=list(NO_RESPONSES))
def test_incomplete_or_invalid_response(call: Call, response: bytes, *, is_own: bool) -> None:
    """The call fails without waiting for more, and the next one succeeds."""
    with wire(call, is_own=is_own) as (server, client):
        server.response = response
        result = outcome(call, client, LIST)
        assert type(result) in (errors.NoResponseError, errors.ResponseValidationError)
        assert result.request_may_have_been_processed
        server.response = OK + b"Content-Length: 2\r\n\r\n[]"
        assert outcome(call, client, LIST) == []


@clients
@pytest.mark.parametrize(
    "cookie", [b"a=b", b"a=\xc0", b"\xe9=b", b"a=b; Expires=" + b"9" * 65_000, b";" * 60_000], ids=range(5)
)
def test_cookies(call: Call, cookie: bytes, *, is_own: bool) -> None:
    """The SDK's own clients never send a cookie. A caller's may keep one that it cannot send, which is an error."""
    with wire(call, is_own=is_own) as (server, client):
        server.response = OK + b"Set-Cookie: " + cookie + b"\r\nContent-Length: 2\r\n\r\n[]"
        for _ in range(3):
            result = outcome(call, client, LIST)
            if result != []:
                assert not is_own
                assert type(result) is errors.NoResponseError
                assert not result.request_may_have_been_processed
    assert not is_own or not any("cookie" in request.headers for request in server.requests)


@pytest.mark.parametrize("is_list", [True, False], ids=["list", "object"])
def test_compressed_content(call: Call, *, is_list: bool) -> None:
    """A small body that becomes megabytes is read; the error of one that is unreadable is short."""
    content = b'{"id":"t","x":"' + b"a" * (4 * MEGABYTE) + b'"}'
    packed = zlib.compress(b"[" + content + b"]" if is_list else content)
    with wire(call) as (server, client):
        server.response = OK + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
        result = outcome(call, client, LIST)
    if is_list:
        assert len(result[0].model_extra["x"]) == 4 * MEGABYTE
    else:
        assert type(result) is errors.ResponseValidationError
        assert len(str(result)) < 2000
