"""``client.request``: endpoints that have no method of their own."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, errors, models
from emissary_client_sdk.hooks import SDKHooks

from ...support.calling import Call, client_of

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "/v1/vlm/generation"
INVALID_PATHS = [
    "",
    "v1",
    "@host/v1",
    "//host/v1",
    "https://host/v1",
    "/\\host",
    "/a b",
    "/a\n",
    "/a?b=c",
    "/a#b",
    "/..",
    "/v1/./a",
    "/%2E%2e/a",
]


def request(call: Call, client: EmissaryClient, *arguments: Any, **options: Any) -> Any:
    """Call ``request`` in the mode of the test."""
    return call.run(lambda: (client.request_async if call.is_async else client.request)(*arguments, **options))


def recording(seen: list[httpx.Request], *responses: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server that keeps the requests and returns one response after the other."""
    remaining = list(responses or [httpx.Response(200, json={})])

    def respond(received: httpx.Request) -> httpx.Response:
        received.read()
        seen.append(received)
        return remaining.pop(0)

    return respond


def test_request_has_the_key_the_options_and_the_hooks(call: Call) -> None:
    """JSON is sent as given; the query keeps its order, and leaves None out."""
    seen: list[httpx.Request] = []
    hooks = SDKHooks()

    def mark(_context: object, sent: httpx.Request) -> httpx.Request:
        sent.headers["X-Hook"] = "yes"
        return sent

    hooks.register_before_request_hook(mark)
    client = client_of(recording(seen, httpx.Response(201, json=[1, None])), "k", hooks=hooks)
    query = {"b": "x y", "a": [1, 2.5, True, None], "none": None}
    body = {"text": "ü", "list": [1, 2.0, None], "model": models.Messages(role="user", content="x")}
    sent = {"http_headers": {"X-Mine": "1"}, "server_url": "https://other/api", "timeout_ms": 5000}
    assert request(call, client, "post", PATH, query=query, json=body, **sent) == [1, None]
    (only,) = seen
    assert (only.method, str(only.url)) == ("POST", "https://other/api/v1/vlm/generation?b=x+y&a=1&a=2.5&a=true")
    assert json.loads(only.content) == {**body, "model": {"role": "user", "content": "x"}}
    names = ("x-api-key", "x-hook", "x-mine", "content-type")
    assert [only.headers[name] for name in names] == ["k", "yes", "1", "application/json"]
    assert only.extensions["timeout"]["read"] == 5


@pytest.mark.parametrize(
    ("body", "is_refusal"),
    [({"message": "invited"}, False), ({"id": "x", "error": "late"}, False), ({"errors": ["no"]}, True)],
)
def test_error_is_no_answer(call: Call, body: dict[str, Any], is_refusal: bool) -> None:
    """But a message may be: the answers of these endpoints are not known."""
    client = client_of(lambda _: httpx.Response(200, json=body))
    if is_refusal:
        with pytest.raises(errors.SDKError, match="no"):
            request(call, client, "GET", PATH)
    else:
        assert request(call, client, "GET", PATH) == body


@pytest.mark.parametrize(
    ("path", "raw"),
    [("/v1/a%2Fb", "/v1/a%2Fb"), ("/{x}/é", "/%7Bx%7D/%C3%A9"), ("/@host/...", "/@host/..."), ("/", "/")],
)
def test_path_is_sent_as_given(call: Call, path: str, raw: str) -> None:
    """Encoded characters stay as they are; others that a path cannot have are encoded."""
    seen: list[httpx.Request] = []
    assert request(call, client_of(recording(seen)), "GET", path) == {}
    assert (seen[0].url.host, seen[0].url.raw_path.decode()) == ("api.withemissary.com", raw)
    assert "content-type" not in seen[0].headers


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        *[(("GET", path), {}, ValueError, "path must ") for path in INVALID_PATHS],
        (("GET", 3), {}, TypeError, "path must be a str"),
        ((None, "/"), {}, TypeError, "method must be a str"),
        (("GET /", "/"), {}, ValueError, "method must be an HTTP method such as POST, not 'GET /'"),
        (("POST", "/"), {"json": {"a": float("nan")}}, ValueError, "json cannot be represented as JSON"),
        (("POST", "/"), {"json": [object()]}, ValueError, r"json\[0\] is of type object, which JSON does not have"),
        (("POST", "/"), {"json": {}, "files": {}}, ValueError, "pass json or files, not both"),
        (("POST", "/"), {"files": 3}, TypeError, "files must be a mapping or pairs of names and files, as in httpx"),
        (("POST", "/"), {"files": "name"}, TypeError, "files must be a mapping or pairs"),
        (("POST", "/"), {"files": {1: b""}}, TypeError, "the name of a file must be a str"),
        *[
            (
                ("POST", "/"),
                {"files": {"a": part}},
                TypeError,
                r"files\['a'\] must be a file in binary mode",
            )
            for part in (None, Path("a"), io.StringIO("a"), ("a",), (1, b""), ("a", b"", None, None, None))
        ],
        (("POST", "/"), {"files": {"a": ("a", b"", "a\r\nb")}}, ValueError, r"files\['a'\]: the value of content-type"),
        (
            ("POST", "/"),
            {"files": {"a": ("a", b"", None, 1)}},
            TypeError,
            r"files\['a'\] must be a mapping",
        ),
        (("GET", "/"), {"query": "a=b"}, TypeError, "query must be a mapping"),
        (("GET", "/"), {"query": {"a": "\ud800"}}, ValueError, "query contains a character that cannot be encoded"),
        (("GET", "/"), {"query": {"a": {}}}, TypeError, r"query\['a'\] must be a str, a number, a bool or a list"),
        *[(("POST", "/"), {"result": result}, TypeError, "result must be a type that") for result in (3, "Unknown")],
        (("GET", "/"), {"body": {}}, TypeError, "unexpected keyword argument 'body'"),
    ],
)
def test_invalid_argument_is_refused(
    call: Call, arguments: tuple[Any, ...], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """Before anything is sent."""
    seen: list[httpx.Request] = []
    with pytest.raises(error, match=message):
        request(call, client_of(recording(seen)), *arguments, **options)
    assert seen == []


def test_response_is_validated_against_a_type(call: Call) -> None:
    """A model, a list of models, or any other type; a response without a body is None."""
    job = {"id": "x", "extra": 1}
    for result, content, expected in [
        (models.ProjectSummary, job, models.ProjectSummary.model_validate(job)),
        (list[models.ProjectSummary], [job], [models.ProjectSummary.model_validate(job)]),
        (dict[str, float], {"a": 1}, {"a": 1.0}),
    ]:
        client = client_of(recording([], httpx.Response(200, json=content)))
        assert request(call, client, "GET", "/", result=result) == expected
    for kind in (None, str):
        assert request(call, client_of(recording([], httpx.Response(204))), "DELETE", "/", result=kind) is None
    for response in (httpx.Response(200, json={"name": "x"}), httpx.Response(200, text="{")):
        with pytest.raises(errors.ResponseValidationError) as caught:
            request(call, client_of(recording([], response)), "POST", PATH, result=models.ProjectSummary)
        assert caught.value.request_may_have_been_processed


@pytest.mark.parametrize(("method", "attempts"), [("GET", 2), ("delete", 2), ("POST", 1), ("PATCH", 1)])
def test_only_reads_and_deletes_are_retried_after_a_5xx(
    call: Call, method: str, attempts: int, waits: list[float]
) -> None:
    """Other methods may have created something; each attempt of one has the same Idempotency-Key."""
    seen: list[httpx.Request] = []
    client = client_of(recording(seen, httpx.Response(503), httpx.Response(200, json={})))
    if attempts == 1:
        with pytest.raises(errors.APIServerError) as caught:
            request(call, client, method, PATH)
        assert caught.value.request_may_have_been_processed
    else:
        assert request(call, client, method, PATH) == {}
    assert len(seen) == attempts == len(waits) + 1
    assert ("idempotency-key" in seen[0].headers) is (attempts == 1)
    seen.clear()
    client = client_of(recording(seen, httpx.Response(429), httpx.Response(200, json={})))
    request(call, client, method, PATH)
    assert len({sent.headers.get("idempotency-key") for sent in seen}) == 1
    assert len(seen) == 2


def test_error_is_documented(call: Call) -> None:
    """It names the method and the path, without the query."""
    client = client_of(recording([], httpx.Response(404, json={"status": 404, "error": "no route", "code": "x"})))
    with pytest.raises(errors.APIErrorNotFound, match=f"GET {PATH} failed with status 404: no route"):
        request(call, client, "GET", PATH, query={"secret": "x"})


class Once(io.BytesIO):
    """A file that can be read once."""

    def seekable(self) -> bool:
        """Return False."""
        return False


@pytest.mark.parametrize(
    ("files", "is_repeatable"),
    [
        (lambda: {"file": ("a.jsonl", io.BytesIO(b"content"), "text/plain"), "name": (None, "mine")}, True),
        (lambda: [("file", ("a.jsonl", b"content")), ("name", (None, b"mine"))], True),
        (lambda: {"file": ("a.jsonl", Once(b"content")), "name": (None, "mine")}, False),
    ],
)
def test_files_are_those_of_httpx(
    call: Call, files: Callable[[], Any], is_repeatable: bool, waits: list[float]
) -> None:
    """Each attempt sends them whole; a file that cannot be read again is sent once."""
    seen: list[httpx.Request] = []
    client = client_of(recording(seen, httpx.Response(429), httpx.Response(200, json={"id": "x"})))
    if is_repeatable:
        assert request(call, client, "POST", PATH, files=files()) == {"id": "x"}
    else:
        with pytest.raises(errors.APIErrorTooManyRequests):
            request(call, client, "POST", PATH, files=files())
    assert len(seen) == len(waits) + 1 == 1 + is_repeatable
    for sent in seen:
        assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
        assert b'name="file"; filename="a.jsonl"' in sent.content
        assert b"content\r\n" in sent.content
        assert b'name="name"\r\n' in sent.content


def test_open_files_are_sent_as_in_httpx(call: Call, tmp_path: Path) -> None:
    """A file has its name. The size of a pipe is not known, which httpx takes for 0."""
    (tmp_path / "a.jsonl").write_bytes(b"content")
    reading, writing = os.pipe()
    os.write(writing, b"piped")
    os.close(writing)
    seen: list[httpx.Request] = []
    with (tmp_path / "a.jsonl").open("rb") as file, os.fdopen(reading, "rb") as pipe:
        request(call, client_of(recording(seen)), "POST", PATH, files={"file": file, "other": pipe})
    (sent,) = seen
    assert b'name="file"; filename="a.jsonl"' in sent.content
    assert b"content\r\n" in sent.content
    assert b"piped\r\n" in sent.content
    assert sent.headers["transfer-encoding"] == "chunked"
