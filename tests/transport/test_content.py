"""What the SDK's own clients make of an answer: compression, cookies, redirects."""

from __future__ import annotations

import gzip
import importlib
import zlib
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

from emissary_client_sdk import EmissaryClient, SDKHooks, errors

from ..support.answers import JOB, KEY, Series, as_json, well_behaved
from ..support.rawserver import Answer, RawServer, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..support.calling import Call


def compressions() -> dict[str, Callable[[bytes], bytes]]:
    """Give the compressions that this installation can undo, with the function that does each."""
    found: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}
    for encoding, module, function in (("br", "brotli", "compress"), ("zstd", "zstandard", "compress")):
        if encoding in accepted():
            found[encoding] = getattr(importlib.import_module(module), function)
    return found


def accepted() -> str:
    """Give what httpx says that it accepts."""
    with httpx.Client(trust_env=False) as client:
        return client.headers["accept-encoding"]


COMPRESSIONS = compressions()
compressed = pytest.mark.parametrize("encoding", COMPRESSIONS)


def encoded(answer: Answer, encoding: str) -> Answer:
    """Compress an answer."""
    body = COMPRESSIONS[encoding](answer.body)
    return Answer(answer.status, body, {**answer.headers, "Content-Encoding": encoding})


@compressed
def test_a_compressed_answer(call: Call, encoding: str) -> None:
    """It is asked for and understood, of a success as of an error."""
    answers = Series(encoded(as_json(JOB), encoding), encoded(Answer(500, b"a reason"), encoding))
    with RawServer(answering(answers)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        assert call(client, "retrieve").id == "job"
        with pytest.raises(errors.SDKError) as caught:
            call(client, "retrieve", retries=None)
        assert caught.value.body == "a reason"
        assert server.connections == 1
    assert server.requests[0].headers["accept-encoding"] == accepted()


@compressed
def test_a_compressed_answer_as_a_hook_sees_it(call: Call, encoding: str) -> None:
    """It has its content, read and unpacked."""
    seen: list[Any] = []
    hooks = SDKHooks()
    hooks.register_after_success_hook(lambda _, response: seen.append(response.json()))
    with (
        RawServer(answering(lambda _: encoded(as_json(JOB), encoding))) as server,
        EmissaryClient(KEY, server_url=server.url, hooks=hooks) as client,
    ):
        assert call(client, "retrieve").id == "job"
    assert seen == [JOB]


def test_an_answer_that_is_not_what_its_encoding_says(call: Call, waits: list[float]) -> None:
    """It is no answer; another attempt would only repeat it, and its connection is not used again."""
    broken = Answer(200, b"no gzip", {"content-encoding": "gzip"})
    with RawServer(answering(Series(broken))) as server, EmissaryClient(KEY, server_url=server.url) as client:
        with pytest.raises(errors.NoResponseError) as caught:
            call(client, "retrieve")
        assert isinstance(caught.value.__cause__, httpx.DecodingError)
        assert caught.value.request_may_have_been_processed
        assert (len(server.requests), waits) == (1, [])
        assert call(client, "retrieve").id == "job"


def test_a_caller_s_accept_encoding_wins(call: Call) -> None:
    """Somebody may want to see what goes over the wire."""
    with RawServer(answering(well_behaved)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        call(client, "list", http_headers={"Accept-Encoding": "identity"})
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_cookies_are_kept(call: Call) -> None:
    """From success and error alike, for the same client and host, until they are replaced."""
    answers = Series(
        as_json([], set_cookie="lane=a; Path=/"),
        Answer(400, b"", {"Set-Cookie": "lane=b; Path=/"}),
    )
    with (
        RawServer(answering(answers)) as server,
        EmissaryClient(KEY, server_url=server.url) as client,
        EmissaryClient(KEY, server_url=server.url) as other,
    ):
        call(client, "list")
        with pytest.raises(errors.SDKError):
            call(client, "list")
        call(client, "list")
        call(client, "list", http_headers={"Cookie": "lane=mine"})
        call(client, "list", server_url=f"http://localhost:{server.port}")
        call(other, "list")
    cookies = [request.headers.get("cookie") for request in server.requests]
    assert cookies == [None, "lane=a", "lane=b", "lane=mine", None, None]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["own", "httpx", "httpx2"])
def test_a_redirect_is_not_followed(call: Call, status: int, kind: str) -> None:
    """Not by the SDK's client nor by one of the caller's that would: the key is never sent to the other host."""
    library = {"httpx": httpx, "httpx2": httpx2}.get(kind)
    with RawServer(answering(well_behaved)) as elsewhere:
        redirect = Answer(status, b"", {"location": f"http://localhost:{elsewhere.port}/"})
        with RawServer(answering(lambda _: redirect)) as server:
            if library is None:
                with EmissaryClient(KEY, server_url=server.url) as client:
                    error = redirected(call, client)
            else:
                with call.http_client(library, follow_redirects=True) as http:
                    error = redirected(call, EmissaryClient(KEY, server_url=server.url, **call.using(http)))
        assert (elsewhere.connections, len(server.requests)) == (0, 1)
    assert error.status_code == status
    assert error.headers["location"] == f"http://localhost:{elsewhere.port}/"


def redirected(call: Call, client: EmissaryClient) -> errors.SDKError:
    """Give the error of a call that is redirected."""
    with pytest.raises(errors.SDKError, match="redirect") as caught:
        call(client, "list")
    return caught.value
