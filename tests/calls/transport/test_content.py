"""Content is decoded in bounded steps; streamed responses keep their connection until they are closed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from emissary_client_sdk._transport import content
from emissary_client_sdk._transport.content import ContentTooLargeError

from ...support.rawserver import RawResponse, RawServer, responding, trickling

if TYPE_CHECKING:
    from .driver import Driver

TEXT = b'{"id": "job"}' * 1000
RAW_DEFLATE = zlib.compressobj(wbits=-zlib.MAX_WBITS)


def serve(body: bytes, coding: str, status: int = 200) -> RawServer:
    """Return a server of one encoded body."""
    return RawServer(responding(lambda _: RawResponse(status, body, {"content-encoding": coding})))


@pytest.mark.parametrize(
    ("coding", "body", "expected"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0), TEXT),
        ("X-GZip", gzip.compress(TEXT, mtime=0), TEXT),
        ("deflate", zlib.compress(TEXT), TEXT),
        ("deflate", RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush(), TEXT),
        ("gzip", gzip.compress(b" " * 1_000_000, mtime=0), b" " * 1_000_000),
        ("gzip", gzip.compress(b"", mtime=0), b""),
        ("gzip", b"", b""),
        ("identity", TEXT, TEXT),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_encoded_response_is_decoded(http: Driver, coding: str, body: bytes, expected: bytes, status: int) -> None:
    """Without the headers of the encoded content."""
    with serve(body, coding, status) as server:
        response = http.send(server.url)
    assert response.content == expected
    assert ("content-encoding" in response.headers) is (coding == "identity")
    assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"


def test_accept_encoding_of_the_caller_wins(http: Driver, server: RawServer) -> None:
    """In any case of its letters."""
    http.send(server.url, headers={"accept-ENCODING": "identity"})
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("coding", "body", "message"),
    [
        ("gzip", b"no gzip", "the response has invalid gzip content"),
        ("deflate", b"no deflate", "the response has invalid deflate content"),
        ("deflate", zlib.compress(TEXT)[:-9] + b"xxxxxxxxxx", "the response has invalid deflate content"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-9], "the response ends within its gzip content"),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"more", "the response continues after the end of its gzip content"),
        ("br", b"", "the response has the content coding 'br'; only gzip or deflate is supported"),
        (
            "gzip, gzip",
            gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0),
            "the response has the content coding 'gzip, gzip'",
        ),
    ],
)
def test_invalid_content_is_a_decoding_error(http: Driver, coding: str, body: bytes, message: str) -> None:
    """It is a DecodingError, and the client can still be used."""
    with serve(body, coding) as server:
        for _ in range(2):
            with pytest.raises(httpx.DecodingError, match=message) as raised:
                http.send(server.url)
            assert raised.value.request.url == server.url


def test_decompression_bomb_is_refused_in_bounded_memory(http: Driver) -> None:
    """300 MB of zeros in 300 kB; a second coding is refused before anything is decoded."""
    zeros = zlib.compressobj(wbits=31)
    pieces = [zeros.compress(b"\0" * 1_000_000) + zeros.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    with serve(pieces[0] + 299 * pieces[1], "gzip") as server:
        tracemalloc.start()
        with pytest.raises(ContentTooLargeError, match="the response has more than 256 MiB of content") as raised:
            http.send(server.url, timeout=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert raised.value.is_too_large
    assert peak < 300_000_000


def test_plain_content_is_limited_too(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is on the content, not on the compression."""
    for name in ("client", "asyncclient"):
        monkeypatch.setattr(f"emissary_client_sdk._transport.{name}.MAX_CONTENT_BYTES", 10)
    with RawServer(responding(lambda _: RawResponse(200, b"x" * 11))) as server:
        with pytest.raises(ContentTooLargeError):
            http.send(server.url)
        assert server.wait_until_open(0)


def test_decoding_counts_towards_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two steps of decompression, too."""
    times = iter([0.0, 1.0, 6.0])
    monkeypatch.setattr(content, "monotonic", lambda: next(times))
    monkeypatch.setattr(content, "_PIECE", 10)
    response = httpx.Response(
        200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(gzip.compress(TEXT, mtime=0))
    )
    pieces = iter(content.Content(response, timeout=5.0, max_bytes=1000))
    assert next(pieces) == TEXT[:10]
    with pytest.raises(httpx.ReadTimeout):
        next(pieces)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_never_followed(http: Driver, server: RawServer, status: int) -> None:
    """Not even when the caller asks for it: the key would be sent to the other host."""
    redirect = RawResponse(status, b"", {"location": server.url})
    with RawServer(responding(lambda _: redirect)) as redirecting:
        request = http.request(redirecting.url)
        assert http.run(partial(http.client.send, request, follow_redirects=True)).status_code == status
    assert server.connections == 0


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_streamed_response_returns_its_connection(http: Driver, coding: str) -> None:
    """Once it was read completely."""
    body = gzip.compress(TEXT, mtime=0) if coding == "gzip" else TEXT
    with serve(body, coding) as server:
        assert [http.read(http.stream(server.url)) for _ in range(2)] == [TEXT, TEXT]
        assert server.connections == 1


def test_streamed_response_may_take_longer_than_the_timeout(http: Driver) -> None:
    """The timeout applies to each read."""
    with RawServer(trickling(b"HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n", b"x", b"\n")) as server:
        assert http.read(http.stream(server.url, timeout=0.4)) == b"x" * 100 + b"\n"


def test_unsuccessful_response_is_not_streamed(http: Driver) -> None:
    """It is read at once, within the deadline."""
    with serve(b"missing", "identity", 404) as server:
        assert http.stream(server.url).content == b"missing"
