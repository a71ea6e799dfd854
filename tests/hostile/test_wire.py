"""Bytes on the wire that are hardly HTTP, against the SDK's own HTTP clients and a caller's."""

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

from ..support.answers import KEY
from ..support.rawserver import Connection, RawServer
from .support import examples, methods, outcome

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..support.calling import Call

TIMEOUT_MS = 4000
"""Longer than any of these answers takes: a call that ends by it is one that waited for what was not to come."""

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"  # so that no call meets a connection that is just being closed
MEGABYTE = 1 << 20
fragments = st.sampled_from(
    [
        *[
            b"HTTP/1.1 ",
            b"HTTP/1.0 ",
            b"HTTP/2 ",
            b"200 OK\r\n",
            b"204 No\r\n",
            b"999 \r\n",
            b"101 Up\r\n",
            b"100 \r\n",
        ],
        *[b"\r\n", b"\r\n\r\n", b"\n", b": ", b"Content-Length: ", b"0\r\n", b"5\r\n", b"-1\r\n", b"1, 1\r\n", b"\x00"],
        *[b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Set-Cookie: a=\xe9\r\n", b"[]", b"{}"],
    ]
)
noise = st.lists(fragments | st.binary(max_size=8), max_size=12).map(b"".join)


class Wire:
    """A server that reads a request, sends bytes, and closes the connection.

    :ivar answer: the bytes.
    """

    def __init__(self) -> None:
        self.answer = b""
        self.server = RawServer(self._serve)

    def _serve(self, connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.send(self.answer)


@contextlib.contextmanager
def wire(call: Call, *, is_own: bool = True) -> Generator[tuple[Wire, EmissaryClient], None, None]:
    """Give such a server, and a client of it with the SDK's own HTTP client or a caller's."""
    made = Wire()
    options: dict[str, Any] = {"server_url": made.server.url, "timeout_ms": TIMEOUT_MS, "retry_config": None}
    with contextlib.ExitStack() as stack:
        stack.enter_context(made.server)
        if not is_own:
            options |= call.using(stack.enter_context(call.http_client(httpx)))
        client = EmissaryClient(KEY, **options)
        stack.callback(call.close_client, client)
        yield made, client


def test_any_bytes(call: Call) -> None:
    """Whatever bytes come back, the call gives a value or a documented error, and does not wait for more."""
    with wire(call) as (server, client):

        @examples(60)
        @given(
            methods, noise, st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n"])
        )
        @example("list", b"\r\n[]", OK)
        def holds(method: str, rest: bytes, start: bytes) -> None:
            server.answer = start + rest
            assert not isinstance(outcome(call, client, method), errors.APITimeoutError)

        holds()


@pytest.mark.parametrize("status", [*range(100, 1000, 89), 100, 101, 103, 199, 204, 205, 206, 304, 451, 599, 999])
def test_any_status(call: Call, status: int) -> None:
    """Any number of three digits is a success, an error with that status, or not an answer."""
    with wire(call) as (server, client):
        server.answer = f"HTTP/1.1 {status} \r\nContent-Length: 2\r\n\r\n[]".encode()
        result = outcome(call, client, "list")
    if status < 200:
        assert type(result) is errors.NoResponseError or (type(result), status) == (errors.SDKError, 101)
    elif status == 204:  # it has no content, whatever its header says
        assert type(result) is errors.ResponseValidationError
    elif status < 300:
        assert result == []
    else:
        assert type(result) is errors.SDKError
        assert result.status_code == status


NO_ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "a status alone": OK,
    "half a header": OK + b"Content-Le",
    "half a body": OK + b"Content-Length: 3\r\n\r\n[]",
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
    "a length below zero": OK + b"Content-Length: -2\r\n\r\n[]",
    "a length that is no number": OK + b"Content-Length: two\r\n\r\n[]",
    "a length of 5000 digits": OK + b"Content-Length: 1" + b"0" * 5000 + b"\r\n\r\n[]",
    "an unknown coding of the transfer": OK + b"Transfer-Encoding: nonsense\r\n\r\n[]",
    "a chunk that is cut": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[]",
    "a chunk's size that is none": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n",
    "a chunk of 10**30 bytes": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"F" * 25 + b"\r\n[]",
    "a header without a name": OK + b": x\r\nContent-Length: 2\r\n\r\n[]",
    "a NUL in a header": OK + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n[]",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n[]",
    "another protocol": b"220 mail.example ESMTP\r\n",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "a header of a megabyte": OK + b"X: " + b"x" * MEGABYTE + b"\r\nContent-Length: 2\r\n\r\n[]",
    "a megabyte of headers": OK + b"X: y\r\n" * (MEGABYTE // 6) + b"Content-Length: 2\r\n\r\n[]",
    "a megabyte of no line": b"x" * MEGABYTE,
    "a megabyte of blanks": OK + b"X:" + b" " * MEGABYTE + b"\r\n\r\n",
    "2,000 provisional answers": b"HTTP/1.1 103 Early\r\n\r\n" * 2000,
    "gzip that is none": OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    "gzip that is cut": OK + b"Content-Encoding: gzip\r\nContent-Length: 11\r\n\r\n" + gzip.compress(b"[]")[:11],
}


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "caller's"])
@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=list(NO_ANSWERS))
def test_what_is_no_answer(call: Call, answer: bytes, *, is_own: bool) -> None:
    """What is no HTTP answer, or only the beginning of one, is told as that, and not waited for."""
    with wire(call, is_own=is_own) as (server, client):
        server.answer = answer
        result = outcome(call, client, "list")
        assert type(result) in (errors.NoResponseError, errors.ResponseValidationError)
        assert result.request_may_have_been_processed
        server.answer = OK + b"Content-Length: 2\r\n\r\n[]"
        assert outcome(call, client, "list") == []


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "caller's"])
@pytest.mark.parametrize(
    "cookie", [b"a=\xc0", b"\xe9=b", b"a=\xf0\x9f\x9a\x80; Path=/", b"a=b; Expires=" + b"9" * 65_000, b";" * 60_000]
)
def test_cookies_that_no_header_can_hold(call: Call, cookie: bytes, *, is_own: bool) -> None:
    """A cookie that cannot be sent back is none: the calls after it go on as if it had not been set.

    A caller's own HTTP client that keeps it all the same cannot make another request, which is a documented error.
    """
    with wire(call, is_own=is_own) as (server, client):
        server.answer = OK + b"Set-Cookie: " + cookie + b"\r\nContent-Length: 2\r\n\r\n[]"
        assert outcome(call, client, "list") == []
        for _ in range(2):
            result = outcome(call, client, "list")
            if is_own:
                assert result == []
            elif result != []:
                assert type(result) is errors.NoResponseError
                assert not result.request_may_have_been_processed


@pytest.mark.parametrize("wrapped", [True, False], ids=["in an object", "in a list"])
def test_a_megabyte_that_unpacks_to_more(call: Call, *, wrapped: bool) -> None:
    """A small body that unpacks to many times its size is read, or said to be unreadable."""
    content = b'{"x":"' + b"a" * (4 * MEGABYTE) + b'"}'
    packed = zlib.compress(content if wrapped else b"[" + content + b"]")
    with wire(call) as (server, client):
        server.answer = OK + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
        result = outcome(call, client, "list")
    if wrapped:
        assert type(result) is errors.ResponseValidationError
        assert len(str(result)) < 2000
    else:
        assert len(result[0].model_extra["x"]) == 4 * MEGABYTE
