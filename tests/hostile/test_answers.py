"""Any status, any headers, any bytes, through the public client and a caller's transport."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emissary_client_sdk import errors

from ..support.answers import JOB, METHODS
from .support import READ, SUCCESS, anything, examples, json_values, methods

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ..support.calling import Call

CHARSETS = [
    "rot13",
    "hex",
    "base64",
    "zlib",
    "utf-7",
    "utf-16",
    "idna",
    "undefined",
    "unicode_escape",
    "no-such",
    "\x00",
]
TYPES = [
    *(f"application/json; charset={charset}" for charset in CHARSETS),
    "",
    ";;;",
    "text/html",
    "charset=",
    "a" * 9000,
]

statuses = st.one_of(st.integers(100, 999), st.sampled_from([*SUCCESS.values(), 400, 401, 404, 429, 500]))
names = st.one_of(
    st.binary(max_size=12).filter(lambda name: name.lower() != b"set-cookie"),
    st.sampled_from([b"Content-Type", b"Retry-After", b"Retry-After-Ms", b"X-Request-Id", b"Set-Cookie2", b"Location"]),
)
headers_of_any_bytes = st.tuples(names, st.binary(max_size=40))
# A cookie outlives its answer; test_cookies.py is about those that no header can hold.
cookies = st.tuples(st.just(b"Set-Cookie"), st.text(st.characters(codec="ascii"), max_size=40).map(str.encode))
header_lists = st.lists(headers_of_any_bytes | cookies, max_size=6)
bodies = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b'{"status":400,"error":"e"}', b'{"status":404,"error":"e","code":"c"}', b"[]", b"{}", b""]),
)


def test_any_answer(call: Call) -> None:
    """Whatever status, headers and bytes an answer has, the call gives a value or a documented error."""
    with anything(call) as server:

        @examples(100)
        @given(method=methods, status=statuses, headers=header_lists, body=bodies)
        @example(method="list", status=100, headers=[], body=b"")
        @example(method="list", status=999, headers=[(b"\xff", b"\xff\x00\r\n")], body=b"\xff\xfe\x00")
        def holds(method: str, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
            result = server.outcome(method, httpx.Response(status, headers=headers, content=body))
            if 200 <= status < 300:
                assert not isinstance(result, errors.SDKError) or type(result) is errors.ResponseValidationError
            elif 300 <= status < 400 and type(result) is errors.NoResponseError:
                # An httpx client reads where a redirect would go even if it is not to follow it.
                assert "location" in [name.lower().decode("latin-1") for name, _ in headers]
            else:
                assert isinstance(result, errors.SDKError)
                assert result.status_code == status

        holds()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "identity", "nonsense", "\xff"])
def test_any_bytes_in_any_coding(call: Call, coding: str) -> None:
    """Bytes that are not what Content-Encoding says end the call with a documented error."""
    with anything(call) as server:

        @examples(10)
        @given(method=methods, status=statuses, body=st.binary(min_size=1, max_size=60))
        def holds(method: str, status: int, body: bytes) -> None:
            def answer(_: httpx.Request) -> httpx.Response:
                stream = Bytes(body)
                return httpx.Response(status, headers=[(b"content-encoding", coding.encode("latin-1"))], stream=stream)

            server.outcome(method, answer)

        holds()


class Bytes(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes as it is, not decoded before it is sent."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        """Give the body."""
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body."""
        yield self._content


@pytest.mark.parametrize("kind", TYPES, ids=[kind[:40] or "none" for kind in TYPES])
def test_the_charset_that_a_server_names_is_not_trusted(call: Call, kind: str) -> None:
    """JSON in UTF-8 is read whatever the Content-Type says, in a success as in an error."""
    with anything(call) as server:
        headers = {"Content-Type": kind}
        content = json.dumps({**JOB, "name": "ü"}, ensure_ascii=False).encode()
        result = server.outcome("retrieve", httpx.Response(200, headers=headers, content=content))
        assert result.name == "ü"
        content = json.dumps({"status": 404, "error": "ü"}, ensure_ascii=False).encode()
        result = server.outcome("retrieve", httpx.Response(404, headers=headers, content=content))
        assert isinstance(result, errors.APIErrorNotFound)
        assert result.message == "ü"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [400, 401, 404])
def test_the_type_of_an_error(call: Call, method: str, status: int) -> None:
    """An error is of its documented type exactly where its body is of the documented shape."""
    documented = {
        400: errors.APIErrorInvalidInput,
        401: errors.APIErrorUnauthorized,
        404: errors.APIErrorNotFound,
    }[status]
    with anything(call) as server:

        @examples(15)
        @given(json_values, st.booleans())
        def holds(value: Any, is_wrapped: bool) -> None:
            document: Any = {"status": status, "error": value} if is_wrapped else value
            result = server.outcome(method, httpx.Response(status, content=json.dumps(document).encode()))
            assert isinstance(result, errors.SDKError)
            if is_wrapped and isinstance(value, str) and value.isascii():
                assert type(result) is documented
                assert result.message == value
            elif is_wrapped and not isinstance(value, str):
                assert type(result) is errors.SDKError

        holds()


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(READ)))
def test_a_success_without_content_is_not_read(call: Call, method: str) -> None:
    """Where the contract has no content, whatever comes is no error."""
    with anything(call) as server:

        @examples(20)
        @given(st.integers(200, 299), bodies)
        def holds(status: int, body: bytes) -> None:
            assert server.outcome(method, httpx.Response(status, content=body)) is None

        holds()
