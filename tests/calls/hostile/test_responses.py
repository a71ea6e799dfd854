"""Any status, headers and body, for every operation, on a caller's HTTP client."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emissary_client_sdk import errors

from ..operations.declared import OPERATIONS
from .support import LIST, READING, RETRIEVE, Mock, examples, json_values, operations, texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ...support.calling import Call
    from ..operations.declared import Declared

DEEP = 100_000
CHARSETS = ["rot13", "hex", "zlib", "utf-7", "utf-16", "idna", "undefined", "unicode_escape", "no-such", "\x00"]
TYPES = [*(f"application/json; charset={charset}" for charset in CHARSETS), "", ";;;", "charset=", "a" * 9000]

statuses = st.integers(100, 999) | st.sampled_from([200, 201, 400, 401, 404, 429, 500])
names = st.binary(max_size=12) | st.sampled_from(
    [b"Content-Type", b"Retry-After", b"Retry-After-Ms", b"X-Request-Id", b"Set-Cookie", b"Location"]
)
headers = st.lists(st.tuples(names, st.text(st.characters(codec="ascii"), max_size=40).map(str.encode)), max_size=6)
bodies = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b'{"status":400,"error":"e"}', b'{"status":404,"error":"e","code":"c"}', b"[]", b"{}", b""]),
)


def test_any_response(call: Call) -> None:
    """The call returns a value or raises a documented error."""
    mock = Mock(call)

    @examples(80)
    @given(operations, statuses, headers, bodies)
    @example(LIST, 100, [], b"")
    @example(LIST, 999, [(b"\xff", b"\xff\x00\r\n")], b"\xff\xfe\x00")
    def check(declared: Declared, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        result = mock.outcome(declared, httpx.Response(status, headers=headers, content=body))
        if 200 <= status < 300:
            assert not isinstance(result, errors.SDKError) or type(result) is errors.ResponseValidationError
        elif type(result) is errors.NoResponseError:  # an httpx client parses a redirect that it does not follow
            assert 300 <= status < 400
            assert "location" in [name.lower().decode("latin-1") for name, _ in headers]
        else:
            assert isinstance(result, errors.SDKError)
            assert result.status_code == status

    check()


class Raw(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that httpx has not decoded yet."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "identity", "nonsense", "\xff"])
def test_any_bytes_in_any_coding(call: Call, coding: str) -> None:
    """Content that does not match Content-Encoding ends the call with a documented error."""
    mock = Mock(call)
    headers = [(b"content-encoding", coding.encode("latin-1"))]

    @examples(10)
    @given(operations, statuses, st.binary(min_size=1, max_size=60))
    def check(declared: Declared, status: int, body: bytes) -> None:
        mock.outcome(declared, lambda _: httpx.Response(status, headers=headers, stream=Raw(body)))

    check()


@pytest.mark.parametrize("content_type", TYPES, ids=ascii)
def test_charset_is_ignored(call: Call, content_type: str) -> None:
    """JSON is UTF-8, in a success and in an error."""
    mock = Mock(call)
    for status, content in ((200, {"id": "t", "name": "ü"}), (404, {"status": 404, "error": "ü"})):
        body = json.dumps(content, ensure_ascii=False).encode()
        result = mock.outcome(RETRIEVE, httpx.Response(status, headers={"Content-Type": content_type}, content=body))
        assert (result.name if status == 200 else result.message) == "ü"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 599])
def test_any_document_of_an_error(call: Call, status: int) -> None:
    """The error has its status and a message."""
    mock = Mock(call)
    member = st.sampled_from(["error", "message", "detail", "status", "code"]) | texts

    @examples(15)
    @given(operations, json_values | st.dictionaries(member, json_values, max_size=3))
    @example(LIST, {"error": {"message": "\ud800"}})
    def check(declared: Declared, value: Any) -> None:
        result = mock.outcome(declared, httpx.Response(status, content=json.dumps(value).encode()))
        assert isinstance(result, errors.SDKError)
        assert result.status_code == status
        assert result.message

    check()


@pytest.mark.parametrize("content", [b"[" * DEEP, b'{"error":' * DEEP, b'{"status":1' + b"0" * 5000 + b',"error":""}'])
def test_error_that_cannot_be_parsed(call: Call, content: bytes) -> None:
    """It has its status, the name of the status as its message, and its body."""
    for status in (400, 401, 404, 500):
        result = Mock(call).outcome(LIST, httpx.Response(status, content=content))
        assert isinstance(result, errors.SDKError)
        assert (result.status_code, result.body) == (status, content.decode())
        assert result.message == HTTPStatus(status).phrase


def test_success_without_a_result(call: Call) -> None:
    """It returns None, or the error says that the content is not an acknowledgement."""
    mock = Mock(call)

    @examples(15)
    @given(st.sampled_from([one for one in OPERATIONS if one not in READING]), st.integers(200, 299), bodies)
    def check(declared: Declared, status: int, body: bytes) -> None:
        result = mock.outcome(declared, httpx.Response(status, content=body))
        assert result is None or (isinstance(result, errors.SDKError) and body.strip())

    check()
