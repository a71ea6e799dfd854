"""Content is decoded in bounded steps; streamed responses keep their connection until they are closed."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tracemalloc
import zlib
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import zstandard

from emissary_client_sdk._transport import codings, content
from emissary_client_sdk._transport.content import ContentTooLargeError, UndecodableContentError
from emissary_client_sdk._transport.request import build_request

from ...support.rawserver import RawResponse, RawServer, responding, trickling

if TYPE_CHECKING:
    from .driver import Driver

brotli: Any = import_module("brotli")  # it has no types
TEXT = b'{"id": "job"}' * 1000
GZIP = gzip.compress(TEXT, mtime=0)
BROTLI: bytes = brotli.compress(TEXT)
ZSTD = zstandard.compress(TEXT)
RAW_DEFLATE = zlib.compressobj(wbits=-zlib.MAX_WBITS)


def serve(body: bytes, coding: str, status: int = 200) -> RawServer:
    """Return a server of one encoded body."""
    return RawServer(responding(lambda _: RawResponse(status, body, {"content-encoding": coding})))


@pytest.mark.parametrize(
    ("coding", "body", "expected"),
    [
        ("gzip", GZIP, TEXT),
        ("X-GZip", GZIP + b"\0\0", TEXT),
        ("gzip, identity", GZIP + GZIP, TEXT + TEXT),
        ("deflate", zlib.compress(TEXT) + b"\0", TEXT),
        ("deflate", RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush(), TEXT),
        ("gzip", gzip.compress(b" " * 1_000_000, mtime=0), b" " * 1_000_000),
        ("gzip", gzip.compress(b"", mtime=0), b""),
        ("gzip", b"", b""),
        ("br", BROTLI, TEXT),
        ("br", brotli.compress(b" " * 1_000_000), b" " * 1_000_000),
        ("br", b"", b""),
        ("zstd", ZSTD + ZSTD, TEXT + TEXT),
        ("compress", b"", b""),
        *((name, TEXT, TEXT) for name in ("identity;q=1", "none", "UTF-8", "aws-chunked", "")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_encoded_response_is_decoded(http: Driver, coding: str, body: bytes, expected: bytes) -> None:
    """Without the headers of the encoded content. A coding that means "not encoded" is accepted."""
    with serve(body, coding) as server:
        response = http.send(server.url)
    assert response.content == expected
    assert ("content-encoding" in response.headers) is (body is TEXT)


def test_only_codings_that_can_be_decoded_are_announced(http: Driver, server: RawServer) -> None:
    """Brotli and zstd need a library, and one of brotli that limits its output; a caller's header wins."""
    http.send(server.url)
    http.send(server.url, headers={"accept-ENCODING": "identity"})
    sent = [request.headers["accept-encoding"] for request in server.requests]
    assert sent == ["gzip, deflate, br, zstd", "identity"]
    without = "import sys; sys.modules.update(brotli=None, brotlicffi=None, zstandard=None)"
    old = "import sys, types; sys.modules.update(brotli=types.SimpleNamespace(Decompressor=object), zstandard=None)"
    for program in (without, old):
        show = "from emissary_client_sdk._transport.codings import ACCEPT_ENCODING as sent; print(sent)"
        out = subprocess.check_output([sys.executable, "-c", f"{program}\n{show}"], text=True)
        assert out == "gzip, deflate\n"


@pytest.mark.parametrize(
    ("coding", "body", "message"),
    [
        ("gzip", b"no gzip", "the response has invalid gzip content"),
        ("deflate", b"no deflate", "the response has invalid deflate content"),
        ("deflate", zlib.compress(TEXT)[:-9] + b"xxxxxxxxxx", "the response has invalid deflate content"),
        ("deflate", zlib.compress(TEXT) + b"more", "continues after the end of its deflate content"),
        ("gzip", GZIP[:-9], "the response ends within its gzip content"),
        ("gzip", GZIP + b"more", "the response has invalid gzip content"),
        ("br", b"no brotli", "the response has invalid brotli content"),
        ("br", BROTLI[:-2], "the response ends within its brotli content"),
        ("zstd", b"no zstd", "the response has invalid zstd content"),
        ("zstd", ZSTD[:-2], "the response ends within its zstd content"),
        ("compress", TEXT, "the content coding 'compress'; only one of gzip, deflate, br, zstd is supported"),
        ("gzip, gzip", gzip.compress(GZIP, mtime=0), "the response has the content coding 'gzip, gzip'"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_undecodable_content(http: Driver, coding: str, body: bytes, message: str) -> None:
    """A success is a DecodingError with the response, and the client can still be used; other statuses are returned."""
    with serve(body, coding) as server:
        for _ in range(2):
            with pytest.raises(UndecodableContentError, match=message) as raised:
                http.send(server.url)
            assert raised.value.request.url == server.url
            assert (raised.value.response.status_code, raised.value.response.content) == (200, b"")
    with serve(body, coding, 404) as server:
        response = http.send(server.url)
    assert response.status_code == 404
    assert response.content == body if body.isascii() else TEXT.startswith(response.content)


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


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_other_bombs_are_decoded_in_bounded_steps(coding: str) -> None:
    """A few bytes never become more than 8 MiB at once."""
    zeros = bytes(32 << 20)
    bomb = brotli.compress(zeros, quality=1) if coding == "br" else zstandard.compress(zeros)
    decoder: Any = codings.decoder_of(httpx.Headers({"content-encoding": coding}))
    sizes = [len(piece) for piece in decoder.decode(bomb)]
    assert sum(sizes) == len(zeros)
    assert max(sizes) <= 8 << 20


def test_plain_content_is_limited_too(http: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is on the content, not on the compression."""
    monkeypatch.setattr(content, "MAX_CONTENT_BYTES", 10)
    with RawServer(responding(lambda _: RawResponse(200, b"x" * 11))) as server:
        with pytest.raises(ContentTooLargeError):
            http.send(server.url)
        assert server.wait_until_open(0)


def test_decoding_counts_towards_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two steps of decompression, too."""
    times = iter([0.0, 1.0, 6.0])
    monkeypatch.setattr(content, "monotonic", lambda: next(times))
    monkeypatch.setattr(codings, "_PIECE", 10)
    request = build_request("GET", "http://host", timeout=5.0)
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(GZIP), request=request)
    pieces = iter(content.Content(response, is_streamed=False))
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
    body = GZIP if coding == "gzip" else TEXT
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
