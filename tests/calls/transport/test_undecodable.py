"""A response whose content cannot be decoded: its status is never lost, and nothing is charged twice."""

from __future__ import annotations

import contextlib
import gzip
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors

from ...support.answers import KEY
from ...support.libraries import LIBRARIES, name_of
from ...support.rawserver import RawResponse, RawServer, responding

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType

    from ...support.calling import Call

CORRUPT = gzip.compress(b"{}", mtime=0)[:10] + b"\xff" * 20
QUESTION: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
every_client = pytest.mark.parametrize("library", [None, *LIBRARIES], ids=name_of)


@contextlib.contextmanager
def client_of(call: Call, url: str, library: ModuleType | None, **options: Any) -> Generator[EmissaryClient]:
    """Return a client with its own HTTP client or with one of a library."""
    with contextlib.ExitStack() as stack:
        given: dict[str, Any] = {}
        if library is not None:
            limits = library.Limits(max_connections=1)
            given = call.using(stack.enter_context(call.http_client(library, limits=limits)))
        client = EmissaryClient(KEY, server_url=url, **given, **options)
        yield client
        call.close_client(client)


def serve(status: int, body: bytes = CORRUPT, coding: str = "gzip") -> RawServer:
    """Return a server of one response."""
    headers = {"content-encoding": coding, "content-type": "application/json"}
    return RawServer(responding(lambda _: RawResponse(status, body, headers)))


@every_client
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.APIErrorUnauthorized),
        (404, errors.APIErrorNotFound),
        (413, errors.SDKError),
        (429, errors.APIErrorTooManyRequests),
    ],
)
def test_unsuccessful_status_keeps_its_class(
    call: Call, library: ModuleType | None, status: int, kind: type[errors.SDKError]
) -> None:
    """The response can be read, and another request can be sent."""
    with serve(status) as server, client_of(call, server.url, library, retry_config=None) as client:
        with pytest.raises(kind):
            call(client, "chat.completions.create", **QUESTION)
        with pytest.raises(kind) as raised:
            call(client, "chat.completions.create", **QUESTION)
    response: Any = raised.value.raw_response
    assert (raised.value.status_code, response.status_code) == (status, status)
    assert response.headers["content-type"] == "application/json"
    assert response.text == raised.value.body


@every_client
@pytest.mark.parametrize("method", ["create", "stream"])
def test_undecodable_success_is_not_repeated(call: Call, library: ModuleType | None, method: str) -> None:
    """The platform has charged for it."""
    with serve(200) as server, client_of(call, server.url, library) as client:
        if method == "create":
            with pytest.raises(errors.ResponseValidationError, match="succeeded with status 200: ") as raised:
                call(client, "chat.completions.create", **QUESTION)
            assert raised.value.request_may_have_been_processed
            assert (raised.value.status_code, raised.value.body) == (200, "")
        else:
            with pytest.raises(errors.StreamInterruptedError):
                consume(call, client)
        assert len(server.requests) == 1


def consume(call: Call, client: EmissaryClient) -> None:
    """Read a stream."""

    def main() -> None:
        with client.chat.completions.stream(**QUESTION) as stream:
            list(stream)

    async def main_async() -> None:
        async with client.chat.completions.stream_async(**QUESTION) as stream:
            async for _ in stream:
                pass

    call.run(main_async if call.is_async else main)


@pytest.mark.parametrize("coding", ["none", "utf-8", "identity;q=1", "gzip, identity", "aws-chunked"])
def test_text_of_a_refusal_is_read(call: Call, coding: str) -> None:
    """Also if it is not encoded as the response says."""
    with serve(404, b'{"error": "no such job"}', coding) as server, client_of(call, server.url, None) as client:
        with pytest.raises(errors.APIErrorNotFound, match="no such job"):
            call(client, "retrieve")
        assert len(server.requests) == 1


class Reading(httpx.Client):
    """A client that reads each response."""

    def send(self, request: Any, **options: Any) -> httpx.Response:
        """Send a request."""
        response = super().send(request, **options)
        assert response.is_closed
        return response


class AsyncReading(httpx.AsyncClient):
    """The same for asynchronous calls."""

    async def send(self, request: Any, **options: Any) -> httpx.Response:
        """Send a request."""
        response = await super().send(request, **options)
        assert response.is_closed
        return response


def test_client_that_reads_responses_itself(call: Call) -> None:
    """A subclass with its own ``send`` gets responses that it can read; its error is final, without a status."""
    http = AsyncReading() if call.is_async else Reading()
    with serve(404, b"{}", "identity") as server, pytest.raises(errors.APIErrorNotFound):
        call(EmissaryClient(KEY, server_url=server.url, **call.using(http)), "retrieve")
    with serve(200) as server:
        with pytest.raises(errors.NoResponseError, match="failed: "):
            call(EmissaryClient(KEY, server_url=server.url, **call.using(http)), "retrieve")
        assert len(server.requests) == 1
    call.run(http.aclose if isinstance(http, AsyncReading) else http.close)


def test_response_of_another_kind(call: Call) -> None:
    """It need not have more than a status, headers and its content."""

    def fail() -> bytes:
        raise httpx.DecodingError("broken")

    response = SimpleNamespace(status_code=200, headers={}, read=call.hook(fail), aread=call.hook(fail))

    def send(_request: httpx.Request) -> SimpleNamespace:
        return response

    http = SimpleNamespace(build_request=httpx.Request, send=call.hook(send))
    with pytest.raises(errors.NoResponseError, match="failed: broken"):
        call(EmissaryClient(KEY, **call.using(http)), "retrieve")
