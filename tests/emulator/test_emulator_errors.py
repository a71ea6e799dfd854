"""What the server refuses, and how: always the contract's JSON."""

import asyncio
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator

JOBS = "/v1/projects/p/training-jobs"
GOOD = {"base_model": "llama", "train_dataset_id": "data"}
KEY = {"X-API-Key": "key"}


@pytest.fixture(scope="module")
def server() -> Iterator[emulator.Server]:
    """Give one server to all tests of this file, which leave nothing behind."""
    with emulator.serve() as running:
        yield running


@pytest.fixture(scope="module")
def http(server: emulator.Server) -> Iterator[httpx.Client]:
    """Give a client with a key."""
    with httpx.Client(base_url=server.url, headers=KEY) as client:
        yield client


def refused(answer: httpx.Response, status: int = 400) -> str:
    """Check that an answer is an error of the documented shape; give its text."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert body["status"] == status
    assert body.keys() - {"code"} == {"status", "error"}
    error: str = body["error"]
    return error


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"Authorization": "Bearer x"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", JOBS), ("POST", JOBS), ("GET", "/nowhere"), ("PUT", JOBS), ("GET", JOBS + "/%FF")],
)
def test_without_a_key_everything_is_a_401(http: httpx.Client, method: str, path: str, headers: dict[str, str]) -> None:
    """Before anything else is looked at."""
    request = http.build_request(method, path)
    del request.headers["X-API-Key"]
    request.headers.update(headers)
    answer = http.send(request)
    refused(answer, 401)
    assert answer.json().keys() == {"status", "error"}


def test_one_key_only_where_one_is_given() -> None:
    """Another key, a longer one and an empty one are all refused."""
    with emulator.serve(api_key="the-kéy") as server, httpx.Client() as http:
        for key in (b"", b"other", b"the-key", "the-kéy!".encode()):
            refused(http.get(server.url + JOBS, headers={b"X-API-Key": key}), 401)
        answer = http.get(server.url + JOBS, headers={b"X-API-Key": "the-kéy".encode()})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/projects/p", JOBS + "/", "//v1/projects/p/training-jobs", JOBS + "/a/b", "/%FF"]
)
def test_an_unknown_path_is_a_404_of_its_own(http: httpx.Client, path: str) -> None:
    """Told from a missing job by its code; a slash at the end is not redirected away."""
    answer = http.get(httpx.URL(str(http.base_url), raw_path=path.encode()))
    refused(answer, 404)
    assert answer.json()["code"] == "route_not_found"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (JOBS, "GET, HEAD, POST"),
        (JOBS + "/x", "DELETE, GET, HEAD"),
        (JOBS + "/x/cancel", "POST"),
        (JOBS + "/x/checkpoints", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_a_405(http: httpx.Client, path: str, allowed: str) -> None:
    """It names the methods of the path."""
    for method in ("PUT", "PATCH", "OPTIONS"):
        answer = http.request(method, path)
        assert allowed in refused(answer, 405)
        assert answer.headers["Allow"] == allowed


def test_head_is_get_without_the_body(http: httpx.Client) -> None:
    """As HTTP wants it."""
    answer = http.head(JOBS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == "2"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"base_model": None}, "base_model: Input should be a valid string"),
        ({"base_model": ""}, "base_model: must not be empty"),
        ({"train_dataset_id": " "}, "train_dataset_id: must not be empty"),
        ({"train_dataset_id": 5}, "train_dataset_id: Input should be a valid string"),
        ({"name": ["a"]}, "name: Input should be a valid string"),
        ({"train_test_split_ratio": "0.2"}, "train_test_split_ratio: Input should be a valid integer or "),
        ({"train_test_split_ratio": True}, "train_test_split_ratio: Input should be a valid integer or "),
        ({"parameters": {"rate": None}}, "parameters.rate: Input should be a valid string or "),
        ({"parameters": {"x\n" * 90: []}}, "parameters.'x\\nx\\nx\\n"),
        (
            {"parameters": {"emulator_outcome": "Lost"}},
            "parameters.emulator_outcome: must be one of Success, ",
        ),
        ({"test_functions": "f1"}, "test_functions: Input should be a valid array"),
        ({"test_functions": ["f1", 2]}, "test_functions.1: Input should be a valid string"),
        ({"rebalance_data": {"yes": "2"}}, "rebalance_data.yes: Input should be a valid integer or "),
        ({"task_type": "poetry"}, "task_type: must be one of text-generation, classification, "),
        ({"base_model_option": ""}, "base_model_option: must be one of pre-trained, fine-tuned, not ''"),
        ({"task_type": 1}, "task_type: Input should be "),
        ({"new": {"a": {"b": [1, float("nan")]}}}, "new.a.b.1: must be a finite number"),
        ({"checkpoint": float("inf")}, "checkpoint: must be a finite number"),
        ({"name": "\ud800"}, "name: has half of a surrogate pair"),
        ({"parameters": {"\udfff": 1}}, "parameters.'\\udfff': has half of a surrogate pair"),
    ],
)
def test_a_wrong_field_is_named(http: httpx.Client, fields: dict[str, Any], error: str) -> None:
    """In one line, without the names of the SDK's own types."""
    answer = http.post(JOBS, content=json.dumps(GOOD | fields))
    assert refused(answer).startswith(error)


def test_every_wrong_field_is_named(http: httpx.Client) -> None:
    """All of them in one answer, those that are missing too."""
    assert refused(http.post(JOBS, json={"name": 1})) == (
        "base_model: Field required; train_dataset_id: Field required; name: Input should be a valid string"
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the body is not JSON: "),
        (b"{", "the body is not JSON: "),
        (b"\xff\xfe{}", "the body is not JSON: 'utf-8' codec"),
        (b'{"base_model": "\xc3"}', "the body is not JSON: 'utf-8' codec"),
        (json.dumps(GOOD).encode("utf-16"), "the body is not JSON: "),
        (b"[]", "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
        (b"NaN", "the body must be a JSON object"),
        (b'"text"', "the body must be a JSON object"),
        (b'{"x": 1e999}', "x: must be a finite number"),
        (b'{"x": -Infinity}', "x: must be a finite number"),
        (b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}", "x: nested too deeply"),
        (b"[" * 500_000, "the body is nested too deeply"),
        (b'{"x": ' + b"1" * 5000 + b"}", "the body is not JSON: "),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(http: httpx.Client, body: bytes, error: str) -> None:
    """Whatever is wrong with it, it is a 400 that says so."""
    assert refused(http.post(JOBS, content=body)).startswith(error)


def test_unusual_but_good_values_are_kept(http: httpx.Client) -> None:
    """Huge integers, astral characters, and a label that looks like a place in a list."""
    body = {**GOOD, "checkpoint": 10**30, "name": "\U0001f600\x00", "rebalance_data": {"0": 1}}
    job = http.post(JOBS, json=body).json()
    detail = http.get(f"{JOBS}/{job['id']}")
    assert detail.json()["name"] == body["name"]
    assert http.delete(f"{JOBS}/{job['id']}").status_code == 204


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_a_413(http: httpx.Client, chunked: bool) -> None:
    """Whether its length was announced or not; the largest one is read."""
    limit = 1 << 20
    for size, status in ((limit, 400), (limit + 1, 413)):
        content = b" " * size
        answer = http.post(JOBS, content=iter([content[:1000], content[1000:]]) if chunked else content)
        refused(answer, status)


def test_what_is_no_http_gets_a_400(server: emulator.Server) -> None:
    """And the server goes on."""
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        plain.sendall(b"hello\r\n\r\n")
        assert plain.recv(100).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(server.url + JOBS, headers=KEY).status_code == 200


def test_a_client_that_goes_away_midway_does_no_harm(
    server: emulator.Server, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Half of a body creates nothing and leaves no trace of an error."""
    with caplog.at_level(logging.INFO, "emissary_client_sdk.emulator"):
        with socket.create_connection(("127.0.0.1", server.port)) as plain:
            head = f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\nContent-Length: 100\r\n\r\n"
            plain.sendall(head.encode() + b'{"base_model":')
        for _ in range(10_000):
            assert http.get(JOBS).json() == []
            if "POST" in caplog.text:
                break
    assert f"POST {JOBS} " in caplog.text
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_the_log_has_a_line_for_each_request_and_no_key(
    server: emulator.Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Method, path, status and time."""
    with caplog.at_level(logging.INFO, "emissary_client_sdk.emulator"):
        httpx.get(server.url + "/v1/projects/a%2Fb/training-jobs?x=1", headers={"X-API-Key": "s3cret"})
        httpx.get(server.url + JOBS)
    lines = [r.getMessage() for r in caplog.records if r.name == "emissary_client_sdk.emulator"]
    assert lines[0].startswith("GET /v1/projects/a%2Fb/training-jobs 200 ")
    assert lines[1].startswith(f"GET {JOBS} 401 ")
    assert all(line.endswith(" ms") for line in lines)
    assert "s3cret" not in caplog.text


def asgi(app: Any, path: str = JOBS) -> httpx.Response:
    """Make one request of an application without a server."""

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
            return await client.get(path, headers=KEY)

    return asyncio.run(call())


def test_trouble_with_the_database_is_a_503() -> None:
    """It asks to come back, for another process may hold the file."""
    app = emulator.create_app()
    app.close()
    answer = asgi(app)
    assert "closed database" in refused(answer, 503)
    assert answer.headers["Retry-After"] == "1"


def test_a_bug_is_a_500_in_json() -> None:
    """A clock that fails stands for one."""

    def broken() -> float:
        raise RuntimeError("no time")

    app = emulator.create_app(clock=broken)
    refused(asgi(app), 500)
    app.close()


def test_a_server_that_gives_no_raw_path_is_served_too() -> None:
    """The path is then encoded anew."""
    app = emulator.create_app()

    async def without(scope: Any, receive: Any, send: Any) -> None:
        await app({k: v for k, v in scope.items() if k != "raw_path"}, receive, send)

    assert asgi(without, "/v1/projects/%E2%98%83%20x/training-jobs").json() == []
    app.close()


def test_the_application_closes_with_its_server() -> None:
    """A server that sends the events of its lifespan need not be told more."""
    app = emulator.create_app()
    sent: list[str] = []

    async def live() -> None:
        events = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> dict[str, Any]:
            return {"type": next(events)}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await app({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert asgi(app).status_code == 503
